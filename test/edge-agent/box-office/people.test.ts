import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSqliteBoxOfficeStore } from '#agent/box-office/store/sqlite/sqlite-box-office-store.ts';
import { type CommandLine, createCommandDoor } from '#agent/box-office/wire/command-door.ts';
import type { IssuedCommands } from '#agent/box-office/wire/issued-commands.ts';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds } from '#core/base/time.ts';
import { CommandState, peopleApi } from '#core/contract/box-office/people.ts';
import { IdempotencyKey } from '#core/contract/identifiers.ts';
import type { StaffMember } from '#core/contract/local/usher.ts';
import { eventually, eventuallyAnswers } from '#test/support/eventually.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { boxOfficeEnd, createMemoryReceiver, embeddedBroker, MACHINE, machineEnd } from '../uplink/lobby-wire.ts';
import { batchOf, commandEvent } from './events-of.ts';
import { GATE, KIOSK, newKey, type OpenBoxOffice, openBoxOffice, tokenOf } from './open-box-office.ts';

const PEOPLE: ReadonlyMap<string, StaffMember> = new Map([
  ['token-of-mei', { name: 'Mei', role: 'duty-manager' }],
  ['token-of-tess', { name: 'Tess', role: 'technician' }],
  ['token-of-carl', { name: 'Carl', role: 'cashier' }],
]);

interface SetUp {
  readonly line?: CommandLine | undefined;
  /** Of the other end of the line, where it has its own. */
  readonly commands?: IssuedCommands;
  /** Of an earlier start. */
  readonly path?: string;
}

async function setUp(changes: SetUp = {}) {
  const time = createVirtualTime();
  /** What went out: machine, kind, who. */
  const sent: string[] = [];
  const audited: string[] = [];
  /** What the audit was told to tell once. */
  const wishes: string[] = [];
  const disk = { isFull: false };
  const line: CommandLine = {
    send: async ({ command: { dev, kind, by } }) => {
      sent.push(`${dev} ${kind} ${by}`);
    },
  };
  const office: OpenBoxOffice = await openBoxOffice({
    time,
    ...(changes.path === undefined ? {} : { store: openSqliteBoxOfficeStore(changes.path) }),
    people: {
      person: (token) => PEOPLE.get(token),
      commands: createCommandDoor({
        machines: new Set([KIOSK, GATE, MACHINE]),
        commands: () => changes.commands ?? office.boxOffice.commands,
        line: () => ('line' in changes ? changes.line : line),
        audit: (named, by, detail) => {
          if (disk.isFull) throw new FaultError({ code: 'E-STO-FULL', owner: 'store', message: 'The disk is full.' });
          audited.push(`${by}: ${detail}`);
          wishes.push(named);
        },
        clock: time.clock,
      }),
    },
  });
  const ask = async (method: string, path: string, token: string, body?: object) => {
    const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const response = await fetch(office.url + path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const send = (token: string, body: object, machine: string = GATE) => ask('POST', `/v1/machines/${machine}/commands`, token, body);
  return { office, time, sent, audited, wishes, disk, ask, send };
}

const wish = (more: object = {}) => ({ commandKey: newKey('command'), kind: 'sign-out-staff', reason: 'a phone was lost', ...more });

describe('a command to a machine', () => {
  test('is signed for whoever has the right, with the name in the audit before anything leaves', async () => {
    const { send, sent, audited } = await setUp();
    for (const token of ['token-of-mei', 'token-of-tess']) {
      const { status, body } = await send(token, wish());
      expect([status, CommandState.parse(body).stage]).toEqual([200, 'sent']);
    }
    expect(sent).toEqual([`${GATE} sign-out-staff Mei`, `${GATE} sign-out-staff Tess`]);
    expect(audited).toEqual([`Mei: ${GATE} sign-out-staff: a phone was lost`, `Tess: ${GATE} sign-out-staff: a phone was lost`]);
  });

  test.each([
    ['a machine’s token', tokenOf(KIOSK), 401],
    ['nobody’s', 'token-of-nobody', 401],
    ['none', '', 401],
    ['a person without the right', 'token-of-carl', 403],
  ])('is not taken with %s', async (_, token, status) => {
    const { send, ask, sent, audited } = await setUp();
    expect((await send(token, wish())).status).toBe(status);
    expect((await ask('GET', `/v1/machines/${GATE}/commands`, token)).status).toBe(status);
    expect((await ask('GET', `/v1/machines/${GATE}/commands/01J00000000000000000000001`, token)).status).toBe(status);
    expect([sent, audited]).toEqual([[], []]);
  });

  test('a person’s token opens no row of machines', async () => {
    const { ask } = await setUp();
    expect((await ask('GET', '/v1/money-view', 'token-of-mei')).status).toBe(401);
  });

  test('is one for one key, also when both calls are there at once; the key of another wish is refused', async () => {
    const { send, sent, audited } = await setUp();
    const body = wish();
    const both = await Promise.all([send('token-of-mei', body), send('token-of-mei', body)]);
    const again = await send('token-of-mei', body);
    expect(new Set([...both, again].map((each) => each.body.id)).size).toBe(1);
    for (const [token, other, machine] of [
      ['token-of-mei', { ...body, kind: 'report-health' }, GATE],
      ['token-of-mei', body, KIOSK],
      ['token-of-tess', body, GATE],
    ] as const) {
      expect((await send(token, other, machine)).body).toMatchObject({ code: 'key-reused' });
    }
    expect([sent.length, audited.length]).toEqual([1, 1]);
  });

  test('is not sent when the audit cannot be written; the same key may try again', async () => {
    const { send, sent, disk } = await setUp();
    const body = wish();
    disk.isFull = true;
    expect((await send('token-of-mei', body)).status).toBe(503);
    expect(sent).toEqual([]);
    disk.isFull = false;
    expect((await send('token-of-mei', body)).status).toBe(200);
    expect(sent).toHaveLength(1);
  });

  test('that could not be kept after its audit was written is the same wish to the audit when it is asked for again', async () => {
    const full = async () => {
      throw new FaultError({ code: 'E-STO-FULL', owner: 'store', message: 'The disk is full.' });
    };
    const commands: IssuedCommands = { known: async () => undefined, issue: full, find: full, all: full, open: full };
    const { send, sent, wishes } = await setUp({ commands });
    const body = wish();
    for (const asked of [body, body, { ...body, reason: 'another one' }]) expect((await send('token-of-mei', asked)).status).toBe(503);
    expect([wishes.length, new Set(wishes).size, wishes[0] === wishes[1]]).toEqual([3, 2, true]);
    expect(sent).toEqual([]);
  });

  test.each([
    ['another kind', { kind: 'release-gate' }, 400],
    ['no reason', { reason: '' }, 400],
    ['something more', { by: 'the owner' }, 400],
  ])('with %s changes nothing', async (_, more, status) => {
    const { send, sent, audited } = await setUp();
    expect((await send('token-of-mei', wish(more))).status).toBe(status);
    expect([sent, audited]).toEqual([[], []]);
  });

  test('to a machine that is not of this box office, or before there is a wire, is not sent', async () => {
    const { send, audited } = await setUp();
    expect((await send('token-of-mei', wish(), 'gate-99')).status).toBe(404);
    const unwired = await setUp({ line: undefined });
    expect((await unwired.send('token-of-mei', wish())).status).toBe(503);
    expect([audited, unwired.audited]).toEqual([[], []]);
  });

  test('tells its stages once each, and when nothing was heard', async () => {
    const { send, ask, office, time } = await setUp();
    const { id } = CommandState.parse((await send('token-of-mei', wish())).body);
    const { id: lost } = CommandState.parse((await send('token-of-mei', wish())).body);
    const said = { [GATE]: 0, [KIOSK]: 0 };
    const say = async (machine: typeof GATE, state: 'taken' | 'succeeded' | 'failed') => {
      said[machine] = (said[machine] ?? 0) + 1;
      await office.boxOffice.receive(machine, batchOf(machine, said[machine], [commandEvent(id, state)], { lane: 'p1' }));
    };
    await say(KIOSK, 'failed');
    for (const state of ['taken', 'succeeded', 'taken'] as const) await say(GATE, state);
    await time.advance(milliseconds(LIMITS.uplink.commandLife + 1));
    const read = async (commandId: string) =>
      CommandState.parse((await ask('GET', `/v1/machines/${GATE}/commands/${commandId}`, 'token-of-tess')).body);
    expect((await read(id)).stages.map(({ stage }) => stage)).toEqual(['sent', 'taken', 'succeeded']);
    expect((await read(id)).stage).toBe('succeeded');
    expect((await read(lost)).stage).toBe('unanswered');
    const all = await ask('GET', `/v1/machines/${GATE}/commands`, 'token-of-mei');
    expect(peopleApi.readCommands.answers[200].parse(all.body).commands.map((each) => each.id)).toEqual([lost, id]);
    expect((await ask('GET', `/v1/machines/${KIOSK}/commands/${id}`, 'token-of-mei')).status).toBe(404);
  });

  test('stays the same command after the box office was started anew: its key, its end, and what is still to be sent', async () => {
    const path = join(scratchFolder(), 'box-office.db');
    const first = await setUp({ path });
    const done = wish();
    const open = wish({ kind: 'report-health' });
    const { id } = CommandState.parse((await first.send('token-of-mei', done)).body);
    const { id: openId } = CommandState.parse((await first.send('token-of-mei', open)).body);
    await first.office.boxOffice.receive(GATE, batchOf(GATE, 1, [commandEvent(id, 'succeeded')], { lane: 'p1' }));
    await first.office.boxOffice.stop();

    const second = await setUp({ path });
    expect((await second.send('token-of-mei', done)).body).toMatchObject({ id, stage: 'succeeded' });
    expect((await second.send('token-of-mei', open)).body).toMatchObject({ id: openId, stage: 'sent' });
    expect((await second.send('token-of-tess', open)).body).toMatchObject({ code: 'key-reused' });
    expect([second.sent, second.audited]).toEqual([[], []]);
    expect((await second.office.boxOffice.commands.open(GATE)).map(({ command }) => command.id)).toEqual([openId]);
    await second.time.advance(milliseconds(LIMITS.uplink.commandLife + 1));
    expect(await second.office.boxOffice.commands.open()).toEqual([]);
  });

  test('that was kept and never left goes out when the broker is there, also without a greeting, and is carried out once', async () => {
    const broker = await embeddedBroker();
    const machine = machineEnd(broker.machine);
    machine.uplink.start();
    await eventually('the machine is connected', () => machine.uplink.status().state === 'connected');
    const office = boxOfficeEnd(broker.boxOffice, createMemoryReceiver());
    for (const key of ['command-00000001', 'command-00000002', 'command-00000001']) {
      await office.commands.issue({ key: IdempotencyKey.parse(key), machine: MACHINE, kind: 'report-health', by: 'Mei', reason: 'a look' });
    }
    office.start();
    const ended = async () => {
      const all = await office.commands.all();
      return all.every(({ stages }) => stages.at(-1)?.state === 'succeeded') ? all : undefined;
    };
    expect(await eventuallyAnswers('both are done', ended)).toHaveLength(2);
    expect(machine.done).toEqual(['report-health', 'report-health']);
    expect(await office.commands.open()).toEqual([]);
  });

  test('slows down whoever asks too often, before anything is looked at', async () => {
    const { ask } = await setUp();
    const statuses: number[] = [];
    for (let tries = 0; tries < LIMITS.http.peopleRequestsPerMinute + 1; tries++)
      statuses.push((await ask('GET', `/v1/machines/${GATE}/commands`, 'x')).status);
    expect([statuses.at(0), statuses.at(-1)]).toEqual([401, 429]);
  });

  test('over the real wire is carried out by the machine, and its end is told', async () => {
    const broker = await embeddedBroker();
    const wire = boxOfficeEnd(broker.boxOffice, createMemoryReceiver());
    const machine = machineEnd(broker.machine);
    wire.start();
    machine.uplink.start();
    await eventually('both are connected', () => machine.uplink.status().state === 'connected' && wire.status().state === 'connected');
    const { send, ask } = await setUp({ line: wire, commands: wire.commands });
    const { body } = await send('token-of-mei', wish({ kind: 'report-health' }), MACHINE);
    await eventuallyAnswers('the machine has told its end', async () =>
      (await wire.commands.all()).find(({ stages }) => stages.at(-1)?.state === 'succeeded'),
    );
    const read = await ask('GET', `/v1/machines/${MACHINE}/commands/${body.id}`, 'token-of-mei');
    expect(CommandState.parse(read.body).stages.map(({ stage }) => stage)).toEqual(['sent', 'taken', 'succeeded']);
    expect(machine.done).toEqual(['report-health']);
  });
});

test('the document tells who may ask what', async () => {
  const { ask } = await setUp();
  const { body } = await ask('GET', '/v1/openapi.json', '');
  expect(body).toMatchObject({
    paths: {
      '/v1/machines/{machine}/commands': { post: { operationId: 'sendCommand', security: [{ person: [] }] } },
      '/v1/holds': { post: { security: [{ machine: [] }] } },
    },
  });
});
