import { expect, test } from 'vitest';
import { USHER_REFUSAL, usher as words } from '../../../../kiosk-ui/text/usher.ts';
import { createOverride } from '../../../../kiosk-ui/usher/model/override.ts';
import { createSearch } from '../../../../kiosk-ui/usher/model/search.ts';
import { createUsher } from '../../../../kiosk-ui/usher/model/usher.ts';
import { admitted } from '../../support/sample-gate.ts';
import { foundAt, usherState } from '../../support/sample-usher.ts';
import { createScriptedAgent } from '../../support/scripted-agent.ts';

const SEAT = { zh: '5排08座', en: 'Row 5 Seat 08' };
const SCAN = { scanId: '01M80000000000000000000001' };

function open() {
  const scripted = createScriptedAgent({});
  const usher = createUsher({ agent: scripted.agent });
  const now = scripted.time.clock.wall();
  scripted.push({ kind: 'usher', state: usherState(now) });
  return { ...scripted, usher, now, override: createOverride(usher), search: createSearch(usher) };
}

test('nobody is let in without a reason', async () => {
  const { override, calls } = open();
  override.ask(SCAN, SEAT);
  await override.send('135790');
  expect(calls).toEqual([]);
});

test('a wrong PIN keeps the question open with what was written; the right one lets the guest in', async () => {
  const { usher, override, script, calls, now } = open();
  override.ask(SCAN, SEAT);
  override.choose('proof-seen');
  override.write('  student card  ');
  script.overrideRefusal = () => ({ kind: 'refused', refusal: { code: 'wrong-pin', triesLeft: 4 } });
  await override.send('000000');
  expect(override.asking.value).toMatchObject({ why: 'proof-seen', note: '  student card  ', trouble: words.triesLeft('4'), isSending: false });
  script.overrideRefusal = () => ({ kind: 'done', value: { verdict: admitted(), state: usherState(now) } });
  await override.send('135790');
  expect(override.asking.value).toBeUndefined();
  expect(usher.shown.value?.verdict.kind).toBe('enter');
  expect(calls.at(-1)?.input).toEqual({ body: { of: SCAN, why: 'proof-seen', note: 'student card', pin: '135790' } });
  expect(JSON.stringify([override.asking.value, usher.state.value, usher.notice.value])).not.toContain('135790');
});

test("an usher's own PIN has no right, and a lost answer is said to be lost", async () => {
  const { override, script } = open();
  override.ask(SCAN, SEAT);
  override.choose('manager-decision');
  script.overrideRefusal = () => ({ kind: 'refused', refusal: { code: 'no-right' } });
  await override.send('246810');
  expect(override.asking.value?.trouble).toBe(USHER_REFUSAL['no-right']);
  script.overrideRefusal = () => ({ kind: 'unreachable' });
  await override.send('246810');
  expect(override.asking.value?.trouble).toBe(words.noAnswer);
});

test('an end of the shift closes the question and the page', async () => {
  const { usher, override, script } = open();
  override.ask(SCAN, SEAT);
  override.choose('proof-seen');
  script.overrideRefusal = () => ({ kind: 'refused', refusal: { code: 'not-signed-in' } });
  await override.send('135790');
  expect([override.asking.value, usher.state.value?.staff]).toEqual([undefined, null]);
});

test('a search asks for what was typed, and only the last question is answered', async () => {
  const { search, script, calls, now } = open();
  search.type('   ');
  await search.find();
  expect(calls).toEqual([]);
  const answers: (() => void)[] = [];
  script.searchTickets = () =>
    new Promise((resolve) => {
      const tickets = answers.length === 0 ? [foundAt(now)] : [];
      answers.push(() => resolve({ kind: 'done', value: { tickets, kind: 'order-number' } }));
    });
  search.type(' 3609070212345678 ');
  const first = search.find();
  search.type('K01-261122-00482');
  const second = search.find();
  answers[1]?.();
  await second;
  answers[0]?.();
  await first;
  expect(search.result.value).toEqual({ at: 'found', tickets: [], kind: 'order-number' });
  expect(calls.map(({ input }) => input)).toEqual([{ body: { query: '3609070212345678' } }, { body: { query: 'K01-261122-00482' } }]);
});

test('a search that the box office must answer and cannot says so', async () => {
  const { usher, search, script } = open();
  script.searchTickets = () => ({ kind: 'refused', refusal: { code: 'unavailable' } });
  search.type('K01-261122-00482');
  await search.find();
  expect([search.result.value.at, usher.notice.value?.words]).toEqual(['nothing', USHER_REFUSAL.unavailable]);
});
