/** An AIM identifier (`Q1`, ISO/IEC 15424: a bracket, a letter for the symbology, one modifier) and what follows it, or the bytes unchanged. */
export function splitAimPrefix(bytes: Uint8Array): { readonly symbology?: string; readonly data: Uint8Array } {
  const [bracket, code, modifier] = bytes;
  if (bracket !== 0x5d || code === undefined || modifier === undefined || !isLetter(code) || !(isLetter(modifier) || isDigit(modifier))) {
    return { data: bytes };
  }
  return { symbology: String.fromCharCode(code, modifier), data: bytes.subarray(3) };
}

/** C0 controls and DEL. No ticket, card or pick-up code has any; ESC sequences and keyboard commands do (BadBarcode, 2015). */
export function hasControlCharacters(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte < 0x20 || byte === 0x7f) return true;
  return false;
}

const isLetter = (byte: number): boolean => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
