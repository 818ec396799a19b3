import { expect, test } from 'vitest';
import { milliseconds, minutes, plus, seconds, toIso } from '#core/base/time.ts';
import { MachineId } from '#core/contract/identifiers.ts';
import { type ScanSearch, StaffOrder, type StaffState } from '#core/contract/local/staff.ts';
import type { CallAnswer } from '../../../kiosk-ui/agent/call.ts';
import { createStaffDesk } from '../../../kiosk-ui/staff/staff-model.ts';
import { STAFF_REFUSAL, desk as words } from '../../../kiosk-ui/text/desk.ts';
import { createScriptedAgent } from '../support/scripted-agent.ts';

const AT = '2026-03-14T11:00:00.000Z';

const nobody: StaffState = {
  machine: MachineId.parse('kiosk-1'),
  staff: null,
  rights: [],
  until: null,
  at: AT,
  kiosk: null,
  money: null,
  noted: [],
  locks: null,
};
const signedIn: StaffState = { ...nobody, staff: { name: 'Demo cashier', role: 'cashier' } };

const done = (state: StaffState) => ({ kind: 'done', value: { state } }) as const;

/** Answers that come when the test lets them. */
function held<Answer>() {
  const waiting: ((answer: Answer) => void)[] = [];
  return {
    ask: () => new Promise<Answer>((resolve) => waiting.push(resolve)),
    answer: async (answer: Answer) => {
      waiting.shift()?.(answer);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

function open() {
  const reads = held<CallAnswer<'readStaff'>>();
  const scripted = createScriptedAgent({ readStaff: reads.ask, staffSignIn: () => done(signedIn), staffSignOut: () => done(nobody) });
  let signedOut = 0;
  const onSignedOut = (): void => {
    signedOut += 1;
  };
  const desk = createStaffDesk({ agent: scripted.agent, newKey: () => 'key', onSignedOut });
  return { ...scripted, desk, reads, signedOut: () => signedOut };
}

test('a question that a sign-in overtook signs nobody out', async () => {
  const { desk, reads, signedOut } = open();
  await desk.signIn('123456');
  expect(desk.state.value?.staff?.name).toBe('Demo cashier');
  await reads.answer(done(nobody));
  expect(desk.state.value?.staff?.name).toBe('Demo cashier');
  expect(signedOut()).toBe(0);
  desk.close();
});

test('one that was asked afterwards does: the session has ended at the agent', async () => {
  const { desk, reads, signedOut, time } = open();
  await desk.signIn('123456');
  await reads.answer(done(nobody));
  await time.advance(seconds(2));
  await reads.answer(done(nobody));
  expect(desk.state.value?.staff).toBeNull();
  expect(signedOut()).toBe(1);
  desk.close();
});

const ORDER = StaffOrder.parse({ orderId: '261031-ABCDEFGH', status: 'refunded', total: { minor: 4_800, currency: 'CNY' }, tickets: [] });
const kiosk = (search: ScanSearch | null): StaffState => ({
  ...signedIn,
  kiosk: { phase: 'idle', closed: null, printers: [], reprint: null, search, recent: [] },
});

test('an order that was found is shown and the search is over; one that was not leaves what was typed', async () => {
  const { desk, script, calls } = open();
  script.findStaffOrder = () => ({ kind: 'refused', refusal: { code: 'no-such-order' } });
  desk.type('');
  await desk.find();
  expect(calls.some(({ name }) => name === 'findStaffOrder')).toBe(false);
  desk.type(' 4829 ');
  await desk.find();
  expect(calls.at(-1)).toEqual({ name: 'findStaffOrder', input: { body: { code: '4829' } } });
  expect([desk.query.value, desk.notice.value]).toEqual([' 4829 ', { isBad: true, words: STAFF_REFUSAL['no-such-order'] }]);
  script.findStaffOrder = () => ({ kind: 'done', value: { order: ORDER } });
  await desk.find();
  expect([desk.query.value, desk.order.value, desk.notice.value]).toEqual([undefined, ORDER, undefined]);
  desk.close();
});

test('what the scanner read is shown once it was found, within half a second, and once only', async () => {
  const { desk, script, reads, time } = open();
  script.awaitStaffScan = () => done(kiosk({ kind: 'waiting', until: AT }));
  await desk.signIn('123456');
  await reads.answer(done(signedIn));
  desk.type('');
  await desk.scan();
  // The one that had been armed before, and then every half second.
  await time.advance(seconds(2));
  await reads.answer(done(kiosk({ kind: 'looking' })));
  await time.advance(milliseconds(500));
  await reads.answer(done(kiosk({ kind: 'found', order: ORDER })));
  expect([desk.order.value, desk.query.value]).toEqual([ORDER, undefined]);
  desk.leaveOrder();
  await time.advance(seconds(2));
  await reads.answer(done(kiosk({ kind: 'found', order: ORDER })));
  expect(desk.order.value).toBeUndefined();
  desk.close();
});

test('a page that was left shows nobody again, whatever is still on its way', async () => {
  const { desk, reads, script, time, signedOut } = open();
  const stays = held<CallAnswer<'staffStay'>>();
  script.staffStay = stays.ask;
  await desk.signIn('123456');
  await reads.answer(done(signedIn));
  await time.advance(seconds(6));
  desk.touch();
  await desk.signOut();
  await stays.answer(done(signedIn));
  expect(desk.state.value?.staff).toBeNull();
  expect(signedOut()).toBe(1);
  desk.close();
});

test('a lock is taken back at the machine that was chosen, under the key of the question, and the page tells what became of it', async () => {
  const { desk, script, calls } = open();
  const machine = MachineId.parse('kiosk-2');
  script.releasePinLocks = () => done({ ...signedIn, locks: { machines: [machine], last: { machine, by: 'Mei', stage: 'sent' } } });
  desk.ask({ kind: 'release-locks', key: 'key-1' });
  await desk.releaseLocks(machine, 'key-1');
  expect(desk.asking.value).toBeUndefined();
  expect(calls.at(-1)).toEqual({ name: 'releasePinLocks', input: { params: { machine: 'kiosk-2' }, body: { key: 'key-1' } } });
  expect(desk.state.value?.locks?.last?.stage).toBe('sent');
  script.releasePinLocks = () => ({ kind: 'refused', refusal: { code: 'unavailable' } });
  await desk.releaseLocks(machine, 'key-2');
  expect(desk.notice.value).toEqual({ isBad: true, words: STAFF_REFUSAL.unavailable });
  desk.close();
});

test('a lock after wrong PINs counts down by itself, and then PINs are looked at again', async () => {
  const { desk, script, time, reads, calls } = open();
  await reads.answer(done(nobody));
  const left = () => desk.notice.value?.words.en;
  script.staffSignIn = () => ({ kind: 'refused', refusal: { code: 'locked', until: toIso(plus(time.clock.wall(), minutes(5))) } });
  await desk.signIn('000000');
  expect([left(), desk.notice.value?.words.zh, desk.isLocked.value]).toEqual(['Locked for 5:00', '已锁定，5:00 后再试', true]);
  await time.advance(seconds(1));
  expect(left()).toBe('Locked for 4:59');
  await time.advance(seconds(298));
  expect([left(), desk.isLocked.value]).toEqual(['Locked for 0:01', true]);
  await time.advance(seconds(1));
  expect([left(), desk.isLocked.value]).toEqual([undefined, false]);
  script.staffSignIn = () => done(signedIn);
  await desk.signIn('123456');
  expect(desk.state.value?.staff?.name).toBe('Demo cashier');
  expect(
    calls.filter(({ name }) => name === 'staffSignIn'),
    'no PIN was sent by itself',
  ).toHaveLength(2);
  desk.close();
});

test('a payment at a terminal is settled by its key, and then the page shows what became of the order; a refusal shows nothing', async () => {
  const { desk, script, calls } = open();
  script.settlePayment = () => done(signedIn);
  script.readStaffOrder = () => ({ kind: 'done', value: { order: ORDER } });
  await desk.settlePayment('attempt-00000001', ORDER.orderId, 'booked');
  expect(calls.slice(-2)).toEqual([
    { name: 'settlePayment', input: { params: { attemptKey: 'attempt-00000001' }, body: { found: 'booked' } } },
    { name: 'readStaffOrder', input: { params: { orderId: ORDER.orderId } } },
  ]);
  expect(desk.order.value).toEqual(ORDER);
  desk.leaveOrder();
  script.settlePayment = () => ({ kind: 'refused', refusal: { code: 'not-open' } });
  await desk.settlePayment('attempt-00000001', ORDER.orderId, 'not-booked');
  expect([desk.order.value, desk.notice.value]).toEqual([undefined, { isBad: true, words: STAFF_REFUSAL['not-open'] }]);
  desk.close();
});

test('what was said of a lost order is noted, not done: the box office has still to hear it', async () => {
  const { desk, script } = open();
  script.settleOrder = () => done({ ...signedIn, noted: [{ orderId: ORDER.orderId, why: 'nothing-paid', by: 'Mei', at: AT }] });
  await desk.settle(ORDER.orderId, 'nothing-paid');
  expect(desk.notice.value).toEqual({ isBad: false, words: words.noted });
  expect(desk.state.value?.noted).toHaveLength(1);
  desk.close();
});
