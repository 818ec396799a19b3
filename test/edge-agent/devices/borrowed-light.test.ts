import { describe, expect, it } from 'vitest';
import { stableIndicator } from '#agent/devices/stable-ports.ts';
import type { LampColour, Signal } from '#core/ports/indicator.ts';

const signal = (colour: LampColour, beeps: Signal['beeps'] = 'none'): Signal => ({ light: { colour, rhythm: 'steady' }, beeps, words: '' });

function light() {
  const shown: string[] = [];
  const stable = stableIndicator();
  stable.attach({ show: ({ light: lit, beeps }) => shown.push(`${lit?.colour ?? 'dark'} ${beeps}`) });
  return { shown, stable };
}

describe('a light that a technician has borrowed', () => {
  it('shows what the lobby showed when it is given back, without its beep', () => {
    const { shown, stable } = light();
    stable.port.show(signal('white', 'one-short'));
    const borrowed = stable.port.borrow();
    expect(borrowed.show(signal('red'))).toBe('shown');
    borrowed.giveBack();
    expect(shown).toEqual(['dark none', 'white one-short', 'red none', 'white none']);
  });

  it("is the lobby's again at its next signal, and the borrower changes nothing any more", () => {
    const { shown, stable } = light();
    const borrowed = stable.port.borrow();
    borrowed.show(signal('red'));
    stable.port.show(signal('green', 'one-short'));
    expect(borrowed.show(signal('amber'))).toBe('taken-back');
    borrowed.giveBack();
    expect(shown.slice(1)).toEqual(['red none', 'green one-short']);
  });

  it('says when it is away', () => {
    const { stable } = light();
    const borrowed = stable.port.borrow();
    stable.detach();
    expect(borrowed.show(signal('red'))).toBe('absent');
  });
});
