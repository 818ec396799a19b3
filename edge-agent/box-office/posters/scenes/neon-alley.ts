import type { Chance } from '../../programme/chance.ts';
import { FONTS } from '../fonts.ts';
import { HEIGHT, type Scene, WIDTH } from '../scene.ts';
import { circle, escapeText, group, line, linear, mix, path, radial, rect, shape, through } from '../svg.ts';

/** How much the street is moved up, so that the walker stands above the title. */
const LIFT = 70;

/** A narrow street at night in the rain: signs on both sides, a number in light at its end, somebody under an umbrella. */
export const neonAlley: Scene = (canvas) => {
  const { palette, chance, id, ref } = canvas;
  const lights = [palette.accent, palette.glow, palette.soft];
  return [
    shape(
      'defs',
      {},
      linear(id('sky'), [
        [0, palette.ground],
        [0.55, mix(palette.deep, palette.mid, 0.5)],
        [0.72, palette.mid],
        [1, palette.ground],
      ]),
      linear(id('foot'), [
        [0, palette.ground, 0],
        [0.5, palette.ground, 0.8],
        [1, palette.ground, 0.95],
      ]),
      radial(id('end'), [
        [0, palette.accent, 0.85],
        [0.4, palette.accent, 0.28],
        [1, palette.accent, 0],
      ]),
      linear(
        id('left'),
        [
          [0, palette.ground],
          [1, mix(palette.ground, palette.deep, 0.9)],
        ],
        [0, 0, 1, 0],
      ),
      linear(
        id('right'),
        [
          [0, mix(palette.ground, palette.deep, 0.9)],
          [1, palette.ground],
        ],
        [0, 0, 1, 0],
      ),
      linear(id('wet'), [
        [0, mix(palette.accent, palette.ground, 0.45)],
        [0.5, palette.deep],
        [1, palette.ground],
      ]),
    ),
    rect(0, 0, WIDTH, HEIGHT, ref('sky')),
    group(
      { transform: `translate(0 ${-LIFT})` },
      circle(206, 300, 230, ref('end')),
      path(
        through([
          [120, 430],
          [290, 430],
          [460, HEIGHT],
          [-60, HEIGHT],
        ]),
        ref('wet'),
      ),
      seven(palette.glow, palette.accent),
      path(
        through([
          [-10, -10],
          [92, -10],
          [92, 120],
          [118, 134],
          [118, 226],
          [138, 236],
          [138, 432],
          [-10, 560],
        ]),
        ref('left'),
      ),
      path(
        through([
          [410, -10],
          [330, -10],
          [330, 84],
          [296, 104],
          [296, 214],
          [272, 228],
          [272, 432],
          [410, 540],
        ]),
        ref('right'),
      ),
      windows(chance, mix(palette.glow, palette.mid, 0.35)),
      sign('夜来香', 56, 142, 20, palette.accent),
      sign('茶室', 106, 262, 13, palette.soft),
      sign('面', 22, 282, 26, palette.glow),
      sign('唱片行', 312, 128, 22, palette.soft),
      sign('旅社', 282, 268, 12, palette.accent),
      sign('当铺', 350, 300, 19, palette.glow),
      wires(palette.ground),
      reflections(chance, lights),
      passer(palette.ground, palette.accent),
    ),
    rain(chance, palette.soft),
    rect(0, 400, WIDTH, 200, ref('foot')),
  ].join('');
};

/** A tube of light: a wide faint stroke below a thin bright one. */
function tube(d: string, colour: string, width: number): string {
  const bend = { 'stroke-linejoin': 'round' } as const;
  return (
    line(d, colour, width * 5, { ...bend, opacity: '0.16' }) +
    line(d, colour, width * 2.4, { ...bend, opacity: '0.4' }) +
    line(d, colour, width, bend)
  );
}

function seven(light: string, colour: string): string {
  return tube('M158 222H250L194 392', colour, 9) + line('M158 222H250L194 392', light, 3.4, { 'stroke-linejoin': 'round' });
}

/** A shop's name from top to bottom in a frame of light. */
function sign(name: string, x: number, y: number, size: number, colour: string): string {
  const step = size * 1.12;
  const [width, height] = [size * 1.5, [...name].length * step + size * 0.5];
  const letters = [...name].map((letter, index) => shape('tspan', { x: x + width / 2, y: y + size * 1.12 + index * step }, escapeText(letter)));
  return (
    rect(x, y, width, height, '#000000', { opacity: '0.5' }) +
    tube(`M${x} ${y}h${width}v${height}h${-width}z`, colour, 1.4) +
    shape('text', { 'font-family': FONTS.sans, 'font-size': size, 'text-anchor': 'middle', fill: mix(colour, '#ffffff', 0.35) }, ...letters)
  );
}

function windows(chance: Chance, colour: string): string {
  const panes: string[] = [];
  for (let row = 0; row < 11; row++) {
    for (const x of [6, 30, 342, 366, 388]) {
      const lit = chance.next();
      if (lit > 0.34) continue;
      panes.push(rect(x, 14 + row * 32, 13, 19, colour, { opacity: String(Math.round((0.25 + lit * 1.6) * 100) / 100) }));
    }
  }
  return panes.join('');
}

function wires(colour: string): string {
  return line('M92 96Q210 150 330 70M118 190Q200 236 296 176M92 40Q200 74 330 30', colour, 1.3, { opacity: '0.9' });
}

function reflections(chance: Chance, lights: readonly string[]): string {
  const streaks = Array.from({ length: 46 }, (_, index) => {
    const y = 440 + chance.next() * 150;
    const spread = ((y - 380) / 220) * 230;
    const x = 206 + (chance.next() - 0.5) * 2 * spread;
    const width = 8 + chance.next() * 36;
    return line(`M${Math.round(x)} ${Math.round(y)}h${Math.round(width)}`, lights[index % lights.length] ?? '', 1 + chance.next() * 2.4, {
      opacity: String(Math.round((0.12 + chance.next() * 0.4) * 100) / 100),
    });
  });
  return streaks.join('');
}

function rain(chance: Chance, colour: string): string {
  const drops = Array.from({ length: 70 }, () => {
    const [x, y] = [chance.below(WIDTH + 40), chance.below(HEIGHT)];
    return `M${x} ${y}l${-3} ${13 + chance.below(14)}`;
  });
  return line(drops.join(''), colour, 0.7, { opacity: '0.34' });
}

function passer(dark: string, light: string): string {
  return group(
    {},
    path('M188 478l-3 44 5 0 6-38 5 38 5 0-2-46z', dark),
    path('M181 436q15-9 30 0l5 46h-38z', dark),
    circle(196, 428, 8.5, dark),
    path('M150 426q46-62 92 0q-11-9-23 0q-11-9-23 0q-11-9-23 0q-11-9-23 0z', dark),
    line('M196 384V446M150 426q46-62 92 0', light, 1.3),
    path('M180 524l-18 44 14 0 14-40 14 40 14 0-14-44z', dark, { opacity: '0.5' }),
  );
}
