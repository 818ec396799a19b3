import { HEIGHT, type Scene, WIDTH } from '../scene.ts';
import { circle, group, line, path, rect, shape } from '../svg.ts';

/** A record cut through the middle, one half of it a little late. */
export const halfRecord: Scene = (canvas) => {
  const { palette, id, ref } = canvas;
  return [
    shape(
      'defs',
      {},
      shape('clipPath', { id: id('left') }, rect(-200, -400, 200, 800, '#000')),
      shape('clipPath', { id: id('right') }, rect(0, -400, 200, 800, '#000')),
    ),
    rect(0, 0, WIDTH, HEIGHT, palette.glow),
    rect(200, 0, 200, HEIGHT, palette.accent),
    path('M0 0H200V96Q100 120 0 60Z', palette.soft, { opacity: '0.9' }),
    group({ transform: 'translate(200 214)' }, group({ 'clip-path': ref('left') }, record(palette.ground, palette.accent, palette.glow))),
    group({ transform: 'translate(200 268)' }, group({ 'clip-path': ref('right') }, record(palette.deep, palette.glow, palette.soft))),
    beat(palette.mid, palette.ground),
  ].join('');
};

function record(disc: string, label: string, groove: string): string {
  const grooves = [158, 148, 136, 126, 118, 106, 96, 88, 76].map((r, index) =>
    circle(0, 0, r, 'none', { stroke: groove, 'stroke-width': index % 3 === 0 ? 1.6 : 0.8, opacity: '0.5' }),
  );
  return [
    circle(0, 0, 168, disc),
    ...grooves,
    circle(0, 0, 58, label),
    circle(0, 0, 42, 'none', { stroke: disc, 'stroke-width': 1.4 }),
    circle(0, 0, 7, disc),
  ].join('');
}

/** The arm on the left, four beats on the right of which the last is missing. */
function beat(colour: string, dark: string): string {
  const dots = [0, 1, 2, 3].map(
    (index) =>
      circle(326, 60 + index * 0, 0, colour) +
      circle(250 + index * 36, 58, 9, index === 3 ? 'none' : dark, index === 3 ? { stroke: dark, 'stroke-width': 2.4 } : {}),
  );
  return (
    line('M38 52L54 128L124 214', dark, 6, { 'stroke-linejoin': 'round' }) +
    circle(38, 52, 15, dark) +
    circle(38, 52, 6, colour) +
    path('M116 204l18 8-12 18-14-10z', dark) +
    dots.join('')
  );
}
