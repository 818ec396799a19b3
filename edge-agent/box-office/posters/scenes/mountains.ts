import type { Chance } from '../../programme/chance.ts';
import { HEIGHT, ridge, type Scene, stars, WIDTH } from '../scene.ts';
import { circle, linear, mix, type Point, path, radial, rect, shape, through } from '../svg.ts';

const PEAK: Point = [232, 172];

/** One great peak, snow on its sunny side, ranges fading behind it, and a rope of climbers on the ridge. */
export const mountains: Scene = (canvas) => {
  const { palette, chance, id, ref } = canvas;
  const far = [0.8, 0.55].map((share, index) => {
    const points = ridge(chance, 330 + index * 44, 90 - index * 20, 0.55);
    return path(through([...points, [WIDTH + 10, HEIGHT], [-10, HEIGHT]]), mix(palette.deep, palette.soft, share));
  });
  const left = slope(chance, PEAK, [-30, 468]);
  const right = slope(chance, PEAK, [440, 430]);
  const edge = slope(chance, PEAK, [188, 620], 20);
  const front = ridge(chance, 500, 60, 0.5);
  return [
    shape(
      'defs',
      {},
      linear(id('sky'), [
        [0, palette.deep],
        [0.34, palette.mid],
        [0.62, palette.accent],
        [0.8, palette.glow],
      ]),
      linear(id('lit'), [
        [0.05, palette.glow],
        [0.55, mix(palette.soft, palette.accent, 0.25)],
        [1, palette.mid],
      ]),
      linear(id('dark'), [
        [0, mix(palette.deep, palette.mid, 0.5)],
        [1, palette.ground],
      ]),
      linear(id('foot'), [
        [0, palette.ground, 0],
        [1, palette.ground, 0.96],
      ]),
      radial(id('sun'), [
        [0, palette.glow, 0.95],
        [0.28, palette.glow, 0.35],
        [1, palette.glow, 0],
      ]),
    ),
    rect(0, 0, WIDTH, HEIGHT, ref('sky')),
    stars(canvas, 40, 0, 120, palette.glow),
    circle(96, 300, 150, ref('sun')),
    circle(96, 300, 27, palette.glow),
    ...far,
    path(through([...left.slice().reverse(), ...edge.slice(1), [-30, 640]]), ref('lit')),
    path(through([...right.slice().reverse(), ...edge.slice(1), [440, 640]]), ref('dark')),
    ...rocks(chance, palette.deep, left, edge),
    ...snow(chance, palette.glow, right),
    path(through([...front, [WIDTH + 10, HEIGHT], [-10, HEIGHT]]), palette.ground),
    rect(0, 390, WIDTH, 210, ref('foot')),
    climbers(left, palette.ground, palette.accent),
  ].join('');
};

/** A broken line from the peak down to `foot`. */
function slope(chance: Chance, [x, y]: Point, foot: Point, swing = 9): Point[] {
  const steps = 14;
  return Array.from({ length: steps + 1 }, (_, index): Point => {
    const share = index / steps;
    const off = index === 0 || index === steps ? 0 : (chance.next() - 0.5) * 2;
    const bulge = Math.sin(share * Math.PI) * 10;
    return [x + (foot[0] - x) * share + off * swing, y + (foot[1] - y) * share + off * swing * 0.7 + bulge];
  });
}

/** Bare rock on the sunny side: slivers that run down with the slope. */
function rocks(chance: Chance, colour: string, left: readonly Point[], edge: readonly Point[]): string[] {
  return Array.from({ length: 24 }, () => {
    const depth = 0.16 + chance.next() * 0.62;
    const a = left[Math.floor(depth * 14)] ?? PEAK;
    const b = edge[Math.floor(depth * 10)] ?? PEAK;
    const share = 0.12 + chance.next() * 0.8;
    const x = a[0] + (b[0] - a[0]) * share;
    const y = Math.max(a[1], a[1] + (b[1] - a[1]) * share) + 4;
    const length = 14 + chance.next() * 42 * depth;
    const lean = (x - PEAK[0]) * 0.22;
    return path(
      through([
        [x, y],
        [x + lean * 0.6 + 5, y + length * 0.5],
        [x + lean, y + length],
        [x + lean * 0.5 - 4, y + length * 0.6],
      ]),
      colour,
      { opacity: '0.42' },
    );
  });
}

/** Snow in the gullies of the dark side. */
function snow(chance: Chance, colour: string, right: readonly Point[]): string[] {
  return Array.from({ length: 16 }, () => {
    const at = right[1 + chance.below(9)] ?? PEAK;
    const x = PEAK[0] + (at[0] - PEAK[0]) * (0.2 + chance.next() * 0.75);
    const y = at[1] + 8 + chance.next() * 26;
    const length = 18 + chance.next() * 46;
    return path(
      through([
        [x, y],
        [x + 7 + length * 0.3, y + length * 0.55],
        [x + length * 0.3, y + length],
        [x + 1, y + length * 0.5],
      ]),
      colour,
      { opacity: '0.34' },
    );
  });
}

function climbers(left: readonly Point[], dark: string, light: string): string {
  return [3, 4, 5, 6]
    .flatMap((index) => {
      const at = left[index];
      if (at === undefined) return [];
      const [x, y] = at;
      return [
        path(`M${Math.round(x) - 3} ${Math.round(y) + 2}l2-9 3 0 3 9-3 0-1-4-1 4z`, dark),
        circle(x + 0.5, y - 9, 2.3, index === 3 ? light : dark),
      ];
    })
    .join('');
}
