import type { Chance } from '../programme/chance.ts';
import { circle } from './svg.ts';

/** The size of every poster, two by three, in user units. */
export const WIDTH = 400;
export const HEIGHT = 600;

/** The colours of one poster, `#rrggbb`, named after their part in the picture. */
export interface Palette {
  /** The darkest: night, silhouettes. */
  readonly ground: string;
  readonly deep: string;
  readonly mid: string;
  readonly soft: string;
  /** The brightest: sun, moon, lamps. */
  readonly glow: string;
  /** The one that does not belong to the others. */
  readonly accent: string;
  readonly title: string;
}

export interface Canvas {
  readonly palette: Palette;
  readonly chance: Chance;
  /** A name for a gradient or a clip that no other poster on the same page has. */
  id(name: string): string;
  /** For `fill`: what `id` names. */
  ref(name: string): string;
}

/** Draws a picture of WIDTH × HEIGHT and leaves room for words where its title layout puts them. */
export type Scene = (canvas: Canvas) => string;

/** Points of light scattered over a band of the sky. */
export function stars(canvas: Canvas, count: number, from: number, to: number, colour: string): string {
  return Array.from({ length: count }, () => {
    const brightness = canvas.chance.next();
    const r = 0.4 + brightness ** 3 * 1.3;
    return circle(canvas.chance.next() * WIDTH, from + canvas.chance.next() * (to - from), r, colour, {
      opacity: String(Math.round((0.25 + 0.7 * brightness) * 100) / 100),
    });
  }).join('');
}

/** A jagged line from left to right by halving: heights around `y`, rough by `roughness` (0 is straight). Ends beyond both edges. */
export function ridge(chance: Chance, y: number, swing: number, roughness: number, halvings = 5): [x: number, y: number][] {
  let points: [number, number][] = [
    [-10, y + (chance.next() - 0.5) * swing],
    [WIDTH + 10, y + (chance.next() - 0.5) * swing],
  ];
  let reach = swing;
  for (let step = 0; step < halvings; step++) {
    points = points.flatMap((point, index): [number, number][] => {
      const next = points[index + 1];
      if (next === undefined) return [point];
      return [point, [(point[0] + next[0]) / 2 + (chance.next() - 0.5) * 8, (point[1] + next[1]) / 2 + (chance.next() - 0.5) * reach]];
    });
    reach *= roughness;
  }
  return points;
}
