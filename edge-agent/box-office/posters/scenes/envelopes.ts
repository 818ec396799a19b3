import { HEIGHT, type Scene, WIDTH } from '../scene.ts';
import { circle, group, line, linear, mix, path, rect, shape } from '../svg.ts';

/** Eleven closed letters in rows; the twelfth is open, and something looks out of it. */
export const envelopes: Scene = (canvas) => {
  const { palette, id, ref } = canvas;
  const [width, height, gap] = [100, 69, 22];
  const letters = Array.from({ length: 12 }, (_, index) => {
    const x = 28 + (index % 3) * (width + gap);
    const y = 38 + Math.floor(index / 3) * (height + gap + 4);
    return index === 7
      ? opened(x, y, width, height, palette.accent, palette.ground, palette.glow)
      : closed(x, y, width, height, palette.ground, palette.soft);
  });
  return [
    shape(
      'defs',
      {},
      linear(id('paper'), [
        [0, palette.glow],
        [1, mix(palette.glow, palette.soft, 0.75)],
      ]),
    ),
    rect(0, 0, WIDTH, HEIGHT, ref('paper')),
    ...letters,
  ].join('');
};

function closed(x: number, y: number, width: number, height: number, dark: string, edge: string): string {
  return (
    rect(x, y, width, height, dark, { rx: 2 }) +
    line(
      `M${x + 2} ${y + 2}L${x + width / 2} ${y + height * 0.56}L${x + width - 2} ${y + 2}M${x + 2} ${y + height - 2}L${x + width * 0.37} ${y + height * 0.42}M${x + width - 2} ${y + height - 2}L${x + width * 0.63} ${y + height * 0.42}`,
      edge,
      1.2,
      { opacity: '0.55' },
    )
  );
}

function opened(x: number, y: number, width: number, height: number, red: string, dark: string, light: string): string {
  const [middle, eye] = [x + width / 2, y + height * 0.3];
  return group(
    {},
    path(`M${x} ${y + 2}L${middle} ${y - 34}L${x + width} ${y + 2}V${y + height}H${x}Z`, mix(red, dark, 0.45)),
    rect(x + 8, y - 12, width - 16, height, light),
    path(`M${middle - 32} ${eye}Q${middle} ${eye - 30} ${middle + 32} ${eye}Q${middle} ${eye + 30} ${middle - 32} ${eye}Z`, dark),
    circle(middle, eye, 13.5, light),
    circle(middle, eye, 12, red),
    circle(middle, eye, 5.6, dark),
    circle(middle + 3.6, eye - 3.6, 2.2, light),
    path(`M${x} ${y + 2}L${middle} ${y + height * 0.66}L${x + width} ${y + 2}V${y + height}H${x}Z`, red),
    line(
      `M${x + 2} ${y + height - 2}L${x + width * 0.4} ${y + height * 0.52}M${x + width - 2} ${y + height - 2}L${x + width * 0.6} ${y + height * 0.52}`,
      dark,
      1.2,
      { opacity: '0.5' },
    ),
  );
}
