import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createCommandInbox } from '#agent/ledger/command-inbox.ts';
import { openLedger } from '#agent/ledger/ledger.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { addressOf } from '#agent/uplink/address.ts';
import { hours, instant, minutes, plus, toIso } from '#core/base/time.ts';
import { judgeCommand } from '#core/command/judge-command.ts';
import { EventId, MachineId } from '#core/contract/identifiers.ts';
import type { Command } from '#core/contract/wire/command.ts';
import { topic } from '#core/contract/wire/topic.ts';
import { eventually } from '#test/support/eventually.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { embeddedBroker, MACHINE, machineEnd, pretender, signTestCommand } from './lobby-wire.ts';

const NOW = instant(Date.UTC(2026, 9, 31, 11));
const command = (more: Partial<Command> = {}): Command => ({
  v: 1,
  id: EventId.parse('01J00000000000000000000001'),
  kind: 'sign-out-staff',
  dev: MACHINE,
  n: 5,
  issuedAt: toIso(NOW),
  expiresAt: toIso(plus(NOW, minutes(10))),
  by: 'duty manager',
  reason: 'a phone was lost',
  ...more,
});

describe('a command', () => {
  const facts = { machine: MACHINE, clock: { earliest: NOW, latest: plus(NOW, minutes(1)) }, counter: 4 };
  test.each([
    { name: 'is taken in time', change: {}, facts, verdict: 'take' },
    { name: 'of another machine is refused', change: { dev: MachineId.parse('gate-01') }, facts, verdict: 'other-machine' },
    { name: 'that was counted already is refused', change: { n: 4 }, facts, verdict: 'replayed' },
    {
      name: 'is refused when it has certainly expired',
      change: {},
      facts: { ...facts, clock: { earliest: plus(NOW, hours(1)), latest: undefined } },
      verdict: 'expired',
    },
    {
      name: 'that does harm when late is refused while nobody knows how late it is',
      change: {},
      facts: { ...facts, clock: { earliest: NOW, latest: undefined } },
      verdict: 'time-unknown',
    },
    {
      name: 'that does none is taken all the same',
      change: { kind: 'report-health' as const },
      facts: { ...facts, clock: { earliest: NOW, latest: undefined } },
      verdict: 'take',
    },
  ])('$name', ({ change, facts: known, verdict }) => {
    expect(judgeCommand(command(change), known)).toBe(verdict);
  });
});

test('what was taken before a power cut is not begun again, and the box office hears of it', () => {
  const path = join(scratchFolder(), 'ledger.db');
  const { clock } = createVirtualTime();
  const before = openLedger(path, { clock, random: systemRandom, boot: 'boot-1' });
  const inbox = createCommandInbox(before, clock);
  inbox.put(Buffer.from('{}'), false);
  inbox.take(inbox.next()?.position ?? 0, command());
  before.close();
  const after = openLedger(path, { clock, random: systemRandom, boot: 'boot-2' });
  onTestFinished(after.close);
  const again = createCommandInbox(after, clock);
  again.endInterrupted();
  expect(again.next()).toBeUndefined();
  expect(again.counter()).toBe(5);
  const told = after.database.prepare<[], string>("SELECT body FROM outbox WHERE type = 'command' ORDER BY seq").pluck().all();
  expect(told.map((body) => (JSON.parse(body) as { state: string }).state)).toEqual(['taken', 'interrupted']);
});

describe('over the wire', () => {
  async function setUp() {
    const broker = await embeddedBroker();
    const office = await pretender(broker);
    const machine = machineEnd(broker.machine);
    machine.uplink.start();
    await eventually('connected', () => machine.uplink.status().state === 'connected');
    const say = (text: string, retain = false) => office.publishAsync(topic.command(addressOf(MACHINE)), text, { qos: 1, retain });
    const told = (): string[] =>
      machine.ledger.database
        .prepare<[], string>("SELECT body FROM outbox WHERE type = 'command' ORDER BY seq")
        .pluck()
        .all()
        .map((body) => {
          const { state, refusal } = JSON.parse(body) as { state: string; refusal?: string };
          return refusal ?? state;
        });
    return { machine, say, told };
  }
  const wish = { machine: MACHINE, kind: 'report-health' as const, by: 'test', reason: 'a test' };

  test('is carried out once, however often it comes, and each step is told', async () => {
    const { machine, say, told } = await setUp();
    const text = JSON.stringify(signTestCommand(wish).signed);
    for (let copy = 0; copy < 3; copy++) await say(text);
    await eventually('done', () => told().length === 2);
    await say(JSON.stringify(signTestCommand(wish, { dev: MachineId.parse('gate-01') }).signed));
    await eventually('the next one was looked at', () => told().length === 3);
    expect(machine.done).toEqual(['report-health']);
    expect(told()).toEqual(['taken', 'succeeded', 'other-machine']);
  });

  test('is refused when it is forged, torn, retained or none, and nothing is told of what nobody signed', async () => {
    const { machine, say, told } = await setUp();
    const { signed } = signTestCommand(wish);
    await say(JSON.stringify({ ...signed, body: signed.body.replace('report-health', 'sign-out-staff') }));
    await say('{');
    await say('x'.repeat(10_000));
    await say(JSON.stringify({ body: '{}', signature: 'A'.repeat(86) }));
    await eventually('all are refused', () => machine.uplink.counters().refusedCommands === 4);
    expect(told()).toEqual([]);
    await say(JSON.stringify(signed), true);
    await eventually('the live copy is carried out', () => machine.done.length === 1);
    await machine.uplink.stop();
    machine.uplink.start();
    await eventually('the retained copy is refused', () => machine.uplink.counters().refusedCommands === 5);
    expect(machine.done).toHaveLength(1);
  });
});
