/** Just enough SVG to draw with: numbers are shortened, texts and attributes are escaped, and nothing can refer to anything outside the picture. */

export type Attributes = Readonly<Record<string, string | number | undefined>>;

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as it may stand in an element or an attribute. Control characters, which XML forbids, are left out. */
export function escapeText(text: string): string {
  return [...text]
    .filter((character) => character >= ' ' && !/[\uFFFE\uFFFF\uD800-\uDFFF]/u.test(character))
    .join('')
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

export function shape(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? short(value) : escapeText(value ?? '')}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

export function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export const rect = (x: number, y: number, width: number, height: number, fill: string, more: Attributes = {}): string =>
  shape('rect', { x, y, width, height, fill, ...more });

export const circle = (cx: number, cy: number, r: number, fill: string, more: Attributes = {}): string =>
  shape('circle', { cx, cy, r, fill, ...more });

export const path = (d: string, fill: string, more: Attributes = {}): string => shape('path', { d, fill, ...more });

export const line = (d: string, stroke: string, width: number, more: Attributes = {}): string =>
  shape('path', { d, fill: 'none', stroke, 'stroke-width': width, 'stroke-linecap': 'round', ...more });

export const group = (attributes: Attributes, ...children: readonly string[]): string => shape('g', attributes, ...children);

export type Point = readonly [x: number, y: number];

/** Straight lines through all points. */
export function through(points: readonly Point[], close = true): string {
  return `M${points.map(([x, y]) => `${short(x)} ${short(y)}`).join('L')}${close ? 'Z' : ''}`;
}

export type Stop = readonly [offset: number, colour: string, opacity?: number];

function stops(list: readonly Stop[]): string[] {
  return list.map(([offset, colour, opacity]) =>
    shape('stop', { offset: String(offset), 'stop-color': colour, 'stop-opacity': opacity === undefined ? undefined : String(opacity) }),
  );
}

/** From top to bottom of what it fills unless `direction` says otherwise: x1, y1, x2, y2 from 0 to 1. */
export function linear(id: string, list: readonly Stop[], direction: readonly [number, number, number, number] = [0, 0, 0, 1]): string {
  const [x1, y1, x2, y2] = direction.map(String);
  return shape('linearGradient', { id, x1, y1, x2, y2 }, ...stops(list));
}

/** From the middle of what it fills to its edge; `centre` moves the middle, from 0 to 1. */
export function radial(id: string, list: readonly Stop[], centre: readonly [number, number] = [0.5, 0.5], r = 0.5): string {
  return shape('radialGradient', { id, cx: String(centre[0]), cy: String(centre[1]), r: String(r) }, ...stops(list));
}

/** Between two colours `#rrggbb`: 0 is the first, 1 the second. */
export function mix(from: string, to: string, share: number): string {
  const channel = (at: number): string => {
    const a = Number.parseInt(from.slice(at, at + 2), 16);
    const b = Number.parseInt(to.slice(at, at + 2), 16);
    return Math.round(a + (b - a) * share)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}
