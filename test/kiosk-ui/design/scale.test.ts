import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pixelsPerMillimetre } from '../../../kiosk-ui/design/scale.ts';

test("on the kiosk's display a millimetre is a millimetre", () => {
  expect(pixelsPerMillimetre(1080, 1920, 3.21)).toBe(3.21);
  expect(pixelsPerMillimetre(1080, 1920, 4.03)).toBe(4.03);
});

test('anywhere else, text stays readable and 20 mm stay a good target', () => {
  fc.assert(
    fc.property(fc.integer({ min: 320, max: 3_840 }), fc.integer({ min: 480, max: 2_160 }), (width, height) => {
      fc.pre(!(width >= 900 && height >= width * 1.4));
      const scale = pixelsPerMillimetre(width, height, 4.03);
      expect(6.8 * scale).toBeGreaterThanOrEqual(15);
      expect(9 * scale).toBeLessThan(44);
      expect(20 * scale).toBeGreaterThanOrEqual(44);
    }),
  );
});
