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
}

export const HELD_WELL: Pose = { size: 0.7, turned: 0, tilted: 0, blur: 0, light: [225, 30], noise: 0 };

/** The same numbers for the same seed. */
export function createDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** What a camera sees of a QR code: four samples a pixel, then blur and noise. */
export function drawFrame(text: string, side: number, pose: Pose, dice: () => number): Frame {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const [paper, ink] = pose.light;
  const [cos, sin, width] = [Math.cos(pose.turned), Math.sin(pose.turned), side * pose.size];
  const [midX, midY] = [side / 2 + dice() * 8 - 4, side / 2 + dice() * 8 - 4];
  const shade = (x: number, y: number): number => {
    const [u, v] = [(cos * (x - midX) + sin * (y - midY)) / width, (cos * (y - midY) - sin * (x - midX)) / width];
    const near = 1 + pose.tilted * v;
    const row = data[Math.floor((v * near + 0.5) * size)];
    const module = row?.[Math.floor((u * near + 0.5) * size)];
    return module === undefined ? (paper + ink) / 2 : module ? ink : paper;
  };
  let shades = Float32Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [at % side, Math.floor(at / side)];
    return (shade(x + 0.25, y + 0.25) + shade(x + 0.75, y + 0.25) + shade(x + 0.25, y + 0.75) + shade(x + 0.75, y + 0.75)) / 4;
  });
  if (pose.blur > 0) shades = smear(smear(shades, side, pose.blur, 1), side, pose.blur, side);
  const luminance = Uint8ClampedArray.from(shades, (value) => value + (dice() + dice() + dice() - 1.5) * pose.noise);
  return { side, luminance };
}

function smear(shades: Float32Array<ArrayBuffer>, side: number, blur: number, step: number): Float32Array<ArrayBuffer> {
  return shades.map((_, at) => {
    let sum = 0;
    for (let offset = -blur; offset <= blur; offset++) {
      const place = step === 1 ? (at % side) + offset : Math.floor(at / side) + offset;
      sum += shades[place < 0 || place >= side ? at : at + offset * step] ?? 0;
    }
    return sum / (2 * blur + 1);
  });
}
