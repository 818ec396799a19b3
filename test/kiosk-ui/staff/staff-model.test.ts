import { expect, test } from 'vitest';
import { seconds } from '#core/base/time.ts';
import { MachineId } from '#core/contract/identifiers.ts';
import type { StaffState } from '#core/contract/local/staff.ts';
import type { CallAnswer } from '../../../kiosk-ui/agent/call.ts';
import { createStaffDesk } from '../../../kiosk-ui/staff/staff-model.ts';
import { createScriptedAgent } from '../support/scripted-agent.ts';

const AT = '2026-03-14T11:00:00.000Z';

const nobody: StaffState = { machine: MachineId.parse('kiosk-1'), staff: null, rights: [], until: null, at: AT, kiosk: null, money: null };
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
