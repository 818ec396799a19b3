import { describe, expect, it } from 'vitest';
import type { Decision } from '#core/admission/decision.ts';
import { seconds } from '#core/base/time.ts';
import type { LaneInput } from '#core/lane/lane-state.ts';
import { admit, at, basis, lane, refuse, scan, settings } from './lane-under-test.ts';

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

describe('a barrier without a sensor', () => {
  it('never takes an admission back, and does not let the next guest wait for a body that nothing can see', () => {
    const gate = lane();
    gate.give({ kind: 'blind', on: true });
    gate.read(1);
    gate.decideAndCommit(1, admit());
    expect(gate.give({ kind: 'release-answered', scanId: scan(1).scanId, outcome: 'uncertain' })).toEqual([
      { kind: 'arm', timer: 'passage', after: settings.blindPassage },
    ]);
    gate.give({ kind: 'timer', timer: 'passage' });
    expect(gate.passages()).toEqual([[1, 'unconfirmed']]);
    expect(gate.view()).toMatchObject({ barrier: 'closed', counts: { admitted: 1, notPassed: 0 } });
  });
});
