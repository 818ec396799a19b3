import { HEIGHT, type Scene, WIDTH } from '../scene.ts';
import { circle, group, line, path, rect } from '../svg.ts';

/** Seven worlds, each drawn in another way, on one orbit. */
export const sevenDiscs: Scene = ({ palette }) => {
  const { accent, glow, soft, mid, deep, ground } = palette;
  const places = [
    [76, 92, 38],
    [190, 66, 26],
    [304, 116, 56],
    [122, 214, 62],
    [262, 236, 34],
    [332, 322, 44],
    [196, 338, 52],
  ] as const;
  const worlds = [halves, rings, quarters, stripes, plain, sliced, dotted];
  const discs = places.map(([x, y, r], index) =>
    group({ transform: `translate(${x} ${y})` }, worlds[index]?.(r, [accent, glow, soft, mid, deep]) ?? ''),
  );
  return [
    rect(0, 0, WIDTH, HEIGHT, ground),
    line('M76 92C130 20 250 40 304 116S180 160 122 214S230 180 262 236S400 260 332 322S220 300 196 338', glow, 1, {
      'stroke-dasharray': '2 6',
      opacity: '0.6',
    }),
    ...discs,
    ...[
      [40, 320],
      [66, 372],
      [232, 150],
      [372, 40],
      [92, 300],
      [24, 196],
      [376, 224],
    ].map(([x = 0, y = 0], index) => circle(x, y, 2 + (index % 3), index % 2 === 0 ? accent : glow)),
  ].join('');
};

type Colours = readonly [string, string, string, string, string];

const halves = (r: number, [a, b]: Colours): string => circle(0, 0, r, a) + path(`M0 ${-r}A${r} ${r} 0 0 1 0 ${r}Z`, b);

const rings = (r: number, [, b, c]: Colours): string =>
  circle(0, 0, r, c) +
  circle(0, 0, r * 0.66, b) +
  circle(0, 0, r * 0.32, c) +
  line(`M${-r * 1.7} ${r * 0.5}Q0 ${r * 0.9} ${r * 1.7} ${-r * 0.5}`, b, 2.4);

const quarters = (r: number, [a, b, c, d]: Colours): string =>
  circle(0, 0, r, d) +
  path(`M0 0V${-r}A${r} ${r} 0 0 1 ${r} 0Z`, b) +
  path(`M0 0V${r}A${r} ${r} 0 0 1 ${-r} 0Z`, a) +
  path(`M0 0H${r}A${r} ${r} 0 0 1 0 ${r}Z`, c);

function stripes(r: number, [a, b, , , e]: Colours): string {
  const bands = [-0.6, -0.3, 0, 0.3, 0.6].map((share) => {
    const [y, half] = [share * r, Math.sqrt(1 - share ** 2) * r];
    return line(`M${-half + 4} ${y}H${half - 4}`, share === 0 ? a : e, r * 0.13);
  });
  return circle(0, 0, r, b) + bands.join('');
}

const plain = (r: number, [a, b]: Colours): string => circle(0, 0, r, a) + circle(r * 0.3, -r * 0.3, r * 0.22, b);

const sliced = (r: number, [, b, c, d]: Colours): string =>
  circle(0, 0, r, c) + path(`M${-r} 0A${r} ${r} 0 0 0 ${r} 0Z`, d) + circle(0, 0, r * 0.34, b);

function dotted(r: number, [a, b, , d]: Colours): string {
  const dots: string[] = [];
  for (let x = -3; x <= 3; x++)
    for (let y = -3; y <= 3; y++) if (Math.hypot(x, y) < 3.3) dots.push(circle((x * r) / 4, (y * r) / 4, r * 0.07, (x + y) % 2 === 0 ? b : a));
  return circle(0, 0, r, d) + dots.join('');
}
