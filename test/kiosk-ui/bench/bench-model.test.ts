import { expect, test } from 'vitest';
import { DeviceId } from '#core/contract/identifiers.ts';
import type { BenchState } from '#core/contract/local/bench.ts';
import { createBench, placeOf } from '../../../kiosk-ui/bench/bench-model.ts';
import { SAMPLES } from '../../../kiosk-ui/bench/samples.ts';
import { createScriptedAgent } from '../support/scripted-agent.ts';

const GATE = DeviceId.parse('gate-scanner');
const PRINTER = DeviceId.parse('ticket-printer');
const STATE: BenchState = { devices: [], network: { broker: true, boxOffice: true, site: null } };

function open(readPaper: (printer: DeviceId, number: number) => Promise<string | undefined> = async () => undefined) {
  const scripted = createScriptedAgent({ present: () => ({ kind: 'done', value: { state: STATE } }) });
  return { ...scripted, bench: createBench({ agent: scripted.agent, readPaper }) };
}

test('a paper is presented with exactly what its picture says', async () => {
  const { bench, calls } = open(async (printer, number) => `${printer} ${number} FY1:ABC`);
  await bench.presentPaper(GATE, { printer: PRINTER, number: 7 });
  expect(calls).toEqual([{ name: 'present', input: { params: { device: 'gate-scanner' }, body: { text: 'ticket-printer 7 FY1:ABC' } } }]);
  expect(bench.news.value).toMatchObject({ kind: 'presented', device: 'gate-scanner' });
  expect(bench.state.value).toBe(STATE);
});

test('paper without a code presents nothing and says so', async () => {
  const { bench, calls } = open();
  await bench.presentPaper(GATE, { printer: PRINTER, number: 7 });
  expect(calls).toEqual([]);
  expect(bench.news.value).toMatchObject({ kind: 'no-code' });
  expect(bench.readingPaper.value).toBeUndefined();
});

test('one paper is read at a time', async () => {
  let finish: ((text: string) => void) | undefined;
  let asked = 0;
  const { bench, calls, time } = open(() => {
    asked++;
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  void bench.presentPaper(GATE, { printer: PRINTER, number: 1 });
  void bench.presentPaper(GATE, { printer: PRINTER, number: 2 });
  expect([asked, bench.readingPaper.value]).toEqual([1, 1]);
  finish?.('FY1:A');
  await time.settle();
  expect(calls).toHaveLength(1);
});

test('a picture that could not be fetched is a failure, and the next paper can be read', async () => {
  const { bench } = open(() => Promise.reject(new TypeError('network')));
  await bench.presentPaper(GATE, { printer: PRINTER, number: 1 });
  expect(bench.news.value).toMatchObject({ kind: 'failed' });
  expect(bench.readingPaper.value).toBeUndefined();
});

test('what did not reach the agent is said, and changes nothing that is shown', async () => {
  const { bench, push } = open();
  push({ kind: 'bench', state: STATE });
  await bench.setNetwork({ broker: false });
  expect(bench.news.value).toMatchObject({ kind: 'failed' });
  expect(bench.state.value).toBe(STATE);
});

test('a switch, a person, a roll, a hand and a wire: each its own call', async () => {
  const { bench, calls } = open();
  await bench.setFault(PRINTER, 'cover-open', true);
  await bench.setPerson(DeviceId.parse('gate-controller'), 'push');
  await bench.refill(PRINTER);
  await bench.tearOff(PRINTER);
  await bench.takePaper(PRINTER);
  await bench.setNetwork({ boxOffice: false });
  expect(calls).toEqual([
    { name: 'setFault', input: { params: { device: 'ticket-printer' }, body: { fault: 'cover-open', on: true } } },
    { name: 'setPerson', input: { params: { device: 'gate-controller' }, body: { person: 'push' } } },
    { name: 'refillPaper', input: { params: { device: 'ticket-printer' } } },
    { name: 'tearOff', input: { params: { device: 'ticket-printer' } } },
    { name: 'takePaper', input: { params: { device: 'ticket-printer' } } },
    { name: 'setNetwork', input: { body: { boxOffice: false } } },
  ]);
});

test('samples fit the contract of the bench, and a scanner says by its name where it stands', () => {
  for (const text of Object.values(SAMPLES)) expect(text.length).toBeLessThanOrEqual(4_096);
  expect(['gate-scanner', 'lane-2-reader', 'kiosk-scanner', 'scanner-3'].map(placeOf)).toEqual(['gate', 'gate', 'kiosk', undefined]);
});
