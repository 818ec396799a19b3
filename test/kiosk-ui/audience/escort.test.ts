import { expect, it } from 'vitest';
import { lacksGrownUp } from '../../../kiosk-ui/audience/model/escort.ts';

it('warns of children whom no grown-up of the order goes before, and of nobody else', () => {
  const strict = { escortChildren: true };
  expect(lacksGrownUp(strict, ['child'])).toBe(true);
  expect(lacksGrownUp(strict, ['child', 'student'])).toBe(true);
  expect(lacksGrownUp(strict, ['child', 'adult'])).toBe(false);
  expect(lacksGrownUp(strict, ['senior', 'child', 'child'])).toBe(false);
  expect(lacksGrownUp(strict, ['student'])).toBe(false);
  expect(lacksGrownUp(strict, [])).toBe(false);
  expect(lacksGrownUp({}, ['child'])).toBe(false);
});
