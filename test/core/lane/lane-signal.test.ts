import { describe, expect, it } from 'vitest';
import { RefusalReason, VERDICT_OF_REASON, VerdictKind } from '#core/contract/admission.ts';
import { SIGNALS, type SignalName, signalName } from '#core/lane/lane-signal.ts';
import { HALF_PERIOD, type Lamp, lampsOf } from '#drivers/light-signals/tower-levels.ts';

const named = Object.keys(SIGNALS) as readonly SignalName[];
/** Everything that a guest's scan can end in. */
const verdicts = named.filter((name) => VerdictKind.safeParse(name).success || name === 'not-like-this');
const THREE_LAMPS: ReadonlySet<Lamp> = new Set<Lamp>(['red', 'amber', 'green', 'buzzer']);

const seenOn = (name: SignalName, has: ReadonlySet<Lamp>): string => {
  const { light, beeps } = SIGNALS[name];
  const lamps = light === undefined ? [] : lampsOf(light.colour, has);
  return JSON.stringify([lamps, lamps.length > 0 ? light?.rhythm : undefined, beeps]);
};

describe('the light above a lane', () => {
  it('says something else for every verdict', () => {
    const signals = verdicts.map((name) => JSON.stringify(SIGNALS[name]));
    expect(verdicts).toHaveLength(VerdictKind.options.length + 1);
    expect(new Set(signals).size).toBe(verdicts.length);
  });

  it('also on a tower that has red, amber and green alone', () => {
    expect(new Set(verdicts.map((name) => seenOn(name, THREE_LAMPS))).size).toBe(verdicts.length);
  });

  it('is green for those who are let in, and for nobody else', () => {
    const green = named.filter((name) => SIGNALS[name].light?.colour === 'green');
    expect(green).toEqual(['enter', 'enter-group', 'fire']);
    const lamps = named.filter((name) => !green.includes(name)).flatMap((name) => lampsOf(SIGNALS[name].light?.colour ?? 'white', THREE_LAMPS));
    expect(lamps).not.toContain('green');
  });

  it('never flashes more than three times a second', () => {
    for (const half of Object.values(HALF_PERIOD)) expect(1_000 / (2 * half)).toBeLessThanOrEqual(3);
  });

  it.each(RefusalReason.options)('shows the refusal %s as a refusal', (reason) => {
    const name = signalName({
      state: 'verdict',
      barrier: 'closed',
      verdict: {
        scanId: '1',
        kind: VERDICT_OF_REASON[reason],
        reason,
        reasons: [reason],
        direction: 'entry',
        offline: false,
        at: '2026-11-29T19:00:00.000Z',
      },
    });
    expect(['enter', 'enter-group', 'attention']).not.toContain(name);
    expect(SIGNALS[name].light?.colour).not.toBe('green');
  });

  it('follows the barrier between two guests, and the alarm before everything', () => {
    expect(signalName({ state: 'ready', barrier: 'forced' })).toBe('forced');
    expect(signalName({ state: 'ready', barrier: 'not-passed' })).toBe('not-passed');
    expect(signalName({ state: 'ready', barrier: 'unavailable' })).toBe('not-released');
    expect(signalName({ state: 'ready', barrier: 'closed' })).toBe('ready');
    expect(signalName({ state: 'fire', barrier: 'forced' })).toBe('fire');
    expect(signalName({ state: 'out-of-service', barrier: 'closed' })).toBe('out-of-service');
  });
});
