import type { Bitmap } from './dots.ts';

/**
 * Code 128 (ISO/IEC 15417), drawn by us for every printer alike: the firmwares' own commands differ between families. Pairs of digits take set C, all else set B.
 */

/** Widths of bars and spaces, alternating, of the values 0 to 105 and of the stop. */
const PATTERNS = (
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211 221132 221231 ' +
  '213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 ' +
  '112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 ' +
  '111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 ' +
  '124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 ' +
  '211232 2331112'
).split(' ');
const TO_C = 99;
const TO_B = 100;
const START_B = 104;
const START_C = 105;
const STOP = 106;

const MODULE_DOTS = 2;
const HEIGHT_DOTS = 80;
/** Ten modules at both ends (ISO/IEC 15417, 4.3). */
const QUIET_MODULES = 10;

/** @param data printable ASCII */
export function drawCode128(data: string): Bitmap {
  const values = valuesOf(data);
  const check = values.reduce((sum, value, place) => sum + value * Math.max(1, place), 0) % 103;
  const modules: number[] = Array.from({ length: QUIET_MODULES }, () => 0);
  for (const value of [...values, check, STOP]) {
    for (const [place, width] of [...(PATTERNS[value] ?? '')].entries())
      modules.push(...Array.from({ length: Number(width) }, () => 1 - (place % 2)));
  }
  modules.push(...Array.from({ length: QUIET_MODULES }, () => 0));
  const width = modules.length * MODULE_DOTS;
  const dots = new Uint8Array(width * HEIGHT_DOTS);
  for (let x = 0; x < width; x += 1) {
    if (modules[Math.floor(x / MODULE_DOTS)] === 1) for (let y = 0; y < HEIGHT_DOTS; y += 1) dots[y * width + x] = 1;
  }
  return { width, height: HEIGHT_DOTS, dots };
}

/** Four digits and more are worth a change of set, two at the end as well. */
function valuesOf(data: string): number[] {
  const values: number[] = [];
  let set: 'B' | 'C' | undefined;
  for (let at = 0; at < data.length; ) {
    const digits = /^\d*/.exec(data.slice(at))?.[0].length ?? 0;
    const wanted = digits >= 4 || (set === 'C' && digits >= 2) ? 'C' : 'B';
    if (set === undefined) values.push(wanted === 'C' ? START_C : START_B);
    else if (set !== wanted) values.push(wanted === 'C' ? TO_C : TO_B);
    set = wanted;
    if (set === 'C') {
      values.push(Number(data.slice(at, at + 2)));
      at += 2;
    } else {
      values.push(data.charCodeAt(at) - 32);
      at += 1;
    }
  }
  return values;
}
