import { HEIGHT, type Scene, WIDTH } from '../scene.ts';
import { circle, group, line, linear, mix, path, radial, rect, shape } from '../svg.ts';

/** A broad summer sky over hills; a child far below holds the line of a kite that fills it. */
export const kite: Scene = (canvas) => {
  const { palette, id, ref } = canvas;
  return [
    shape(
      'defs',
      {},
      linear(id('sky'), [
        [0, palette.mid],
        [0.5, palette.soft],
        [0.78, palette.glow],
      ]),
      linear(id('cloud'), [
        [0, '#ffffff', 0.95],
        [1, palette.glow, 0.5],
      ]),
      radial(id('sun'), [
        [0.2, palette.glow, 0.9],
        [1, palette.glow, 0],
      ]),
      linear(id('near'), [
        [0, mix(palette.deep, palette.glow, 0.2)],
        [0.5, palette.deep],
        [1, palette.ground],
      ]),
    ),
    rect(0, 0, WIDTH, HEIGHT, ref('sky')),
    circle(70, 396, 190, ref('sun')),
    cloud(ref('cloud'), 66, 236, 0.82),
    cloud(ref('cloud'), 336, 316, 1.1),
    cloud(ref('cloud'), 150, 352, 0.6),
    path('M-10 416Q90 362 210 400T410 374V610H-10Z', mix(palette.deep, palette.glow, 0.5)),
    path('M-10 446Q120 392 250 430T410 418V610H-10Z', mix(palette.deep, palette.glow, 0.28)),
    path('M-10 486Q150 396 410 466V610H-10Z', ref('near')),
    ...[28, 52, 330, 352, 378].map((x, index) =>
      path(`M${x} ${index < 2 ? 444 - index * 6 : 450 + index * 2}q-9-26 0-44q9 18 0 44z`, palette.ground, { opacity: '0.55' }),
    ),
    line('M264 168C280 250 240 330 165 407', palette.ground, 0.9, { opacity: '0.7' }),
    theKite(palette.accent, palette.glow, palette.ground),
    child(palette.ground, palette.accent),
  ].join('');
};

function cloud(fill: string, x: number, y: number, scale: number): string {
  return group(
    { transform: `translate(${x} ${y}) scale(${scale})` },
    path('M-92 22C-104 2-84-14-68-10C-66-34-34-42-22-24C-10-50 34-48 40-18C58-30 82-18 78 0C96 0 100 18 88 22Z', fill),
  );
}

function theKite(colour: string, light: string, dark: string): string {
  const tail = 'M232 226C196 250 246 276 212 306C184 330 226 352 190 378';
  return group(
    {},
    line(tail, mix(colour, dark, 0.2), 2.6),
    ...[
      [216, 250],
      [226, 278],
      [204, 316],
      [204, 346],
    ].map(([x = 0, y = 0], index) => path(`M${x} ${y}l-13-8 2 14zM${x} ${y}l13 8-1-14z`, index % 2 === 0 ? light : colour)),
    path('M300 58L346 140L232 226L216 122Z', colour),
    path('M300 58L346 140L264 168Z', mix(colour, light, 0.42)),
    path('M216 122L264 168L232 226Z', mix(colour, dark, 0.24)),
    path('M300 58L216 122L264 168Z', mix(colour, light, 0.14)),
    line('M300 58L232 226M216 122L346 140', dark, 1.4, { opacity: '0.5' }),
  );
}

/** Running, one arm up to the line, a scarf behind. */
function child(dark: string, scarf: string): string {
  return group(
    { transform: 'translate(150 432) scale(1.3)' },
    path('M-2-2C4-2 6 4 5 12L12 22L8 24L0 14L-8 22L-16 20L-16 17L-9 17L-5 10Z', dark),
    path('M1 0L10-20L13-19L6 4Z', dark),
    circle(0, -9, 6, dark),
    path('M-3-3C-12-6-18 0-28-5C-20 4-12 4-4 1Z', scarf),
  );
}
