import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimatedWidth, fitText } from '#agent/box-office/posters/fit-text.ts';

const box = { width: 344, height: 114, largest: 60, leading: 1.2 };

describe('setting words in a box', () => {
  it('leaves a short title on one line at the largest size', () => {
    expect(fitText('沙漏之国', box)).toEqual({ lines: ['沙漏之国'], size: 60 });
  });

  it('never tears a Latin word, and keeps the line even', () => {
    const { lines } = fitText('A Light Below the Tide', { ...box, width: 120 });
    expect(lines.join(' ')).toBe('A Light Below the Tide');
    expect(lines.length).toBeGreaterThan(1);
  });

  it('starts no line with a particle or a comma', () => {
    for (let width = 60; width < 400; width += 10) {
      const { lines } = fitText('小狐狸和丢了的月亮，风筝会记得，末班车的灯', { ...box, width });
      expect(lines.filter((text) => /^[的了，]/.test(text))).toEqual([]);
    }
  });

  it('keeps every letter and fits, whatever the words and the box', () => {
    const words = fc.array(fc.constantFrom('雪线', '以上', 'Light', ' ', 'tide ', '，', '7', '(', ')', '狐狸的'), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(words, fc.integer({ min: 40, max: 400 }), fc.integer({ min: 20, max: 200 }), (parts, width, height) => {
        const text = parts.join('');
        if (text.trim() === '') return;
        const { lines, size } = fitText(text, { ...box, width, height });
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const one of lines) expect(estimatedWidth(one) * size).toBeLessThanOrEqual(width + 0.001);
        expect(size * (1 + (lines.length - 1) * box.leading)).toBeLessThanOrEqual(height + 0.001);
      }),
    );
    expect.hasAssertions();
  });
});
