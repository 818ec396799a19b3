import type { Decision } from '#core/admission/decision.ts';
import { instant, type Monotonic, milliseconds } from '#core/base/time.ts';
import type { EventId, LaneId, ShowId, TicketId } from '#core/contract/identifiers.ts';
import { stepLane } from '#core/lane/lane-machine.ts';
import { initialLane, type LaneEffect, type LaneInput, type LaneSettings, type LaneState, type Scan } from '#core/lane/lane-state.ts';
import { viewLane } from '#core/lane/lane-view.ts';

/** A lane of the pure machine, and guests with numbers for codes. */

export const settings: LaneSettings = {
  direction: 'entry',
  passageTimeout: milliseconds(8_000),
  blindPassage: milliseconds(2_000),
  verdictShown: milliseconds(5_000),
  passedShown: milliseconds(2_000),
  waitingScansMax: 2,
  debounce: milliseconds(2_500),
};
export const at = instant(1_000_000);
export const basis: Decision['basis'] = { data: undefined, clock: { earliest: at, latest: at, now: at } };

export const scan = (n: number): Scan => ({ scanId: `01JZ000000000000000000000${n}` as EventId, bytes: Uint8Array.of(n) });
export const admit = (admits = 1, id = 1): Decision => ({
  kind: 'admit',
  ticket: {
    id: `360907021234567${id}` as TicketId,
    record: undefined,
    showId: '417' as ShowId,
    show: undefined,
    history: { entries: 0, exits: 0 },
    admits,
  },
  used: 1,
  needsProof: false,
  confirmation: 'alone',
  basis,
});
export const refuse: Decision = { kind: 'refuse', findings: [{ reason: 'too-early', evidence: { kind: 'form' } }], ticket: undefined, basis };

/** A lane with its world: the effects that the machine has asked for, and answers to them. */
export function lane(ready = true) {
  let state: LaneState = initialLane(settings);
  const asked: LaneEffect[] = [];
  let elapsed = 0;
  const give = (input: LaneInput): readonly LaneEffect[] => {
    const step = stepLane(state, input);
    state = step.state;
    asked.push(...step.effects);
    return step.effects;
  };
  /** Reads a code, by default one of a number. */
  const read = (scanned: Scan | number): readonly LaneEffect[] =>
    give({ kind: 'scanned', scan: typeof scanned === 'number' ? scan(scanned) : scanned, seenAt: elapsed as Monotonic });
  if (ready) give({ kind: 'devices', devices: { scanner: true, gate: true } });
  return {
    give,
    read,
    wait: (span: number) => {
      elapsed += span;
    },
    asked,
    state: () => state,
    view: () => viewLane(state, { lane: 'gate-1' as LaneId, name: 'Gate 1', online: true, dataAgeSeconds: 3, missingGates: [], openConflicts: 0 }),
    decideAndCommit(number: number, decision: Decision = admit(1, number)) {
      const { scanId } = scan(number);
      give({ kind: 'decided', scanId, decision, isOffline: false, at });
      return give({ kind: 'committed', scanId, at });
    },
    /** As far as a barrier that is open for the guest. */
    letIn(number: number, decision: Decision = admit(1, number)) {
      read(number);
      this.decideAndCommit(number, decision);
      give({ kind: 'release-answered', scanId: scan(number).scanId, outcome: 'released' });
    },
    passages: () =>
      asked.filter((effect) => effect.kind === 'record-passage').map(({ passage }) => [passage.admitted?.scan.bytes[0], passage.outcome]),
    kinds: () => asked.map(({ kind }) => kind),
  };
}
