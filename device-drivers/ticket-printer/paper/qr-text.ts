/** Longest symbol that we print; version 40-L would take 7,089 digits, but no ticket is longer than this. */
const QR_CHARACTERS_MAX = 512;

/** Whether the text may stand in a bar code of ours: printable ASCII, so that no command can hide in it (those begin below 20h). */
export function isQrText(data: string): boolean {
  return data.length > 0 && data.length <= QR_CHARACTERS_MAX && /^[\x20-\x7e]*$/.test(data);
}
