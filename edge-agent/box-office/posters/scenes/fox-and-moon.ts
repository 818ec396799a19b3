import type { Chance } from '../../programme/chance.ts';
import { HEIGHT, type Scene, stars, WIDTH } from '../scene.ts';
import { circle, group, linear, mix, path, radial, rect, shape } from '../svg.ts';

/** A fox on a hill at night, seen from behind; before it hangs the moon, between dark trees. */
export const foxAndMoon: Scene = (canvas) => {
  const { palette, chance, id, ref } = canvas;
  return [
    shape(
      'defs',
      {},
      linear(id('sky'), [
        [0, palette.ground],
        [0.45, palette.deep],
        [0.8, palette.mid],
      ]),
      radial(id('shine'), [
        [0.3, palette.glow, 0.5],
        [0.6, palette.glow, 0.14],
        [1, palette.glow, 0],
      ]),
      linear(id('hill'), [
        [0, mix(palette.deep, palette.mid, 0.35)],
        [0.5, palette.ground],
      ]),
      linear(id('foot'), [
        [0, palette.ground, 0],
        [0.4, palette.ground, 1],
      ]),
    ),
    rect(0, 0, WIDTH, HEIGHT, ref('sky')),
    stars(canvas, 60, 0, 300, palette.glow),
    circle(206, 286, 210, ref('shine')),
    circle(206, 286, 104, palette.glow),
    circle(172, 256, 15, palette.soft, { opacity: '0.5' }),
    circle(240, 248, 9, palette.soft, { opacity: '0.5' }),
    circle(228, 322, 20, palette.soft, { opacity: '0.45' }),
    circle(164, 318, 7, palette.soft, { opacity: '0.5' }),
    ...pines(chance, 404, 46, 0.62, mix(palette.deep, palette.mid, 0.55)),
    ...pines(chance, 430, 62, 0.5, mix(palette.deep, palette.ground, 0.35)),
    path('M-10 470Q200 374 410 452V610H-10Z', ref('hill')),
    trunks(palette.ground, mix(palette.ground, palette.deep, 0.7)),
    rect(0, 440, WIDTH, 160, ref('foot')),
    ...fireflies(chance, palette.accent, palette.glow),
    fox(palette.accent, palette.glow, palette.ground),
  ].join('');
};

function pines(chance: Chance, y: number, height: number, gap: number, colour: string): string[] {
  const trees: string[] = [];
  for (let x = -20; x < WIDTH + 20; x += height * gap * (0.7 + chance.next() * 0.6)) {
    const h = Math.round(height * (0.7 + chance.next() * 0.8));
    const w = Math.round(h * 0.34);
    const left = Math.round(x);
    trees.push(
      path(
        `M${left} ${y - h}l${w} ${Math.round(h * 0.5)}h${-Math.round(w * 0.45)}l${Math.round(w * 0.75)} ${Math.round(h * 0.5)}V${y + 70}H${left - w - 8}V${y}l${Math.round(w * 0.85)} ${-Math.round(h * 0.5)}h${-Math.round(w * 0.5)}z`,
        colour,
      ),
    );
  }
  return trees;
}

function trunks(dark: string, lighter: string): string {
  return [
    path('M-10-10H58Q44 120 50 260Q54 400 92 610H-10Z', lighter),
    path('M-10-10H30Q18 160 24 320Q28 440 50 610H-10Z', dark),
    path('M46 150Q86 128 116 84Q88 108 48 112ZM50 250Q76 240 96 214Q76 226 48 226Z', lighter),
    path('M410-10H352Q370 130 362 290Q356 420 322 610H410Z', lighter),
    path('M410-10H382Q390 150 386 330Q382 450 362 610H410Z', dark),
    path('M364 190Q322 170 296 118Q326 148 366 150ZM362 300Q340 288 322 262Q342 274 362 270Z', lighter),
  ].join('');
}

function fox(coat: string, light: string, dark: string): string {
  const shade = mix(coat, dark, 0.35);
  return group(
    { transform: 'translate(206 424)' },
    path('M26 6C64 18 86-4 84-40C82-62 66-74 60-82C62-58 54-48 44-34C36-22 28-12 26 6Z', coat),
    path('M84-40C82-62 66-74 60-82C61-70 59-62 55-54C64-56 76-50 84-40Z', light),
    path('M-30 10C-36-26-18-52 0-56C18-52 38-26 32 10Q0 20-30 10Z', coat),
    path('M-14-44Q0-36 14-44Q8-26 10-6Q0-12-10-6Q-8-26-14-44Z', shade, { opacity: '0.35' }),
    path('M-24-58C-26-74-28-88-24-100C-14-94-8-86-5-80Q0-82 5-80C8-86 14-94 24-100C28-88 26-74 24-58C22-44 10-40 0-40C-10-40-22-44-24-58Z', coat),
    path('M-21-92C-16-88-12-84-10-78L-19-70C-21-78-22-86-21-92ZM21-92C16-88 12-84 10-78L19-70C21-78 22-86 21-92Z', dark, { opacity: '0.75' }),
  );
}

function fireflies(chance: Chance, warm: string, light: string): string[] {
  return Array.from({ length: 16 }, () => {
    const [x, y] = [40 + chance.next() * 320, 330 + chance.next() * 120];
    return circle(x, y, 5, warm, { opacity: '0.22' }) + circle(x, y, 1.5, light);
  });
}
