import { HEIGHT, type Scene, WIDTH } from '../scene.ts';
import { circle, group, line, linear, mix, path, radial, rect, shape, short } from '../svg.ts';

/** The sea in layers, each deeper and darker, until far down something large begins to shine. */
export const deepTide: Scene = (canvas) => {
  const { palette, chance, id, ref } = canvas;
  const layers = Array.from({ length: 7 }, (_, index) => {
    const share = index / 6;
    return wave(
      118 + index * 52 + share * 18,
      15 - share * 6,
      150 + index * 22,
      chance.next() * 6,
      mix(palette.soft, palette.deep, Math.min(1, share * 1.12)),
    );
  });
  const bubbles = Array.from({ length: 34 }, () => {
    const rise = chance.next();
    return circle(120 + (chance.next() - 0.5) * 150 + rise * 90, 400 - rise * 250, 0.8 + chance.next() ** 2 * 4.2, 'none', {
      stroke: palette.glow,
      'stroke-width': 0.9,
      opacity: '0.7',
    });
  });
  return [
    shape(
      'defs',
      {},
      linear(id('sky'), [
        [0, palette.accent],
        [0.2, palette.glow],
      ]),
      radial(id('light'), [
        [0.2, palette.glow, 0.95],
        [0.5, mix(palette.glow, palette.soft, 0.4), 0.6],
        [0.75, palette.soft, 0.22],
        [1, palette.soft, 0],
      ]),
      linear(id('depth'), [
        [0.4, palette.ground, 0],
        [1, palette.ground, 0.92],
      ]),
      linear(id('ray'), [
        [0, palette.glow, 0],
        [0.35, palette.glow, 0.4],
        [1, palette.glow, 0],
      ]),
    ),
    rect(0, 0, WIDTH, HEIGHT, ref('sky')),
    circle(286, 70, 30, palette.glow),
    boat(palette.ground),
    ...layers,
    ...[30, 118, 214, 318].map((x, index) =>
      path(`M${x} 190H${x + 34 + index * 6}L${x + 120 - index * 34} 520H${x - 20 - index * 30}Z`, ref('ray'), { opacity: '0.22' }),
    ),
    rect(0, 150, WIDTH, 450, ref('depth')),
    shape('ellipse', { cx: 214, cy: 350, rx: 240, ry: 132, fill: ref('light') }),
    whale(palette.ground, palette.glow),
    ...bubbles,
    line('M112 112V262', palette.ground, 0.8, { opacity: '0.7' }),
    diver(palette.ground),
  ].join('');
};

function wave(y: number, height: number, length: number, phase: number, fill: string): string {
  const start = -length + ((phase * 37) % length) - length;
  const half = length / 2;
  let d = `M${short(start)} ${short(y)}`;
  for (let x = start; x < WIDTH + length; x += length) d += `q${short(half / 2)} ${short(-height * 2)} ${short(half)} 0t${short(half)} 0`;
  return path(`${d}V${HEIGHT}H${short(start)}Z`, fill);
}

function boat(dark: string): string {
  return path('M84 101h58q-4 15-14 15h-30q-10 0-14-15zM110 98V66l25 30zM106 98V74l-15 22z', dark);
}

/** From the side, turned up to the light a little. */
function whale(dark: string, light: string): string {
  return group(
    { transform: 'translate(0 -50) rotate(-9 206 390)' },
    path(
      'M70 392C84 352 150 334 214 342C262 348 296 366 322 386C334 380 344 366 348 350C354 360 357 366 356 374C366 370 378 370 388 374C374 382 362 394 344 402C318 420 270 434 206 436C140 438 84 424 70 392Z',
      dark,
    ),
    path('M180 428c-4 22-22 40-46 46c4-18 8-34 18-48z', dark),
    line('M84 404q60 26 128 18M92 411q52 20 110 15M104 418q42 14 84 11', light, 1, { opacity: '0.5' }),
    circle(104, 388, 2.6, light),
  );
}

function diver(dark: string): string {
  return path('M108 260q6-5 10 1l6 15q2 5-2 6l-4 24-3 0-1-20-4 1-6 18-3-1 4-24q-2-10 3-20z', dark) + circle(115, 256, 5.4, dark);
}
