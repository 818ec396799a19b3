import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '#core/admission/decision.ts';
import { instant, type Monotonic, milliseconds, seconds } from '#core/base/time.ts';
import type { EventId, LaneId, ShowId, TicketId } from '#core/contract/identifiers.ts';
import { GateView } from '#core/contract/local/live.ts';
import { stepLane } from '#core/lane/lane-machine.ts';
import { initialLane, type LaneEffect, type LaneInput, type LaneSettings, type LaneState, type Scan } from '#core/lane/lane-state.ts';
import { viewLane } from '#core/lane/lane-view.ts';

const settings: LaneSettings = {
  direction: 'entry',
  passageTimeout: milliseconds(8_000),
  verdictShown: milliseconds(5_000),
  passedShown: milliseconds(2_000),
  waitingScansMax: 2,
  debounce: milliseconds(2_500),
};
const at = instant(1_000_000);
const basis: Decision['basis'] = { data: undefined, clock: { earliest: at, latest: at, now: at } };

const scan = (n: number): Scan => ({ scanId: `01JZ000000000000000000000${n}` as EventId, bytes: Uint8Array.of(n) });
const admit = (admits = 1, id = 1): Decision => ({
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
const refuse: Decision = { kind: 'refuse', findings: [{ reason: 'too-early', evidence: { kind: 'form' } }], ticket: undefined, basis };

/** A lane with its world: the effects that the machine has asked for, and answers to them. */
function lane(ready = true) {
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

describe('a scan', () => {
  it('is checked, committed, and only then released', () => {
    const gate = lane();
    expect(gate.read(1)).toEqual([{ kind: 'check', scan: scan(1) }]);
    expect(gate.view().state).toBe('checking');
    expect(gate.give({ kind: 'decided', scanId: scan(1).scanId, decision: admit(), isOffline: false, at })).toMatchObject([{ kind: 'commit' }]);
    expect(gate.give({ kind: 'committed', scanId: scan(1).scanId, at })[0]).toEqual({ kind: 'release', scanId: scan(1).scanId });
    expect(gate.view()).toMatchObject({ state: 'verdict', verdict: { kind: 'enter' }, barrier: 'closed', counts: { admitted: 1 } });
  });

  it('that is refused is committed and never released', () => {
    const gate = lane();
    gate.read(1);
    gate.decideAndCommit(1, refuse);
    expect(gate.kinds()).toEqual(['check', 'commit', 'arm']);
    expect(gate.view()).toMatchObject({ state: 'verdict', verdict: { kind: 'wrong-time' }, counts: { refused: 1, admitted: 0 } });
    gate.give({ kind: 'timer', timer: 'verdict' });
    expect(gate.view()).toMatchObject({ state: 'ready' });
  });

  it('whose commit failed is not released, and we say that we cannot verify', () => {
    const gate = lane();
    gate.read(1);
    gate.give({ kind: 'decided', scanId: scan(1).scanId, decision: admit(), isOffline: true, at });
    gate.give({ kind: 'commit-failed', scanId: scan(1).scanId, at });
    expect(gate.kinds()).not.toContain('release');
    expect(gate.view()).toMatchObject({ state: 'verdict', verdict: { kind: 'cannot-verify', offline: true }, counts: { admitted: 0, refused: 0 } });
    expect(gate.read(2)).toMatchObject([{ kind: 'check' }]);
  });

  it('is not taken by a lane out of service, and the verdict of another scan is not answered', () => {
    const gate = lane(false);
    expect(gate.view().state).toBe('out-of-service');
    expect(gate.read(1)).toEqual([]);
    expect(() => gate.give({ kind: 'committed', scanId: scan(1).scanId, at })).toThrow('a commit answers');
  });
});

describe('a passage', () => {
  it('ends the admission', () => {
    const gate = lane();
    gate.letIn(1);
    expect(gate.view().barrier).toBe('released');
    gate.give({ kind: 'body-passed', direction: 'entry', at });
    expect(gate.passages()).toEqual([[1, 'passed']]);
    expect(gate.view()).toMatchObject({ state: 'verdict', barrier: 'passed', counts: { passed: 1, inside: 1 } });
    gate.give({ kind: 'timer', timer: 'verdict' });
    expect(gate.view()).toMatchObject({ state: 'ready', barrier: 'closed' });
  });

  it('that does not happen takes the admission back', () => {
    const gate = lane();
    gate.letIn(1);
    gate.give({ kind: 'timer', timer: 'passage' });
    expect(gate.passages()).toEqual([[1, 'not-passed']]);
    expect(gate.view()).toMatchObject({ state: 'ready', barrier: 'not-passed', counts: { admitted: 1, passed: 0, notPassed: 1, inside: 0 } });
  });

  it('quicker than the answer of the barrier counts, and the next release waits for the answer', () => {
    const gate = lane();
    gate.read(1);
    gate.decideAndCommit(1);
    gate.give({ kind: 'body-passed', direction: 'entry', at });
    gate.read(2);
    expect(gate.passages()).toEqual([[1, 'passed']]);
    expect(gate.asked.filter(({ kind }) => kind === 'check')).toHaveLength(1);
    expect(gate.give({ kind: 'release-answered', scanId: scan(1).scanId, outcome: 'uncertain' })).toMatchObject([{ kind: 'check', scan: scan(2) }]);
    expect(gate.passages()).toHaveLength(1);
  });

  it.each(['expired', 'not-released'] as const)('is not awaited when the release was %s: the ticket is good again', (outcome) => {
    const gate = lane();
    gate.read(1);
    gate.decideAndCommit(1);
    gate.give({ kind: 'release-answered', scanId: scan(1).scanId, outcome });
    expect(gate.passages()).toEqual([[1, 'release-failed']]);
    expect(gate.view().barrier).toBe('unavailable');
  });

  it('is awaited when nobody knows whether the barrier opened', () => {
    const gate = lane();
    gate.read(1);
    gate.decideAndCommit(1);
    gate.give({ kind: 'release-answered', scanId: scan(1).scanId, outcome: 'uncertain' });
    gate.give({ kind: 'body-passed', direction: 'entry', at });
    expect(gate.passages()).toEqual([[1, 'passed']]);
  });

  it('that nobody could see is unconfirmed, not taken back', () => {
    const gate = lane();
    gate.letIn(1);
    gate.give({ kind: 'devices', devices: { scanner: true, gate: false } });
    expect(gate.view()).toMatchObject({ state: 'verdict', barrier: 'unavailable' });
    gate.give({ kind: 'timer', timer: 'passage' });
    expect(gate.passages()).toEqual([[1, 'unconfirmed']]);
    expect(gate.view().state).toBe('out-of-service');
  });

  it('without an admission is forced', () => {
    const gate = lane();
    gate.give({ kind: 'body-passed', direction: 'entry', at });
    expect(gate.passages()).toEqual([[undefined, 'forced']]);
    expect(gate.view()).toMatchObject({ barrier: 'forced', counts: { passed: 0, inside: 1 } });
  });

  it('against the direction is somebody else, and the guest is still awaited', () => {
    const gate = lane();
    gate.letIn(1);
    gate.give({ kind: 'body-passed', direction: 'exit', at });
    gate.give({ kind: 'body-passed', direction: 'entry', at });
    expect(gate.passages()).toEqual([
      [undefined, 'forced'],
      [1, 'passed'],
    ]);
  });
});

describe('the guests behind', () => {
  it('are taken in turn, up to the limit', () => {
    const gate = lane();
    gate.letIn(1);
    for (const next of [2, 3, 4]) gate.read(next);
    expect(gate.state().waiting.map(({ scan: { bytes } }) => bytes[0])).toEqual([2, 3]);
    expect(gate.give({ kind: 'body-passed', direction: 'entry', at })).toMatchObject([
      { kind: 'disarm' },
      { kind: 'record-passage' },
      { kind: 'arm' },
      { kind: 'check', scan: scan(2) },
    ]);
    gate.decideAndCommit(2, refuse);
    expect(gate.asked.at(-1)).toEqual({ kind: 'check', scan: scan(3) });
  });

  it('do not include the guest who holds the phone up again', () => {
    const gate = lane();
    gate.letIn(1);
    gate.read(1);
    expect(gate.state().waiting).toEqual([]);
  });

  it('include the next of a party on the same ticket', () => {
    const gate = lane();
    gate.letIn(1, admit(3));
    gate.read(1);
    gate.read(1);
    expect(gate.state().waiting).toHaveLength(1);
  });

  it('are sent away when the lane goes out of service', () => {
    const gate = lane();
    gate.letIn(1);
    gate.read(2);
    gate.give({ kind: 'jammed', on: true });
    gate.give({ kind: 'body-passed', direction: 'entry', at });
    expect(gate.state().waiting).toEqual([]);
    expect(gate.view().state).toBe('out-of-service');
    gate.give({ kind: 'jammed', on: false });
    expect(gate.read(2)).toMatchObject([{ kind: 'check' }]);
  });
});

describe('fire', () => {
  it('takes no scans, and forces nobody', () => {
    const gate = lane();
    gate.letIn(1);
    gate.give({ kind: 'fire', on: true });
    expect(gate.view().state).toBe('fire');
    expect(gate.read(2)).toEqual([]);
    gate.give({ kind: 'body-passed', direction: 'exit', at });
    gate.give({ kind: 'timer', timer: 'passage' });
    expect(gate.passages()).toEqual([
      [undefined, 'passed'],
      [1, 'unconfirmed'],
    ]);
    gate.give({ kind: 'fire', on: false });
    expect(gate.view().state).toBe('ready');
  });
});

describe('a guest who still holds the ticket up', () => {
  it('after going through is the same scan for as long as the reader sees it, and a used ticket afterwards', () => {
    const gate = lane();
    gate.letIn(1);
    gate.give({ kind: 'body-passed', direction: 'entry', at });
    for (let sighting = 0; sighting < 5; sighting++) {
      gate.wait(2_000);
      expect(gate.read(1)).toEqual([]);
    }
    gate.wait(2_500);
    expect(gate.read(1)).toMatchObject([{ kind: 'check' }]);
  });

  it('whose phone has changed its code meanwhile is not told that it is used', () => {
    const gate = lane();
    gate.letIn(1);
    gate.wait(6_000);
    gate.read(2);
    gate.give({ kind: 'body-passed', direction: 'entry', at });
    const used: Decision = { kind: 'refuse', findings: [{ reason: 'already-used', evidence: { kind: 'form' } }], ticket: admit(1, 1).ticket, basis };
    expect(gate.give({ kind: 'decided', scanId: scan(2).scanId, decision: used, isOffline: false, at })).toEqual([
      { kind: 'drop', scanId: scan(2).scanId },
    ]);
    expect(gate.view()).toMatchObject({ state: 'verdict', verdict: { kind: 'enter' }, counts: { refused: 0 } });
    gate.wait(2_000);
    expect(gate.read(2)).toEqual([]);
  });

  it('of a party stands for the next of them', () => {
    const gate = lane();
    gate.letIn(1, admit(3, 1));
    gate.give({ kind: 'body-passed', direction: 'entry', at });
    expect(gate.read(1)).toMatchObject([{ kind: 'check' }]);
  });

  it('because nobody let him through may try again at once', () => {
    const gate = lane();
    gate.read(1);
    gate.decideAndCommit(1);
    gate.give({ kind: 'release-answered', scanId: scan(1).scanId, outcome: 'not-released' });
    expect(gate.read(1)).toMatchObject([{ kind: 'check' }]);
    const other = lane();
    other.letIn(1);
    other.give({ kind: 'timer', timer: 'passage' });
    expect(other.read(1)).toMatchObject([{ kind: 'check' }]);
  });

  it('does not hide the ticket of another', () => {
    const gate = lane();
    gate.letIn(1);
    gate.read(2);
    gate.give({ kind: 'body-passed', direction: 'entry', at });
    gate.decideAndCommit(2);
    expect(gate.asked.at(-2)).toEqual({ kind: 'release', scanId: scan(2).scanId });
  });
});

describe('somebody who stands in the passage', () => {
  it('is recorded as held, and the guests behind wait', () => {
    const gate = lane();
    gate.letIn(1);
    gate.give({ kind: 'body-passed', direction: 'entry', at });
    gate.give({ kind: 'obstructed', on: true });
    expect(gate.passages()).toEqual([
      [1, 'passed'],
      [undefined, 'held'],
    ]);
    expect(gate.view().barrier).toBe('held');
    expect(gate.read(2)).toEqual([]);
    expect(gate.give({ kind: 'obstructed', on: false })).toMatchObject([{ kind: 'check', scan: scan(2) }]);
    expect(gate.view().barrier).toBe('passed');
  });

  it.each([
    ['before the barrier was released', true],
    ['while it was', false],
  ])('%s makes the guest at the barrier held: nobody could count him, and his ticket is used', (_name, before) => {
    const gate = lane();
    gate.read(1);
    gate.decideAndCommit(1);
    if (before) gate.give({ kind: 'obstructed', on: true });
    gate.give({ kind: 'release-answered', scanId: scan(1).scanId, outcome: 'released' });
    if (!before) gate.give({ kind: 'obstructed', on: true });
    gate.give({ kind: 'obstructed', on: false });
    gate.give({ kind: 'timer', timer: 'passage' });
    expect(gate.passages()).toEqual([[1, 'held']]);
    expect(gate.view().counts).toMatchObject({ admitted: 1, passed: 0, notPassed: 0 });
  });

  it('does not hide that the guest was seen to pass', () => {
    const gate = lane();
    gate.letIn(1);
    gate.give({ kind: 'obstructed', on: true });
    gate.give({ kind: 'body-passed', direction: 'entry', at });
    expect(gate.passages()).toEqual([[1, 'passed']]);
  });
});

describe("a technician's release", () => {
  it('is for one body, which is not forced', () => {
    const gate = lane();
    expect(gate.give({ kind: 'service-release', on: true })).toEqual([{ kind: 'arm', timer: 'service', after: seconds(8) }]);
    gate.give({ kind: 'body-passed', direction: 'entry', at });
    expect(gate.view().barrier).toBe('closed');
    gate.give({ kind: 'body-passed', direction: 'entry', at });
    expect(gate.passages()).toEqual([
      [undefined, 'passed'],
      [undefined, 'forced'],
    ]);
  });

  it.each<readonly [string, LaneInput]>([
    ['that was not carried out', { kind: 'service-release', on: false }],
    ['that nobody used', { kind: 'timer', timer: 'service' }],
  ])('%s excuses nobody', (_name, end) => {
    const gate = lane();
    gate.give({ kind: 'service-release', on: true });
    gate.give(end);
    gate.give({ kind: 'body-passed', direction: 'entry', at });
    expect(gate.passages()).toEqual([[undefined, 'forced']]);
  });
});

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
