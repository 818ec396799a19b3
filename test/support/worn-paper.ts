import { decode, encode } from 'fast-png';

/** What becomes of a paper between the printer and the gate: held askew, crumpled, left in the sun. Deterministic, so that a failure can be looked at. */

interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const WHITE = 255;

function read(png: Uint8Array): Grey {
  const { width, height, data, channels } = decode(png);
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i += 1) grey[i] = data[i * channels] ?? WHITE;
  return { width, height, data: grey };
}

const write = ({ width, height, data }: Grey): Uint8Array => encode({ width, height, data, channels: 1, depth: 8 });

/** Each pixel of the result is looked up, between its four neighbours, at the place that `from` names. */
function warp(source: Grey, from: (x: number, y: number) => readonly [number, number]): Grey {
  const { width, height, data } = source;
  const out = new Uint8Array(width * height).fill(WHITE);
  const at = (x: number, y: number): number => (x < 0 || y < 0 || x >= width || y >= height ? WHITE : (data[y * width + x] ?? WHITE));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [sx, sy] = from(x, y);
      const [x0, y0] = [Math.floor(sx), Math.floor(sy)];
      const [fx, fy] = [sx - x0, sy - y0];
      const top = at(x0, y0) * (1 - fx) + at(x0 + 1, y0) * fx;
      const bottom = at(x0, y0 + 1) * (1 - fx) + at(x0 + 1, y0 + 1) * fx;
      out[y * width + x] = Math.round(top * (1 - fy) + bottom * fy);
    }
  }
  return { width, height, data: out };
}

/** Each pixel becomes the mean of the nine around it. */
function blurred({ width, height, data }: Grey): Grey {
  const out = data.slice();
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      let sum = 0;
      for (let dy = -1; dy <= 1; dy += 1) for (let dx = -1; dx <= 1; dx += 1) sum += data[(y + dy) * width + x + dx] ?? WHITE;
      out[y * width + x] = Math.round(sum / 9);
    }
  }
  return { width, height, data: out };
}

function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const WEAR = {
  /** Turned by seven degrees, and the far side a little smaller, as a hand holds it under a reader. */
  skewed: (grey: Grey): Grey => {
    const [cx, cy, angle] = [grey.width / 2, grey.height / 2, (7 * Math.PI) / 180];
    return warp(grey, (x, y) => {
      const depth = 1 + 0.00018 * (y - cy);
      const [dx, dy] = [(x - cx) * depth, (y - cy) * depth];
      return [cx + dx * Math.cos(angle) - dy * Math.sin(angle), cy + dx * Math.sin(angle) + dy * Math.cos(angle)];
    });
  },
  /** Two dots of a hundred wrong and a grain of a quarter, seen through a lens: a reader's picture is never sharper than a dot. */
  noisy: ({ width, height, data }: Grey): Grey => {
    const next = chance(20_261_031);
    const grain = (value: number): number => Math.max(0, Math.min(WHITE, Math.round(value + (next() - 0.5) * 64)));
    return blurred({ width, height, data: data.map((value) => (next() < 0.02 ? WHITE - value : grain(value))) });
  },
  /** Ink at a third of its darkness, on paper that has browned towards one edge. */
  faded: ({ width, height, data }: Grey): Grey => ({
    width,
    height,
    data: data.map((value, i) => Math.round(235 - 40 * ((i % width) / width) - (WHITE - value) * 0.33)),
  }),
} as const;

export const WEARS = Object.keys(WEAR) as readonly (keyof typeof WEAR)[];

export const worn = (png: Uint8Array, how: keyof typeof WEAR): Uint8Array => write(WEAR[how](read(png)));
