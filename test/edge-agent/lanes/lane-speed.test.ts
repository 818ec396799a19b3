import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import { NO_OTHER_GATES } from '#core/site/site-claims.ts';
import { ticketRow } from '../validity/fake-box-office.ts';
import { gateWorld } from './gate-world.ts';

describe('the speed of a lane', () => {
  it('is that of its last 512 scans', async () => {
    const gate = await gateWorld();
    expect(gate.current().speed()).toEqual({ scans: 0, decision: undefined, release: undefined });
    for (let guest = 0; guest < 520; guest++) {
      await gate.present(`HELLO ${guest}`);
      await gate.time.advance(seconds(4));
    }
    expect(gate.current().speed()).toEqual({ scans: 512, decision: { p50: 0, p99: 0 }, release: undefined });
  });

  it('counts from the whole code on, with what other gates took to answer', async () => {
    const waiting: (() => void)[] = [];
    const gate = await gateWorld({
      options: { claims: { ...NO_OTHER_GATES, claim: (_, answered) => void waiting.push(() => answered({ kind: 'granted' })) } },
    });
    await gate.publish(ticketRow(1));
    await gate.present(gate.code(ticketRow(1)));
    await gate.time.advance(milliseconds(40));
    for (const answer of waiting) answer();
    await gate.time.settle();
    expect(gate.current().speed()).toEqual({ scans: 1, decision: { p50: 40, p99: 40 }, release: { p50: 40, p99: 40 } });
    waiting.length = 0;
    await gate.time.advance(seconds(20));
    await gate.present('HELLO');
    // Half of two is the first, and of so few the slowest is one in a hundred.
    expect(gate.current().speed()).toMatchObject({ scans: 2, decision: { p50: 0, p99: 40 } });
  });

  it('is no release where nobody was let in', async () => {
    const gate = await gateWorld();
    await gate.publish(ticketRow(1));
    await gate.present(gate.code(ticketRow(2)));
    expect(gate.current().speed()).toEqual({ scans: 1, decision: { p50: 0, p99: 0 }, release: undefined });
  });
});

describe('a code that has begun to arrive', () => {
  it('tells the barrier when a release may be wanted, by how long the last code took', async () => {
    const gate = await gateWorld();
    const arrive = async (took: number): Promise<void> => {
      gate.hardware.begin();
      await gate.time.advance(milliseconds(took));
      await gate.present('HELLO');
      await gate.time.advance(seconds(4));
    };
    for (const took of [160, 13, 9_000, 13]) await arrive(took);
    // What took longer than any code says nothing; a code that comes all at once is known when it is whole.
    expect(gate.hardware.expected).toEqual([0, 160, 13, LIMITS.scanner.codeArrivesWithin]);
  });
});
