import type { DotPattern } from './character-rom.ts';

/** What the firmware does to a glyph before it prints it: bold and enlargement. A bitmap holds one byte a dot, 1 for ink. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly dots: Uint8Array;
}

export const blank = (width: number, height: number): Bitmap => ({ width, height, dots: new Uint8Array(width * height) });

export function bitmapOf({ width, height, rows }: DotPattern): Bitmap {
  const dots = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const row = rows[y] ?? 0;
    for (let x = 0; x < width; x += 1) dots[y * width + x] = (row >>> (31 - x)) & 1;
  }
  return { width, height, dots };
}

/** Emphasised print: every dot also inks the one to its right [ESC E]. */
export function embolden({ width, height, dots }: Bitmap): Bitmap {
  const bold = dots.slice();
  for (let y = 0; y < height; y += 1) {
    for (let x = width - 1; x > 0; x -= 1) bold[y * width + x] = (dots[y * width + x] ?? 0) | (dots[y * width + x - 1] ?? 0);
  }
  return { width, height, dots: bold };
}

/** Whole-number enlargement [GS !]; twice in both directions may be smoothed [GS b]. */
export function enlarge(bitmap: Bitmap, scaleX: number, scaleY: number, isSmooth: boolean): Bitmap {
  if (scaleX === 1 && scaleY === 1) return bitmap;
  if (scaleX === 2 && scaleY === 2 && isSmooth) return doubleSmoothly(bitmap);
  const width = bitmap.width * scaleX;
  const height = bitmap.height * scaleY;
  const dots = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const source = Math.floor(y / scaleY) * bitmap.width;
    for (let x = 0; x < width; x += 1) dots[y * width + x] = bitmap.dots[source + Math.floor(x / scaleX)] ?? 0;
  }
  return { width, height, dots };
}

/** Each dot becomes four; a corner between two equal neighbours takes their colour (the rule known as Scale2x), which turns stairs into slopes. */
function doubleSmoothly({ width, height, dots }: Bitmap): Bitmap {
  const at = (x: number, y: number): number => (x < 0 || y < 0 || x >= width || y >= height ? 0 : (dots[y * width + x] ?? 0));
  const out = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const here = at(x, y);
      const [up, down, left, right] = [at(x, y - 1), at(x, y + 1), at(x - 1, y), at(x + 1, y)];
      const isCorner = up !== down && left !== right;
      const start = y * 2 * width * 2 + x * 2;
      out[start] = isCorner && left === up ? left : here;
      out[start + 1] = isCorner && up === right ? right : here;
      out[start + width * 2] = isCorner && left === down ? left : here;
      out[start + width * 2 + 1] = isCorner && down === right ? right : here;
    }
  }
  return { width: width * 2, height: height * 2, dots: out };
}

/** Ink only ever adds; what would fall beside the paper is lost. */
export function draw(target: Bitmap, { width, height, dots }: Bitmap, left: number, top: number): void {
  const visible = Math.min(width, target.width - left);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < visible; x += 1) {
      if (dots[y * width + x] === 1) target.dots[(top + y) * target.width + left + x] = 1;
    }
  }
}
