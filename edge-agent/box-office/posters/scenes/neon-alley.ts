import type { Chance } from '../../programme/chance.ts';
import { HEIGHT, type Scene, WIDTH } from '../scene.ts';
import { circle, group, line, linear, mix, path, radial, rect, shape, through } from '../svg.ts';

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
    sign(60, 150, 26, 116, palette.accent),
    sign(104, 250, 20, 84, palette.soft),
    sign(24, 268, 34, 62, palette.glow),
    sign(318, 128, 28, 132, palette.soft),
    sign(282, 262, 18, 78, palette.accent),
    sign(350, 300, 32, 70, palette.glow),
    wires(palette.ground),
    reflections(chance, lights),
    rain(chance, palette.soft),
    passer(palette.ground, palette.accent),
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

/** Not letters of any language: strokes that look like shop signs from afar. */
function sign(x: number, y: number, width: number, height: number, colour: string): string {
  const frame = `M${x} ${y}h${width}v${height}h${-width}z`;
  const strokes = Array.from({ length: Math.floor(height / (width * 1.05)) }, (_, index) => {
    const [left, top, size] = [x + width * 0.24, y + width * 0.28 + index * width * 1.05, width * 0.52];
    const half = size / 2;
    const glyphs = [
      `M${left} ${top}h${size}M${left + half} ${top}v${size}M${left} ${top + size}h${size}`,
      `M${left} ${top}v${size}h${size}v${-size}zM${left} ${top + half}h${size}`,
      `M${left} ${top + half * 0.6}h${size}M${left + half} ${top - 2}v${size * 0.4}L${left} ${top + size}M${left + half} ${top + half * 0.8}L${left + size} ${top + size}`,
    ];
    return glyphs[index % glyphs.length] ?? '';
  }).join('');
  return rect(x, y, width, height, '#000000', { opacity: '0.45' }) + tube(frame, colour, 1.6) + line(strokes, colour, 1.7);
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
