import type { Chance } from '../../programme/chance.ts';
import { HEIGHT, type Scene, WIDTH } from '../scene.ts';
import { circle, group, line, linear, mix, path, radial, rect, shape } from '../svg.ts';

const GLASS =
  'M104 78H296C300 156 262 214 214 250Q206 258 214 266C262 302 300 360 296 438H104C100 360 138 302 186 266Q194 258 186 250C138 214 100 156 104 78Z';

/** A city sinks in the upper half of an hourglass; below it the sand has become a desert with one rider. */
export const hourglass: Scene = (canvas) => {
  const { palette, chance, id, ref } = canvas;
  return [
    shape(
      'defs',
      {},
      radial(
        id('sky'),
        [
          [0, palette.accent],
          [0.45, palette.mid],
          [1, palette.ground],
        ],
        [0.5, 0.4],
        0.72,
      ),
      linear(id('air'), [
        [0, palette.deep],
        [0.3, palette.accent],
        [0.48, palette.glow],
        [0.55, palette.soft],
        [0.8, palette.accent],
        [1, palette.mid],
      ]),
      linear(id('sand'), [
        [0, palette.glow],
        [1, palette.accent],
      ]),
      linear(id('dune'), [
        [0, palette.soft],
        [1, palette.mid],
      ]),
      shape('clipPath', { id: id('glass') }, path(GLASS, '#000')),
    ),
    rect(0, 0, WIDTH, HEIGHT, ref('sky')),
    rays(palette.glow),
    group(
      { transform: 'translate(20 -16) scale(0.9)' },
      group(
        { 'clip-path': ref('glass') },
        rect(90, 70, 220, 380, ref('air')),
        circle(206, 134, 34, palette.glow, { opacity: '0.95' }),
        city(chance, palette.ground, mix(palette.ground, palette.accent, 0.45)),
        path('M80 196Q140 178 200 204T320 190V255H80Z', ref('sand')),
        path('M196 214L204 214L202.400 404L197.600 404Z', palette.glow),
        path('M80 430Q150 372 200 374T320 420V450H80Z', ref('sand')),
        path('M80 446Q140 410 206 424T320 410V450H80Z', ref('dune')),
        rider(palette.ground),
      ),
      path(GLASS, 'none', { stroke: palette.glow, 'stroke-width': 3 }),
      line('M120 92C120 150 146 190 176 216M280 424C280 372 256 330 226 302', '#ffffff', 2.4, { opacity: '0.5' }),
      frame(palette.ground, palette.glow),
    ),
  ].join('');
};

function rays(colour: string): string {
  const beams = Array.from({ length: 24 }, (_, index) => {
    const [a, b] = [(index / 24) * Math.PI * 2, ((index + 0.42) / 24) * Math.PI * 2];
    const end = (angle: number): string => `${Math.round(200 + Math.cos(angle) * 560)} ${Math.round(258 + Math.sin(angle) * 560)}`;
    return `M200 258L${end(a)}L${end(b)}Z`;
  });
  return path(beams.join(''), colour, { opacity: '0.07' });
}

function city(chance: Chance, dark: string, far: string): string {
  const towers = (count: number, colour: string, tallest: number): string =>
    Array.from({ length: count }, (_, index) => {
      const x = Math.round(104 + (index / count) * 196);
      const middle = 1 - Math.abs(x - 196) / 130;
      const height = Math.round(tallest * (0.35 + middle * 0.65) * (0.7 + chance.next() * 0.4));
      const width = 10 + chance.below(9);
      const half = width / 2;
      const roof = chance.next() < 0.5 ? `l${half} ${-width * 1.3}l${half} ${width * 1.3}` : `a${half} ${half} 0 0 1 ${width} 0`;
      return path(`M${x} 224V${216 - height}${roof}V224Z`, colour);
    }).join('');
  return towers(15, far, 62) + towers(11, dark, 36);
}

function rider(dark: string): string {
  return (
    path('M160 400q5-7 12-5l10 1q5-7 8-6l2 5-4 2-2 7 0 11-2 0-2-10-12 0-2 10-2 0 0-10q-5-2-6-5zM172 394l2-10q3-4 6 0l1 10z', dark) +
    circle(177, 380, 3, dark)
  );
}

function frame(dark: string, light: string): string {
  const plate = (y: number): string => rect(84, y, 232, 14, dark, { rx: 3 }) + rect(84, y, 232, 2.4, light, { rx: 1.2, opacity: '0.8' });
  return rect(90, 78, 5, 362, dark) + rect(305, 78, 5, 362, dark) + plate(64) + plate(438);
}
