import { BinaryBitmap, DecodeHintType, GlobalHistogramBinarizer, HybridBinarizer, QRCodeReader, RGBLuminanceSource } from '@zxing/library';

/** Pixels as a canvas gives them: red, green, blue and opacity of each. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/**
 * The text of the QR code on a picture, or undefined when there is none that can be read. This file alone brings the decoder along; it is loaded when the
 * first paper is presented, so that no other page and no first look at the bench pays for it.
 *
 * @zxing/library 0.21.3 finds some clean symbols of our paper and then samples them wrongly (ChecksumException), at almost every scale of the picture. Its
 * reader of pure symbols measures nothing but the module and reads them all, so a symbol that stands alone is cut out first; only a code with words beside
 * it is looked for in the whole picture. To be deleted when the library's detector reads what `read-code.test.ts` draws.
 */
export function readCode(pixels: Pixels): string | undefined {
  const grey = greyOf(pixels);
  for (const box of squaresOf(grey)) {
    const text = tryToRead(new GlobalHistogramBinarizer(cut(grey, box)), new Map([[DecodeHintType.PURE_BARCODE, true]]));
    if (text !== undefined) return text;
  }
  const whole = new RGBLuminanceSource(grey.data, grey.width, grey.height);
  const thorough = new Map([[DecodeHintType.TRY_HARDER, true]]);
  return tryToRead(new HybridBinarizer(whole), thorough) ?? tryToRead(new GlobalHistogramBinarizer(whole), thorough);
}

function tryToRead(binarizer: GlobalHistogramBinarizer, hints: Map<DecodeHintType, unknown>): string | undefined {
  try {
    return new QRCodeReader().decode(new BinaryBitmap(binarizer), hints).getText();
  } catch (cause) {
    // The library throws for "not found", "damaged" and "not a code" alike, each an error class of its own; a picture of a hostile text may raise any.
    if (cause instanceof Error) return undefined;
    throw cause;
  }
}

function greyOf({ width, height, data }: Pixels): Grey {
  const grey = new Uint8ClampedArray(width * height);
  for (let pixel = 0; pixel < grey.length; pixel++) {
    const at = pixel * 4;
    // ITU-R BT.601 luma in whole numbers.
    grey[pixel] = ((data[at] ?? 0) * 299 + (data[at + 1] ?? 0) * 587 + (data[at + 2] ?? 0) * 114) / 1_000;
  }
  return { width, height, data: grey };
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest symbol has 21 modules, and a module that is worth printing has three dots. */
const SIDE_MIN = 63;
/** Rows without ink up to here belong to what is around them: two modules of the largest print. */
const GAP_MAX = 12;
const DARK_BELOW = 128;

/** What stands alone between empty rows and is as wide as it is high. */
function squaresOf(grey: Grey): readonly Box[] {
  const boxes: Box[] = [];
  let top: number | undefined;
  let bottom = 0;
  let left = grey.width;
  let right = 0;
  for (let y = 0; y <= grey.height; y++) {
    const ink = y < grey.height ? inkOf(grey, y) : undefined;
    if (ink !== undefined) {
      top ??= y;
      bottom = y;
      left = Math.min(left, ink.from);
      right = Math.max(right, ink.to);
    } else if (top !== undefined && (y - bottom > GAP_MAX || y === grey.height)) {
      const [width, height] = [right - left + 1, bottom - top + 1];
      if (height >= SIDE_MIN && Math.abs(width - height) <= height / 20) boxes.push({ left, top, width, height });
      top = undefined;
      left = grey.width;
      right = 0;
    }
  }
  return boxes;
}

/** First and last dark pixel of a row. */
function inkOf({ width, data }: Grey, y: number): { readonly from: number; readonly to: number } | undefined {
  let from: number | undefined;
  let to = 0;
  for (let x = 0; x < width; x++) {
    if ((data[y * width + x] ?? 255) >= DARK_BELOW) continue;
    from ??= x;
    to = x;
  }
  return from === undefined ? undefined : { from, to };
}

/** The box and a little white around it. */
function cut(grey: Grey, box: Box): RGBLuminanceSource {
  const margin = 8;
  const width = box.width + 2 * margin;
  const height = box.height + 2 * margin;
  const out = new Uint8ClampedArray(width * height).fill(255);
  for (let y = 0; y < box.height; y++) {
    const from = (box.top + y) * grey.width + box.left;
    out.set(grey.data.subarray(from, from + box.width), (y + margin) * width + margin);
  }
  return new RGBLuminanceSource(out, width, height);
}
