import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import type { Frame } from './frame.ts';

/** Reads the QR code of a frame with zxing-wasm. Its program is always handed in: left alone, the package would ask a server on the internet for it. */
export type WasmReader = (frame: Frame) => Promise<string | undefined>;

export async function openWasmReader(side: number, program: ArrayBuffer): Promise<WasmReader> {
  await prepareZXingModule({ overrides: { wasmBinary: program }, fireImmediately: true });
  // A picture of brightness (PGM, netpbm's "P5"): it is taken as it is, where four bytes a pixel would be made into one again.
  const head = new TextEncoder().encode(`P5\n${side} ${side}\n255\n`);
  const picture = new Uint8Array(head.length + side * side);
  picture.set(head);
  return async ({ luminance }) => {
    picture.set(luminance, head.length);
    const [found] = await readBarcodes(picture, { formats: ['QRCode'], maxNumberOfSymbols: 1, textMode: 'Plain' });
    return found?.text;
  };
}
