import { encode } from 'uqr';
import type { Frame } from '../../../../kiosk-ui/usher/camera/frame.ts';

/** How a code is held in front of a camera. */
export interface Pose {
  /** Side of the code with its white edge, as a part of the frame's side. */
  readonly size: number;
  /** Radians. */
  readonly turned: number;
  /** How much smaller the far edge is, as a part. */
  readonly tilted: number;
  /** Pixels that a point is smeared over, to each side. */
  readonly blur: number;
  /** Brightness of paper and of ink, 0 to 255. */
  readonly light: readonly [paper: number, ink: number];
  /** Spread of the sensor's noise. */
  readonly noise: number;
  /** Radius of a lamp's reflection somewhere on the code, as a part of the frame's side; 0 for none. */
  readonly glare: number;
}

export const HELD_WELL: Pose = { size: 0.7, turned: 0, tilted: 0, blur: 0, light: [225, 30], noise: 0, glare: 0 };

/** Beyond what @zxing/library reads of a ticket, which ends at 0.35; zxing-wasm reads until 0.45. */
export const FARTHEST_TILT: Pose = { ...HELD_WELL, size: 0.6, turned: 0.4, tilted: 0.42, noise: 4 };

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** As long as what a ticket shows, in the same alphabet: 99 bytes in base45 on paper, 111 in the changing code of a phone. */
export function ticketText(on: 'paper' | 'phone', dice: () => number): string {
  const [head, letters] = on === 'paper' ? ['FY1:', 149] : ['FR1:', 167];
  return `${head}${Array.from({ length: letters }, () => LETTERS[Math.floor(dice() * LETTERS.length)] ?? '0').join('')}`;
}

/** The same numbers for the same seed. */
export function createDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** What a camera sees of a QR code: two samples a pixel, then blur, reflection and noise. */
export function drawFrame(text: string, side: number, pose: Pose, dice: () => number): Frame {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const [paper, ink] = pose.light;
  const [cos, sin, width] = [Math.cos(pose.turned), Math.sin(pose.turned), side * pose.size];
  const [midX, midY] = [side / 2 + dice() * 8 - 4, side / 2 + dice() * 8 - 4];
  const shade = (x: number, y: number): number => {
    const u = (cos * (x - midX) + sin * (y - midY)) / width;
    const v = (cos * (y - midY) - sin * (x - midX)) / width;
    const near = 1 + pose.tilted * v;
    const module = data[Math.floor((v * near + 0.5) * size)]?.[Math.floor((u * near + 0.5) * size)];
    return module === undefined ? (paper + ink) / 2 : module ? ink : paper;
  };
  let shades = new Float32Array(side * side);
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) shades[y * side + x] = (shade(x + 0.25, y + 0.25) + shade(x + 0.75, y + 0.75)) / 2;
  if (pose.blur > 0) shades = smear(smear(shades, side, pose.blur, 1), side, pose.blur, side);
  if (pose.glare > 0) shine(shades, side, pose, dice);
  const luminance = new Uint8ClampedArray(side * side);
  for (let at = 0; at < luminance.length; at++) luminance[at] = (shades[at] ?? 0) + (pose.noise === 0 ? 0 : (dice() + dice() - 1) * 1.4 * pose.noise);
  return { side, luminance };
}

/** How much brighter than white the middle of a reflection is: the sensor is full there. */
const LAMP = 400;

function shine(shades: Float32Array, side: number, { glare, size }: Pose, dice: () => number): void {
  const [midX, midY] = [side * (0.5 + (dice() - 0.5) * size * 0.7), side * (0.5 + (dice() - 0.5) * size * 0.7)];
  const spread = 2 * (glare * side) ** 2;
  for (let at = 0; at < shades.length; at++) {
    const distance = ((at % side) - midX) ** 2 + (Math.floor(at / side) - midY) ** 2;
    shades[at] = (shades[at] ?? 0) + LAMP * Math.exp(-distance / spread);
  }
}

/** @param step 1 smears along rows, the side of the picture along columns */
function smear(shades: Float32Array<ArrayBuffer>, side: number, blur: number, step: number): Float32Array<ArrayBuffer> {
  const smeared = new Float32Array(shades.length);
  for (let at = 0; at < shades.length; at++) {
    const place = step === 1 ? at % side : Math.floor(at / side);
    let sum = 0;
    for (let offset = -blur; offset <= blur; offset++) sum += shades[place + offset < 0 || place + offset >= side ? at : at + offset * step] ?? 0;
    smeared[at] = sum / (2 * blur + 1);
  }
  return smeared;
}
