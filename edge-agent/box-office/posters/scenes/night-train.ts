import { HEIGHT, ridge, type Scene, WIDTH } from '../scene.ts';
import { circle, group, line, linear, mix, path, radial, rect, shape, through } from '../svg.ts';

/** A train across a wide evening land; its windows and the sun stand in the water of the fields once more. */
export const nightTrain: Scene = (canvas) => {
  const { palette, chance, id, ref } = canvas;
  const hills = [0, 1, 2].map((index) => {
    const points = ridge(chance, 262 + index * 18, 60 - index * 16, 0.42, 4);
    return path(through([...points, [WIDTH + 10, 340], [-10, 340]]), mix(palette.mid, palette.deep, 0.25 + index * 0.32));
  });
  return [
    shape(
      'defs',
      {},
      linear(id('sky'), [
        [0, palette.deep],
        [0.55, palette.mid],
        [0.85, palette.accent],
        [1, palette.glow],
      ]),
      radial(id('shine'), [
        [0.1, palette.glow, 0.85],
        [1, palette.glow, 0],
      ]),
      linear(id('water'), [
        [0, mix(palette.accent, palette.mid, 0.3)],
        [0.5, palette.deep],
        [1, palette.ground],
      ]),
      linear(id('coach'), [
        [0, mix(palette.soft, palette.ground, 0.1)],
        [1, mix(palette.soft, palette.ground, 0.5)],
      ]),
    ),
    rect(0, 0, WIDTH, 300, ref('sky')),
    ...[68, 92, 132, 176].map((y, index) =>
      path(`M${40 + index * 62} ${y}h${150 - index * 22}q14 0 14 5t-14 5h${-(120 - index * 22)}q-22 0-22-5z`, palette.glow, { opacity: '0.16' }),
    ),
    circle(270, 232, 150, ref('shine')),
    circle(270, 232, 46, palette.glow),
    ...hills,
    rect(0, 318, WIDTH, 290, ref('water')),
    fields(palette.ground, palette.soft),
    rect(0, 306, WIDTH, 14, mix(palette.deep, palette.ground, 0.5)),
    poles(palette.ground),
    train(ref('coach'), palette.glow, palette.ground),
    group({ transform: 'matrix(1 0 0 -0.8 0 596)', opacity: '0.3' }, train(ref('coach'), palette.glow, palette.ground)),
    ...Array.from({ length: 17 }, (_, index) => {
      const width = (52 - index * 1.6) * (0.5 + chance.next() * 0.8);
      return rect(270 - width / 2, 362 + index * 8, width, 2.6, palette.glow, {
        opacity: String(Math.round((0.62 - index * 0.032) * 100) / 100),
        rx: 1.3,
      });
    }),
  ].join('');
};

/** Flooded fields: low dykes that run to one point on the horizon. */
function fields(dark: string, light: string): string {
  const spokes = [-520, -300, -150, -20, 110, 240, 370, 520, 700, 900].map((x) => `M200 300L${x} ${HEIGHT + 10}`).join('');
  const bars = [346, 374, 414, 470, 548].map((y) => `M-10 ${y}H410`).join('');
  return (
    line(spokes, dark, 3, { opacity: '0.55' }) +
    line(bars, dark, 3.4, { opacity: '0.55' }) +
    line(bars.replaceAll('M-10 ', 'M-10 1'), light, 0.6, { opacity: '0' })
  );
}

function poles(dark: string): string {
  return (
    line('M34 306V232M22 242H46M142 306V240M130 249H154M352 306V232M340 242H364', dark, 2) +
    line('M-10 240Q14 252 34 242Q88 268 142 249Q250 284 352 242Q384 256 410 246', dark, 0.8)
  );
}

function train(coach: string, lamp: string, dark: string): string {
  const coaches = [0, 1, 2].map((index) => {
    const x = 112 + index * 104;
    const windows = [0, 1, 2, 3, 4, 5].map((pane) => rect(x + 9 + pane * 14.5, 277, 9.5, 10, lamp, { rx: 1.5 }));
    return (
      rect(x, 268, 100, 32, coach, { rx: 4 }) +
      rect(x, 291, 100, 2.4, lamp, { opacity: '0.8' }) +
      windows.join('') +
      circle(x + 18, 303, 4.4, dark) +
      circle(x + 82, 303, 4.4, dark)
    );
  });
  return [
    ...coaches,
    path('M30 300V282Q32 268 52 266H104Q108 266 108 270V300Z', coach),
    path('M38 283Q40 273 52 272H62V284Z', lamp),
    rect(74, 273, 24, 8, lamp, { rx: 1.5, opacity: '0.85' }),
    rect(30, 291, 78, 2.4, lamp, { opacity: '0.8' }),
    circle(48, 303, 5, dark),
    circle(66, 303, 5, dark),
    circle(92, 303, 5, dark),
    path('M31 290L-60 306L-60 318L31 298Z', lamp, { opacity: '0.3' }),
  ].join('');
}
