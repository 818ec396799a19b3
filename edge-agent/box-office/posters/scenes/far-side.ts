import { HEIGHT, type Scene, stars, WIDTH } from '../scene.ts';
import { circle, group, line, linear, mix, path, radial, rect, shape } from '../svg.ts';

/** A moon that fills the lower half, a small planet in the sky, and somebody between them who sends a signal. */
export const farSide: Scene = (canvas) => {
  const { palette, chance, id, ref } = canvas;
  const moon = { x: 200, y: 690, r: 400 };
  const craters = Array.from({ length: 26 }, () => {
    const angle = -Math.PI / 2 + (chance.next() - 0.5) * 1.05;
    const depth = chance.next() ** 1.6;
    const distance = moon.r * (0.975 - depth * 0.42);
    const r = 4 + chance.next() ** 2 * 26 * (0.4 + depth);
    const [x, y] = [moon.x + Math.cos(angle) * distance, moon.y + Math.sin(angle) * distance];
    const flat = 0.3 + depth * 0.45;
    const at = { cx: x, cy: y, rx: r, ry: r * flat };
    return (
      shape('ellipse', { ...at, fill: palette.ground, opacity: '0.2' }) +
      shape('ellipse', { ...at, cy: y + r * flat * 0.2, rx: r * 0.93, ry: r * flat * 0.85, fill: palette.soft, opacity: '0.16' })
    );
  });
  const planet = { x: 292, y: 128, r: 40 };
  return [
    shape(
      'defs',
      {},
      linear(id('sky'), [
        [0, palette.ground],
        [0.7, palette.deep],
      ]),
      radial(
        id('moon'),
        [
          [0, palette.ground],
          [0.55, mix(palette.ground, palette.deep, 0.6)],
          [0.8, palette.mid],
          [0.95, palette.soft],
          [1, palette.glow],
        ],
        [0.5, 0.5],
      ),
      radial(id('halo'), [
        [0.3, palette.accent, 0.55],
        [0.55, palette.accent, 0.16],
        [1, palette.accent, 0],
      ]),
      radial(id('rim'), [
        [0.88, palette.soft, 0.5],
        [1, palette.soft, 0],
      ]),
      linear(
        id('planet'),
        [
          [0, palette.glow],
          [0.35, palette.accent],
          [0.8, mix(palette.accent, palette.ground, 0.75)],
          [1, palette.ground],
        ],
        [0, 0, 1, 0.7],
      ),
      shape('clipPath', { id: id('disc') }, circle(moon.x, moon.y, moon.r, '#000')),
    ),
    rect(0, 0, WIDTH, HEIGHT, ref('sky')),
    stars(canvas, 90, 0, 330, palette.glow),
    circle(planet.x, planet.y, 120, ref('halo')),
    circle(planet.x, planet.y, planet.r, ref('planet')),
    line(`M${planet.x - 70} ${planet.y + 22}Q${planet.x} ${planet.y + 30} ${planet.x + 70} ${planet.y - 18}`, palette.glow, 1.2, { opacity: '0.75' }),
    circle(moon.x, moon.y, moon.r * 1.07, ref('rim')),
    circle(moon.x, moon.y, moon.r, ref('moon')),
    group({ 'clip-path': ref('disc') }, ...craters),
    signal(palette.accent),
    traveller(palette.ground, palette.glow, palette.accent),
  ].join('');
};

function signal(colour: string): string {
  const rings = [16, 30, 46, 64].map((r, index) =>
    line(`M${138 + r * 0.2} ${278 - r}A${r} ${r} 0 0 1 ${138 + r} ${278 - r * 0.2}`, colour, 1.8, { opacity: String(0.95 - index * 0.2) }),
  );
  return rings.join('') + line('M146 270L276 146', colour, 0.8, { 'stroke-dasharray': '1 7', opacity: '0.9' });
}

/** In a suit, seen from behind, with an aerial; the shadow falls towards the viewer. */
function traveller(suit: string, light: string, lamp: string): string {
  return [
    path('M121 311L136 311L160 366L134 366Z', suit, { opacity: '0.35' }),
    path('M120 296q0-11 9-11t9 11l-1 15h-5l-2-10h-2l-2 10h-5z', suit),
    circle(129, 279, 8, suit),
    path('M123 276a7 7 0 0 1 8-4', 'none', { stroke: light, 'stroke-width': '1.4' }),
    line('M137 292L137 278', suit, 1.6),
    circle(137.5, 277, 2, lamp),
  ].join('');
}
