import type { Chance } from '../../programme/chance.ts';
import { HEIGHT, type Palette, ridge, type Scene, stars, WIDTH } from '../scene.ts';
import { circle, linear, mix, type Point, path, radial, rect, shape, short, through } from '../svg.ts';

const PEAK: Point = [242, 168];
const ROWS = 9;
const COLUMNS = 3;

/** One great peak in facets, snow on its sunny side, ranges fading behind it, and a rope of climbers on the ridge. */
export const mountains: Scene = (canvas) => {
  const { palette, chance, id, ref } = canvas;
  const far = [0.8, 0.52].map((share, index) => {
    const points = ridge(chance, 338 + index * 42, 90 - index * 20, 0.55);
    return path(through([...points, [WIDTH + 10, HEIGHT], [-10, HEIGHT]]), mix(palette.deep, palette.soft, share));
  });
  const left = slope(chance, [-60, 500], 9);
  const edge = slope(chance, [214, 600], 26);
  const right = slope(chance, [452, 452], 9);
  const front = ridge(chance, 508, 60, 0.5);
  return [
    shape(
      'defs',
      {},
      linear(id('sky'), [
        [0, palette.deep],
        [0.34, palette.mid],
        [0.6, palette.accent],
        [0.8, palette.glow],
      ]),
      linear(id('foot'), [
        [0, palette.ground, 0],
        [0.6, palette.ground, 0.85],
        [1, palette.ground, 1],
      ]),
      radial(id('sun'), [
        [0, palette.glow, 0.95],
        [0.28, palette.glow, 0.4],
        [1, palette.glow, 0],
      ]),
    ),
    rect(0, 0, WIDTH, HEIGHT, ref('sky')),
    stars(canvas, 40, 0, 120, palette.glow),
    circle(352, 306, 150, ref('sun')),
    circle(352, 306, 25, palette.glow),
    ...far,
    facets(chance, left, edge, (depth, light) => sunny(palette, depth, light)),
    facets(chance, edge, right, (depth, light) => shady(palette, depth, light)),
    path(through([...front, [WIDTH + 10, HEIGHT], [-10, HEIGHT]]), mix(palette.ground, palette.deep, 0.4)),
    rect(0, 380, WIDTH, 220, ref('foot')),
    climbers(left, palette.ground, palette.accent),
  ].join('');
};

/** A broken line from the peak down to `foot`, `ROWS` pieces long. */
function slope(chance: Chance, foot: Point, swing: number): Point[] {
  return Array.from({ length: ROWS + 1 }, (_, index): Point => {
    const share = index / ROWS;
    const off = index === 0 ? 0 : (chance.next() - 0.5) * 2 * swing * (0.4 + share);
    const sag = Math.sin(share * Math.PI) * 14;
    return [PEAK[0] + (foot[0] - PEAK[0]) * share + off, PEAK[1] + (foot[1] - PEAK[1]) * share + sag + Math.abs(off) * 0.3];
  });
}

/** The face between two lines in triangles; `colourOf` takes the depth below the peak and a whim, both from 0 to 1. */
function facets(chance: Chance, from: readonly Point[], to: readonly Point[], colourOf: (depth: number, whim: number) => string): string {
  const grid = from.map((a, row) =>
    Array.from({ length: COLUMNS + 1 }, (_, column): Point => {
      const b = to[row] ?? a;
      const share = column / COLUMNS;
      const loose = column > 0 && column < COLUMNS ? Math.min(16, Math.abs(b[0] - a[0]) * 0.12) : 0;
      return [a[0] + (b[0] - a[0]) * share + (chance.next() - 0.5) * loose, a[1] + (b[1] - a[1]) * share + (chance.next() - 0.5) * loose * 1.6];
    }),
  );
  const triangle = (corners: readonly Point[], row: number): string => {
    const colour = colourOf((row + 0.5) / ROWS, chance.next());
    // A stroke in the same colour closes the hair lines between neighbours.
    return path(through(corners), colour, { stroke: colour, 'stroke-width': 0.7 });
  };
  return grid
    .flatMap((above, row) =>
      above.flatMap((a, column) => {
        const [b, below] = [above[column + 1], grid[row + 1]];
        const [c, d] = [below?.[column], below?.[column + 1]];
        if (b === undefined || c === undefined || d === undefined) return [];
        return [...(row === 0 ? [] : [triangle([a, b, d], row)]), triangle([a, c, d], row)];
      }),
    )
    .join('');
}

function sunny({ glow, soft, accent, mid, deep }: Palette, depth: number, whim: number): string {
  const snow = mix(mix(glow, '#ffffff', 0.6), mix(soft, accent, 0.22), Math.min(1, depth * 0.9 + whim * 0.45));
  return whim < depth * 1.1 - 0.42 ? mix(mid, deep, 0.2 + whim * 0.5) : snow;
}

function shady({ soft, mid, deep, ground }: Palette, depth: number, whim: number): string {
  const rock = mix(mix(mid, deep, 0.62), ground, Math.min(1, depth * 0.7 + whim * 0.35));
  return whim > 0.62 + depth * 0.55 ? mix(soft, mid, 0.55) : rock;
}

/** Four on one rope, between the first and the fourth point of the ridge. */
function climbers(left: readonly Point[], dark: string, light: string): string {
  return [0.5, 1.2, 1.9, 2.6]
    .map((at, index) => {
      const upper = left[1 + Math.floor(at)] ?? PEAK;
      const lower = left[2 + Math.floor(at)] ?? PEAK;
      const x = upper[0] + (lower[0] - upper[0]) * (at % 1);
      const y = upper[1] + (lower[1] - upper[1]) * (at % 1);
      return path(`M${short(x - 4)} ${short(y + 3)}l2-10 3 0 3 8-2 1-2-5-1 5z`, dark) + circle(x, y - 9, 2.3, index === 0 ? light : dark);
    })
    .join('');
}
