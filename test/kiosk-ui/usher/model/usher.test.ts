import { expect, test } from 'vitest';
import { instant, milliseconds, minutes, seconds, toIso } from '#core/base/time.ts';
import type { Verdict } from '#core/contract/admission.ts';
import type { UsherState } from '#core/contract/local/usher.ts';
import { USHER_REFUSAL, usher as words } from '../../../../kiosk-ui/text/usher.ts';
import { createUsher } from '../../../../kiosk-ui/usher/model/usher.ts';
import { admitted, refusedFor } from '../../support/sample-gate.ts';
import { conflictAt, scanOf, usherState } from '../../support/sample-usher.ts';
import { createScriptedAgent, type Script } from '../../support/scripted-agent.ts';

function open(script: Script = {}) {
  const scripted = createScriptedAgent(script);
  const felt: Verdict[] = [];
  const usher = createUsher({ agent: scripted.agent, onVerdict: (verdict) => felt.push(verdict) });
  const state = (change: Partial<UsherState> = {}): UsherState => usherState(scripted.time.clock.wall(), change);
  const push = (change: Partial<UsherState> = {}): void => scripted.push({ kind: 'usher', state: state(change) });
  const later = (ms: number): string => toIso(instant(scripted.time.clock.wall() + ms));
  return { ...scripted, said: scripted.push, usher, felt, state, push, later };
}

test('signing in takes the page over, and out gives it back with everything on it', async () => {
  const { usher, script, state, push } = open();
  push({ staff: null });
  script.signIn = () => ({ kind: 'done', value: { state: state() } });
  await usher.signIn('246810');
  expect(usher.state.value?.staff).toEqual({ name: '林薇', role: 'usher' });
  usher.open('halls');
  script.signOut = () => ({ kind: 'done', value: { state: state({ staff: null }) } });
  await usher.signOut();
  expect([usher.state.value?.staff, usher.pane.value]).toEqual([null, 'scan']);
});

test('a wrong PIN is counted; a lock counts down by the time of the agent and opens by itself', async () => {
  const { usher, script, time, push, later, said } = open();
  push({ staff: null });
  script.signIn = () => ({ kind: 'refused', refusal: { code: 'wrong-pin', triesLeft: 2 } });
  await usher.signIn('000000');
  expect(usher.signInRefusal.value).toEqual({ code: 'wrong-pin', triesLeft: 2 });
  // The phone's own clock is ten minutes behind.
  said({ kind: 'tick', at: later(600_000) });
  script.signIn = () => ({ kind: 'refused', refusal: { code: 'locked', until: later(900_000) } });
  await usher.signIn('000000');
  await time.advance(seconds(299));
  expect(usher.signInRefusal.value?.code).toBe('locked');
  await time.advance(seconds(1));
  expect(usher.signInRefusal.value).toBeUndefined();
});

test('a verdict is shown and felt once; an admission leaves by itself, a refusal stays', async () => {
  const { usher, script, time, state, felt } = open();
  const verdicts = [admitted(), refusedFor('already-used')];
  script.checkTicket = () => ({ kind: 'done', value: { verdict: verdicts.shift() ?? admitted(), state: state() } });
  await usher.check('FY1:A', 'camera');
  expect(usher.shown.value?.verdict.kind).toBe('enter');
  await time.advance(seconds(4));
  expect(usher.shown.value).toBeUndefined();
  await usher.check('FY1:A', 'camera');
  await time.advance(minutes(5));
  expect(usher.shown.value?.verdict.kind).toBe('already-used');
  usher.dismiss();
  expect(usher.shown.value).toBeUndefined();
  expect(felt.map(({ kind }) => kind)).toEqual(['enter', 'already-used']);
});

test('the next code takes the place of the verdict, with its whole time', async () => {
  const { usher, script, time, state } = open();
  script.checkTicket = () => ({ kind: 'done', value: { verdict: admitted(), state: state() } });
  await usher.check('FY1:A', 'camera');
  await time.advance(milliseconds(3_500));
  await usher.check('FY1:B', 'camera');
  await time.advance(milliseconds(3_500));
  expect(usher.shown.value).toBeDefined();
  await time.advance(milliseconds(500));
  expect(usher.shown.value).toBeUndefined();
});

test('one code at a time', async () => {
  const { usher, script, calls } = open();
  let answer: (() => void) | undefined;
  script.checkTicket = () =>
    new Promise((resolve) => {
      answer = () => resolve({ kind: 'unreachable' });
    });
  const first = usher.check('FY1:A', 'camera');
  await usher.check('FY1:B', 'camera');
  expect([calls.length, usher.isChecking.value]).toEqual([1, true]);
  answer?.();
  await first;
  expect(usher.isChecking.value).toBe(false);
});

test('no answer is neither an admission nor a refusal', async () => {
  const { usher, felt } = open();
  await usher.check('FY1:A', 'typed');
  expect([usher.shown.value, felt]).toEqual([undefined, []]);
  expect(usher.notice.value).toMatchObject({ words: words.noAnswer, tone: 'bad' });
});

test.each(['no-right', 'too-late', 'unknown', 'not-written', 'unavailable'] as const)('the refusal %s is said in words, and leaves', async (code) => {
  const { usher, script, time } = open();
  script.undoAdmission = () => ({ kind: 'refused', refusal: { code } });
  await usher.undo('01M80000000000000000000001');
  expect(usher.notice.value?.words).toBe(USHER_REFUSAL[code]);
  await time.advance(seconds(6));
  expect(usher.notice.value).toBeUndefined();
});

test('a code that was just decided shows its verdict again', async () => {
  const { usher, script } = open();
  const verdict = admitted();
  script.checkTicket = () => ({ kind: 'refused', refusal: { code: 'same-scan', verdict } });
  await usher.check('FY1:A', 'typed');
  expect(usher.shown.value?.verdict).toBe(verdict);
  expect(usher.notice.value?.words).toBe(USHER_REFUSAL['same-scan']);
});

test('whoever was signed out elsewhere is asked for the PIN again', async () => {
  const { usher, script, push } = open();
  push();
  script.checkTicket = () => ({ kind: 'refused', refusal: { code: 'not-signed-in' } });
  await usher.check('FY1:A', 'typed');
  expect(usher.state.value?.staff).toBeNull();
  expect(usher.notice.value?.words).toBe(USHER_REFUSAL['not-signed-in']);
});

test('an admission can be undone while its time lasts, and then it is gone from the screen', async () => {
  const { usher, script, time, state, later } = open();
  const verdict = admitted();
  const scan = scanOf(verdict, { undoUntil: later(120_000) });
  script.overrideRefusal = () => ({ kind: 'unreachable' });
  usher.show({ ...verdict, kind: 'attention' }, state({ recent: [scan] }));
  expect(usher.undoable.value).toEqual(scan);
  await time.advance(seconds(119));
  expect(usher.undoable.value).toEqual(scan);
  script.undoAdmission = () => ({ kind: 'done', value: { state: state({ recent: [{ ...scan, undone: true }] }) } });
  await usher.undo(verdict.scanId);
  expect([usher.shown.value, usher.notice.value?.words]).toEqual([undefined, words.undone]);
  usher.show(verdict, state({ recent: [scan] }));
  await time.advance(seconds(1));
  expect(usher.undoable.value).toBeUndefined();
});

test('a conflict that somebody has seen is marked by the agent, not by the page', async () => {
  const { usher, script, time, push, state } = open();
  const conflict = conflictAt(time.clock.wall());
  push({ conflicts: [{ conflict }] });
  await usher.markSeen(conflict.ticketId);
  expect(usher.state.value?.conflicts[0]?.seenBy).toBeUndefined();
  script.markConflictSeen = () => ({ kind: 'done', value: { state: state({ conflicts: [{ conflict, seenBy: '林薇' }] }) } });
  await usher.markSeen(conflict.ticketId);
  expect(usher.state.value?.conflicts[0]?.seenBy).toBe('林薇');
});

test('a closed page leaves no timer behind', async () => {
  const { usher, script, time, state } = open();
  script.checkTicket = () => ({ kind: 'done', value: { verdict: admitted(), state: state() } });
  await usher.check('FY1:A', 'camera');
  usher.tell(words.undone, 'good');
  usher.close();
  expect(time.pendingTimers()).toBe(0);
});
