import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Monotonic } from '#core/base/time.ts';
import type { EventId } from '#core/contract/identifiers.ts';
import { GateView } from '#core/contract/local/live.ts';
import type { LaneInput } from '#core/lane/lane-state.ts';
import { admit, at, lane, refuse, settings } from './lane-under-test.ts';

describe('whatever happens', () => {
  const anything = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 5 }).map((n) => ['scan', n] as const) },
    { weight: 3, arbitrary: fc.constantFrom('entry', 'exit').map((direction) => ['body', direction] as const) },
    { weight: 2, arbitrary: fc.constantFrom('passage', 'verdict', 'service').map((timer) => ['timer', timer] as const) },
    fc.record({ scanner: fc.boolean(), gate: fc.boolean() }).map((devices) => ['devices', devices] as const),
    fc.boolean().map((on) => ['fire', on] as const),
    fc.boolean().map((on) => ['jammed', on] as const),
    fc.boolean().map((on) => ['obstructed', on] as const),
    fc.boolean().map((on) => ['service-release', on] as const),
    { weight: 3, arbitrary: fc.constantFrom('released', 'expired', 'not-released', 'uncertain').map((outcome) => ['answer', outcome] as const) },
  );

  it('a release follows its commit, an admission has one outcome, and the view is always whole', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anything, fc.constantFrom('admit', 'party', 'refuse', 'fail')), { maxLength: 60 }), (events) => {
        const gate = lane();
        let number = 0;
        const committed = new Set<string>();
        const released: string[] = [];
        const outcomes: string[] = [];
        let toAnswer: EventId | undefined;
        let armed = false;

        const apply = (input: LaneInput, fate: string): void => {
          for (const effect of gate.give(input)) {
            if (effect.kind === 'check') {
              const { scanId, bytes } = effect.scan;
              const decision = fate === 'refuse' ? refuse : admit(fate === 'party' ? 3 : 1, bytes[0]);
              const [next] = gate.give({ kind: 'decided', scanId, decision, isOffline: false, at });
              if (next?.kind === 'drop') {
                expect(decision.ticket?.admits).toBe(1);
                continue;
              }
              if (fate !== 'fail') committed.add(scanId);
              apply({ kind: fate === 'fail' ? 'commit-failed' : 'committed', scanId, at }, fate);
            } else if (effect.kind === 'release') {
              expect(committed.has(effect.scanId)).toBe(true);
              released.push(effect.scanId);
              toAnswer = effect.scanId;
            } else if (effect.kind === 'record-passage' && effect.passage.admitted !== undefined) {
              outcomes.push(effect.passage.admitted.scan.scanId);
            } else if ((effect.kind === 'arm' || effect.kind === 'disarm') && effect.timer === 'passage') armed = effect.kind === 'arm';
          }
        };
        for (const [event, fate] of events) {
          if (event[0] === 'scan') {
            number++;
            const scanId = `01JZ${number.toString().padStart(22, '0')}` as EventId;
            apply({ kind: 'scanned', scan: { scanId, bytes: Uint8Array.of(event[1]) }, seenAt: (number * 700) as Monotonic }, fate);
          } else if (event[0] === 'body') apply({ kind: 'body-passed', direction: event[1], at }, fate);
          else if (event[0] === 'timer') {
            if (event[1] === 'passage' && !armed) continue;
            if (event[1] === 'passage') armed = false;
            apply({ kind: 'timer', timer: event[1] }, fate);
          } else if (event[0] === 'devices') apply({ kind: 'devices', devices: event[1] }, fate);
          else if (event[0] === 'fire') apply({ kind: 'fire', on: event[1] }, fate);
          else if (event[0] === 'jammed' || event[0] === 'obstructed' || event[0] === 'service-release')
            apply({ kind: event[0], on: event[1] }, fate);
          else if (toAnswer !== undefined) {
            const scanId = toAnswer;
            toAnswer = undefined;
            apply({ kind: 'release-answered', scanId, outcome: event[1] }, fate);
          }
          expect(GateView.parse(gate.view())).toEqual(gate.view());
          expect(gate.state().waiting.length).toBeLessThanOrEqual(settings.waitingScansMax);
        }
        expect(new Set(released).size).toBe(released.length);
        expect(new Set(outcomes).size).toBe(outcomes.length);
        expect(released.filter((scanId) => !outcomes.includes(scanId)).length).toBeLessThanOrEqual(1);
        const { counts } = gate.state();
        expect(counts.admitted).toBe(released.length);
        expect(counts.passed + counts.notPassed).toBeLessThanOrEqual(counts.admitted);
      }),
      { numRuns: 1_000 },
    );
  });
});
