import { expect, test } from 'vitest';
import { instant, seconds } from '#core/base/time.ts';
import { DeviceId } from '#core/contract/identifiers.ts';
import { createTechnician } from '../../../kiosk-ui/technician/technician-model.ts';
import { technicianState } from '../support/sample-technician.ts';
import { createScriptedAgent, type Script } from '../support/scripted-agent.ts';

const PRINTER = DeviceId.parse('ticket-printer');

function open(script: Script = {}) {
  const scripted = createScriptedAgent(script);
  return { ...scripted, technician: createTechnician(scripted.agent) };
}

test('a test runs only when it was asked for and confirmed, and only once', async () => {
  const { technician, calls, time } = open({ testDevice: () => ({ kind: 'done', value: { outcome: 'passed', detail: 'printed' } }) });
  await technician.confirm(PRINTER);
  expect(calls).toEqual([]);
  technician.ask(PRINTER);
  technician.dismiss(PRINTER);
  await technician.confirm(PRINTER);
  expect(calls).toEqual([]);
  technician.ask(PRINTER);
  void technician.confirm(PRINTER);
  void technician.confirm(PRINTER);
  await time.settle();
  expect(calls).toEqual([{ name: 'testDevice', input: { params: { device: 'ticket-printer' } } }]);
  expect(technician.tests.value.get(PRINTER)).toEqual({ at: 'ended', result: { outcome: 'passed', detail: 'printed' } });
  technician.dismiss(PRINTER);
  expect(technician.tests.value.size).toBe(0);
});

test('while a test runs it cannot be asked for again or taken away', async () => {
  let finish: (() => void) | undefined;
  const { technician, time } = open({
    testDevice: () =>
      new Promise((resolve) => {
        finish = () => resolve({ kind: 'done', value: { outcome: 'failed', code: 'E-PRN-COVER', detail: 'cover open' } });
      }),
  });
  technician.ask(PRINTER);
  void technician.confirm(PRINTER);
  technician.ask(PRINTER);
  technician.dismiss(PRINTER);
  expect(technician.tests.value.get(PRINTER)).toEqual({ at: 'running' });
  finish?.();
  await time.settle();
  expect(technician.tests.value.get(PRINTER)).toMatchObject({ at: 'ended', result: { outcome: 'failed' } });
});

test('no answer is neither a success nor a failure', async () => {
  const { technician } = open();
  technician.ask(PRINTER);
  await technician.confirm(PRINTER);
  expect(technician.tests.value.get(PRINTER)).toEqual({ at: 'ended', result: undefined });
});

test('an answer that the agent refuses is a failure with its words', async () => {
  const { technician } = open({ testDevice: () => ({ kind: 'problem', status: 404, problem: { code: 'not-found', message: 'no such device' } }) });
  technician.ask(PRINTER);
  await technician.confirm(PRINTER);
  expect(technician.tests.value.get(PRINTER)).toEqual({ at: 'ended', result: { outcome: 'failed', code: 'not-found', detail: 'no such device' } });
});

test('what is quiet for three seconds is read again, and an overtaken reading is dropped', async () => {
  const { technician, push, script, calls, time } = open();
  const first = technicianState(time.clock.wall());
  push({ kind: 'technician', state: first });
  await time.advance(seconds(2));
  expect(calls).toEqual([]);
  script.readTechnician = () => ({
    kind: 'done',
    value: technicianState(instant(Date.parse(first.at) - 5_000), { startedAt: first.startedAt, software: 'old' }),
  });
  await time.advance(seconds(2));
  expect(calls.map(({ name }) => name)).toContain('readTechnician');
  expect(technician.state.value).toBe(first);
  script.readTechnician = () => ({ kind: 'done', value: technicianState(time.clock.wall(), { startedAt: first.startedAt, software: 'new' }) });
  await time.advance(seconds(4));
  expect(technician.state.value?.software).toBe('new');
});

test('an agent that was restarted with its clock set back is believed', () => {
  const { technician, push, time } = open();
  push({ kind: 'technician', state: technicianState(time.clock.wall()) });
  const restarted = technicianState(instant(time.clock.wall() - 86_400_000), { software: 'restarted' });
  push({ kind: 'technician', state: restarted });
  expect(technician.state.value).toBe(restarted);
});

test('a closed page leaves no timer behind', () => {
  const { technician, time } = open();
  technician.close();
  expect(time.pendingTimers()).toBe(0);
});
