import { expect, test } from 'vitest';
import { instant, seconds } from '#core/base/time.ts';
import { DeviceId } from '#core/contract/identifiers.ts';
import { createTechnician } from '../../../kiosk-ui/technician/technician-model.ts';
import { linesOf } from '../../../kiosk-ui/technician/trace-lines.ts';
import { technicianState } from '../support/sample-technician.ts';
import { createScriptedAgent, type Script } from '../support/scripted-agent.ts';

const PRINTER = DeviceId.parse('ticket-printer');

const PRINTED = { zh: '已打印', en: 'printed' };

function open(script: Script = {}) {
  const scripted = createScriptedAgent(script);
  return { ...scripted, technician: createTechnician(scripted.agent) };
}

test('a test runs only when it was asked for and confirmed, and only once', async () => {
  const { technician, calls, time } = open({ testDevice: () => ({ kind: 'done', value: { outcome: 'passed', detail: PRINTED } }) });
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
  expect(technician.tests.value.get(PRINTER)).toEqual({ at: 'ended', result: { outcome: 'passed', detail: PRINTED } });
  technician.dismiss(PRINTER);
  expect(technician.tests.value.size).toBe(0);
});

test('while a test runs it cannot be asked for again or taken away', async () => {
  let finish: (() => void) | undefined;
  const { technician, time } = open({
    testDevice: () =>
      new Promise((resolve) => {
        finish = () => resolve({ kind: 'done', value: { outcome: 'failed', code: 'E-PRN-COVER', detail: { zh: '机盖打开', en: 'cover open' } } });
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
  expect(technician.tests.value.get(PRINTER)).toEqual({
    at: 'ended',
    result: { outcome: 'failed', code: 'not-found', detail: { zh: 'no such device', en: 'no such device' } },
  });
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

test('what a technician says about a device is kept with its answer, and the page is read again', async () => {
  const { technician, calls, time } = open({
    assignDevice: () => ({ kind: 'done', value: { outcome: 'failed', code: 'E-DEV-NO-PORT', detail: { zh: '没有接', en: 'nothing is there' } } }),
  });
  await technician.assign(PRINTER, '/dev/usb/lp0');
  await time.settle();
  expect(calls).toEqual([
    { name: 'assignDevice', input: { params: { device: 'ticket-printer' }, body: { path: '/dev/usb/lp0' } } },
    { name: 'readTechnician', input: undefined },
  ]);
  expect(technician.assignments.value.get(PRINTER)).toMatchObject({ outcome: 'failed', code: 'E-DEV-NO-PORT' });
});

test('no answer about a device is no success', async () => {
  const { technician } = open();
  await technician.assign(PRINTER, null);
  expect(technician.assignments.value.has(PRINTER)).toBe(true);
  expect(technician.assignments.value.get(PRINTER)).toBeUndefined();
});

test('the trace of a line is read when it is asked for, and its lines hide what was hidden', async () => {
  const entries = [
    { at: '2026-10-31T11:00:00.000Z', direction: 'out' as const, bytes: 3, hex: '100401' },
    { at: '2026-10-31T11:00:00.001Z', direction: 'in' as const, bytes: 3, hex: '....0d' },
  ];
  const { technician } = open({ readTrace: () => ({ kind: 'done', value: { device: PRINTER, entries } }) });
  const reading = technician.readTrace(PRINTER);
  expect(technician.traces.value.get(PRINTER)).toBe('reading');
  await reading;
  const trace = technician.traces.value.get(PRINTER);
  expect(typeof trace === 'object' && linesOf(trace)).toEqual(['2026-10-31T11:00:00.000Z → 10 04 01', '2026-10-31T11:00:00.001Z ← ·· ·· 0d']);
});

test('a trace that could not be read says so', async () => {
  const { technician } = open();
  await technician.readTrace(PRINTER);
  expect(technician.traces.value.get(PRINTER)).toBe('away');
});
