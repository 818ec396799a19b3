import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Connection, type ConnectionEffect, type ConnectionInput, healthAfter, STOPPED, stepConnection } from '#agent/devices/connection.ts';
import { backoffDelay } from '#core/base/backoff.ts';
import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, seconds } from '#core/base/time.ts';

const fault = (code: string, owner: Fault['owner'] = 'device'): Fault => ({ code, owner, message: 'a test says so' });

function run(inputs: readonly ConnectionInput[]): { state: Connection; effects: ConnectionEffect[] } {
  let state = STOPPED;
  const effects: ConnectionEffect[] = [];
  for (const input of inputs) {
    const step = stepConnection(state, input);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

const START: ConnectionInput = { kind: 'start' };
const STOP: ConnectionInput = { kind: 'stop' };
const OPENED: ConnectionInput = { kind: 'opened' };
const RETRY: ConnectionInput = { kind: 'retry-due' };
const FAILED: ConnectionInput = { kind: 'open-failed', fault: fault('E-LNK-ABSENT') };
const PRESENT: ConnectionInput = { kind: 'present' };
const MOVED: ConnectionInput = { kind: 'moved' };
const ended = (lasted = seconds(1)): ConnectionInput => ({ kind: 'ended', fault: fault('E-LNK-LOST'), lasted });

const kinds = (effects: readonly ConnectionEffect[]): string[] => effects.map(({ kind }) => kind);

describe('connection of a device', () => {
  it('tries, fails, waits and tries again, a little longer each time', () => {
    const { state, effects } = run([START, FAILED, RETRY, FAILED, RETRY]);
    expect(kinds(effects)).toEqual(['connect', 'tell-health', 'retry-later', 'connect', 'tell-health', 'retry-later', 'connect']);
    expect(effects.flatMap((effect) => (effect.kind === 'retry-later' ? [effect.failures] : []))).toEqual([1, 2]);
    expect(state).toEqual({ phase: { kind: 'connecting' }, epoch: 3, failures: 2 });
  });

  it('begins the back-off anew after a connection that lasted, not after one that did not', () => {
    expect(run([START, FAILED, RETRY, OPENED, ended()]).state.failures).toBe(2);
    expect(run([START, FAILED, RETRY, OPENED, ended(LIMITS.devices.stableAfter)]).state.failures).toBe(1);
  });

  it('takes down what an attempt brings after the stop', () => {
    expect(kinds(run([START, STOP, OPENED]).effects)).toEqual(['connect', 'disconnect']);
    expect(run([START, STOP, OPENED, ended()]).state.phase.kind).toBe('stopped');
    expect(run([START, STOP, FAILED]).state.phase.kind).toBe('stopped');
  });

  it('waits for nothing more once it is stopped', () => {
    expect(kinds(run([START, FAILED, STOP]).effects)).toEqual(['connect', 'tell-health', 'retry-later', 'cancel-retry']);
    expect(run([START, FAILED, STOP, RETRY]).state.phase.kind).toBe('stopped');
  });

  it('does not wait for the back-off of a device that was plugged in, and begins it anew', () => {
    const { state, effects } = run([START, FAILED, RETRY, FAILED, PRESENT]);
    expect(kinds(effects).slice(-2)).toEqual(['cancel-retry', 'connect']);
    expect(state).toMatchObject({ phase: { kind: 'connecting' }, failures: 0 });
    expect(kinds(run([START, PRESENT, OPENED, PRESENT]).effects)).toEqual(['connect']);
  });

  it('takes down what is in the wrong place, whenever it is told, and connects in the right one', () => {
    expect(kinds(run([START, OPENED, MOVED, ended()]).effects)).toEqual(['connect', 'disconnect', 'connect']);
    expect(kinds(run([START, MOVED, OPENED, ended()]).effects)).toEqual(['connect', 'disconnect', 'connect']);
    expect(kinds(run([START, MOVED, FAILED]).effects)).toEqual(['connect', 'connect']);
    expect(run([START, OPENED, MOVED, STOP, ended()]).state.phase.kind).toBe('stopped');
  });

  it('never has two connections, whatever comes in whatever order', () => {
    const anyInput = fc.constantFrom<ConnectionInput>(START, STOP, RETRY, PRESENT, MOVED, OPENED, FAILED, ended());
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 40 }), (wishes) => {
        let state = STOPPED;
        /** What the world would really be: an attempt under way, a session, or nothing. Answers that the world cannot give are left out. */
        let actual: 'none' | 'attempt' | 'session' = 'none';
        for (const input of wishes) {
          if ((input.kind === 'opened' || input.kind === 'open-failed') && actual !== 'attempt') continue;
          if (input.kind === 'ended' && actual !== 'session') continue;
          if (input.kind === 'opened') actual = 'session';
          if (input.kind === 'open-failed' || input.kind === 'ended') actual = 'none';
          const step = stepConnection(state, input);
          state = step.state;
          for (const effect of step.effects) {
            if (effect.kind !== 'connect') continue;
            expect(actual).toBe('none');
            actual = 'attempt';
          }
        }
        expect(state.phase.kind === 'stopped' && actual !== 'none').toBe(false);
      }),
    );
  });
});

describe('back-off of a device', () => {
  it('stays between its floor and its cap, however often it failed and whatever the dice say', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, uniform) => {
        const delay = backoffDelay(LIMITS.devices.reopen, attempt, uniform);
        expect(delay).toBeGreaterThanOrEqual(milliseconds(200));
        expect(delay).toBeLessThanOrEqual(seconds(2));
      }),
    );
  });
});

describe('health while a device is away', () => {
  it.each([
    [undefined, { kind: 'absent', reasons: ['link-lost'] }],
    [fault('E-LNK-LOST'), { kind: 'absent', reasons: ['link-lost'] }],
    [fault('E-LNK-ABSENT'), { kind: 'absent', reasons: ['port-missing'] }],
    [fault('E-LNK-BUSY', 'operator'), { kind: 'blocked', reasons: ['port-busy'] }],
    [fault('E-LNK-UNASSIGNED', 'operator'), { kind: 'blocked', reasons: ['port-unassigned'] }],
    [fault('E-LNK-OPEN', 'configuration'), { kind: 'blocked', reasons: ['configuration'] }],
    [fault('E-GAT-NO-ANSWER'), { kind: 'absent', reasons: ['no-answer'] }],
  ])('%j is %j', (given, wanted) => {
    expect(healthAfter(given)).toEqual(wanted);
  });
});
