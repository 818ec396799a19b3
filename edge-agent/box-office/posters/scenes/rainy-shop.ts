import type { Chance } from '../../programme/chance.ts';
import { HEIGHT, type Scene, WIDTH } from '../scene.ts';
import { circle, group, line, linear, mix, path, radial, rect, shape } from '../svg.ts';

/** A shop that never closes, the only light in a wet street at four in the morning. */
export const rainyShop: Scene = (canvas) => {
  const { palette, chance, id, ref } = canvas;
  return [
    shape(
      'defs',
      {},
      linear(id('night'), [
        [0, palette.ground],
        [1, palette.deep],
      ]),
      linear(id('street'), [
        [0, mix(palette.deep, palette.glow, 0.35)],
        [0.3, palette.deep],
        [1, palette.ground],
      ]),
      radial(id('spill'), [
        [0, palette.glow, 0.6],
        [0.5, palette.glow, 0.18],
        [1, palette.glow, 0],
      ]),
      linear(id('inside'), [
        [0, '#ffffff'],
        [0.4, palette.glow],
        [1, mix(palette.glow, palette.accent, 0.3)],
      ]),
    ),
    rect(0, 0, WIDTH, HEIGHT, ref('night')),
    houses(chance, mix(palette.ground, palette.deep, 0.6), palette.mid),
    rect(0, 492, WIDTH, 120, ref('street')),
    shape('ellipse', { cx: 206, cy: 430, rx: 250, ry: 170, fill: ref('spill') }),
    shop(chance, ref('inside'), canvas.palette),
    path('M74 494H338L392 606H14Z', palette.glow, { opacity: '0.16' }),
    ...Array.from({ length: 30 }, () => {
      const width = 10 + chance.next() * 44;
      return rect(20 + chance.next() * 340, 500 + chance.next() * 64, width, 1.6, chance.next() < 0.3 ? palette.accent : palette.glow, {
        opacity: String(Math.round((0.12 + chance.next() * 0.35) * 100) / 100),
        rx: 0.8,
      });
    }),
    guest(palette.ground, palette.accent),
    rain(chance, palette.soft),
  ].join('');
};

function houses(chance: Chance, wall: string, lamp: string): string {
  const blocks = [
    [-10, 284, 74],
    [64, 258, 62],
    [126, 296, 96],
    [222, 266, 70],
    [292, 286, 58],
    [350, 248, 70],
  ].map(([x = 0, y = 0, width = 0]) => rect(x, y, width, 300, wall));
  const lit = Array.from({ length: 7 }, () => rect(6 + chance.below(24) * 16, 282 + chance.below(4) * 16, 7, 9, lamp, { opacity: '0.55' }));
  return blocks.join('') + lit.join('');
}

function shop(
  chance: Chance,
  inside: string,
  { accent, glow, ground, mid, soft }: { accent: string; glow: string; ground: string; mid: string; soft: string },
): string {
  const goods = [accent, mid, soft, ground, mix(accent, glow, 0.5)];
  const shelves: string[] = [];
  for (let row = 0; row < 3; row++) {
    for (let x = 84; x < 216; ) {
      const width = 5 + chance.below(6);
      const height = 9 + chance.below(9);
      shelves.push(rect(x, 424 + row * 26 - height, width, height, goods[chance.below(goods.length)] ?? accent, { rx: 1 }));
      x += width + 2;
    }
    shelves.push(rect(80, 424 + row * 26, 140, 2, ground, { opacity: '0.55' }));
  }
  const stripes = Array.from({ length: 14 }, (_, index) =>
    path(`M${68 + index * 20} 382h20v14q0 8-10 8t-10-8z`, index % 2 === 0 ? accent : '#ffffff'),
  );
  return [
    rect(60, 336, 296, 160, ground),
    rect(68, 342, 280, 36, accent, { rx: 2 }),
    rect(68, 352, 280, 5, '#ffffff'),
    rect(68, 362, 280, 5, soft),
    bowl(332 - 126, 352, '#ffffff', ground),
    rect(74, 384, 268, 110, inside),
    ...shelves,
    rect(226, 388, 3, 106, ground),
    rect(284, 388, 3, 106, ground),
    rect(338, 384, 6, 110, ground),
    path('M296 494V452h36v42zM300 452v-8h28v8z', ground, { opacity: '0.85' }),
    circle(314, 428, 9, ground, { opacity: '0.85' }),
    path('M301 452q2-16 13-16t13 16z', ground, { opacity: '0.85' }),
    ...stripes,
  ].join('');
}

function bowl(x: number, y: number, light: string, dark: string): string {
  return group(
    {},
    circle(x, y + 4, 26, dark),
    circle(x, y + 4, 23, light),
    path(`M${x - 15} ${y + 4}h30q-2 14-10 15h-10q-8-1-10-15z`, dark),
    line(`M${x - 6} ${y - 1}q-4-5 0-9M${x} ${y - 1}q-4-5 0-9M${x + 6} ${y - 1}q-4-5 0-9`, dark, 1.6),
  );
}

/** Before the glass door, under an umbrella. */
function guest(dark: string, red: string): string {
  return group(
    { transform: 'translate(256 500)' },
    path('M-28-58Q0-92 28-58Q14-64 0-58Q-14-64-28-58Z', red),
    line('M0-80V-34', dark, 1.6),
    circle(0, -48, 6.5, dark),
    path('M-9-14Q-10-38 0-40Q10-38 9-14L6 6H2L0-10L-2 6H-6Z', dark),
    path('M-6 8L-14 48H-2L0 16L2 48H14L6 8Z', dark, { opacity: '0.35' }),
  );
}

function rain(chance: Chance, colour: string): string {
  const drops = Array.from({ length: 110 }, () => `M${chance.below(430)} ${chance.below(HEIGHT)}l-5 ${14 + chance.below(16)}`);
  return line(drops.join(''), colour, 0.7, { opacity: '0.32' });
}
