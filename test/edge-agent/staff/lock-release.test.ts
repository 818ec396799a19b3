import { describe, expect, test } from 'vitest';
import { createMemoryBoxOfficeStore } from '#agent/box-office/store/memory/memory-box-office-store.ts';
import { type CommandLine, createCommandDoor } from '#agent/box-office/wire/command-door.ts';
import { createIssuedCommands } from '#agent/box-office/wire/issued-commands.ts';
import { createAuditedCommands } from '#agent/ledger/audited-commands.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { ed25519Signer, generateEd25519KeyPair } from '#agent/runtime/ticket-crypto.ts';
import { createDeskGuard } from '#agent/staff/desk-guard.ts';
import { createLockReleaseDesk } from '#agent/staff/lock-release.ts';
import { createSessions } from '#agent/staff/sessions.ts';
import { LIMITS } from '#core/base/limits.ts';
import { afterWord, type CommandRecord, type CommandWord } from '#core/box-office/command-record.ts';
import { IdempotencyKey, MachineId } from '#core/contract/identifiers.ts';
import { WireEvent } from '#core/contract/wire/events.ts';
import { ANN, failing, MEI, staffWorld } from './staff-world.ts';

const KIOSK = MachineId.parse('kiosk-2');
const CARL = ['Carl', 'cashier', '333333'] as const;
const TESS = ['Tess', 'technician', '444444'] as const;
const KEY = IdempotencyKey.parse('release-00000001');

/** The box office's machine with its staff, and a kiosk whose page can be locked; what lies between them is as good as the test says. */
async function setUp() {
  const office = await staffWorld({ staff: [ANN, MEI, CARL, TESS] });
  const kiosk = await staffWorld();
  const store = createMemoryBoxOfficeStore();
  const { clock } = office.time;
  const commands = createIssuedCommands({
    run: (work) => store.transaction((tx) => work({ tx, now: clock.wall(), publish: () => undefined })),
    random: systemRandom,
    signer: ed25519Signer(generateEd25519KeyPair().privateKey),
  });
  const sent: CommandRecord[] = [];
  const ledger = failing(office.ledger(), office.disk);
  const way: { line: CommandLine | undefined } = { line: { send: async (record) => void sent.push(record) } };
  const door = createCommandDoor({
    machines: new Set([KIOSK]),
    commands: () => commands,
    line: () => way.line,
    audit: createAuditedCommands(ledger).tell,
    clock,
  });
  const sessions = createSessions({ clock, random: systemRandom, holder: office.staff().holder, life: LIMITS.staff.kioskIdle });
  const guard = createDeskGuard({ sessions, ledger, log: silentLog });
  const desk = createLockReleaseDesk({ commands: { machines: [KIOSK], door }, log: silentLog }, guard);
  const signIn = async (pin: string): Promise<string> => {
    const answer = await office.verify(pin, 'staff-page');
    if (answer.kind !== 'member') throw new Error(`not signed in: ${JSON.stringify(answer)}`);
    return sessions.open(answer.credential);
  };
  /** The kiosk does what it was sent, and its event comes back. */
  const carryOut = async (state: CommandWord['state'] = 'succeeded') => {
    const record = sent.at(-1);
    if (record === undefined) throw new Error('nothing was sent');
    const count = kiosk.staff().releaseLocks(record.command.by);
    const d = { id: record.command.id, kind: record.command.kind, state, detail: `${count} taken back` };
    const event = WireEvent.parse({ id: '01J00000000000000000000009', at: '2026-10-31T11:00:05.000Z', mono: 1, t: 'command', d });
    await store.transaction(async (tx) => {
      const known = await tx.commands.find(record.command.id);
      if (known !== undefined && event.t === 'command') await tx.commands.put(afterWord(known, KIOSK, event));
    });
  };
  const mei = { name: 'Mei', role: 'duty-manager' } as const;
  const stage = async () => {
    desk.view(mei);
    await office.time.settle();
    return desk.view(mei)?.last?.stage;
  };
  return { office, kiosk, sent, way, desk, signIn, carryOut, stage };
}

async function lock({ verify }: Awaited<ReturnType<typeof staffWorld>>): Promise<void> {
  for (let tries = 0; tries < LIMITS.staff.triesMax; tries++) await verify('000000', 'staff-page');
}

describe('a lock after wrong PINs', () => {
  test('is taken back from the box office by a duty manager, with the name in the audit of both machines', async () => {
    const { office, kiosk, sent, desk, signIn, carryOut, stage } = await setUp();
    await lock(kiosk);
    expect(await kiosk.verify('222222', 'staff-page')).toMatchObject({ kind: 'locked' });
    const token = await signIn('222222');
    expect(await desk.release(token, KIOSK, KEY)).toEqual({ kind: 'done' });
    // A second tap is the same wish.
    expect(await desk.release(token, KIOSK, KEY)).toEqual({ kind: 'done' });
    expect(sent.map(({ command: { dev, kind, by } }) => `${dev} ${kind} ${by}`)).toEqual(['kiosk-2 release-pin-locks Mei']);
    expect(office.audit().filter((line) => line.startsWith('command-sent'))).toEqual([
      'command-sent Mei: kiosk-2 release-pin-locks: wrong PINs had locked it',
    ]);
    expect(await stage()).toBe('sent');
    await carryOut();
    expect(await stage()).toBe('succeeded');
    expect(await kiosk.verify('222222', 'staff-page')).toMatchObject({ kind: 'member' });
    expect(kiosk.audit()).toContain('staff-changed Mei: the lock of the staff-page was taken back');
  });

  test('is taken back by nobody without the right or a session, nor at a machine that is not of this box office', async () => {
    const { desk, sent, office, signIn } = await setUp();
    expect(await desk.release(undefined, KIOSK, KEY)).toMatchObject({ refusal: { code: 'not-signed-in' } });
    for (const pin of ['111111', '333333']) {
      expect(await desk.release(await signIn(pin), KIOSK, KEY)).toMatchObject({ refusal: { code: 'no-right' } });
    }
    expect(await desk.release(await signIn('222222'), MachineId.parse('gate-9'), KEY)).toMatchObject({ refusal: { code: 'unknown' } });
    expect([sent, office.audit().filter((line) => line.startsWith('command-sent'))]).toEqual([[], []]);
    expect(desk.view({ name: 'Carl', role: 'cashier' })).toBeNull();
  });

  test('stays when the audit cannot be written, or there is no way to the machines; the same key may try again', async () => {
    const { desk, sent, way, office, signIn } = await setUp();
    const token = await signIn('444444');
    office.disk.isFull = true;
    expect(await desk.release(token, KIOSK, KEY)).toMatchObject({ refusal: { code: 'not-written' } });
    office.disk.isFull = false;
    const { line } = way;
    way.line = undefined;
    expect(await desk.release(token, KIOSK, KEY)).toMatchObject({ refusal: { code: 'unavailable' } });
    expect(sent).toEqual([]);
    way.line = line;
    expect(await desk.release(token, KIOSK, KEY)).toEqual({ kind: 'done' });
    expect(sent).toHaveLength(1);
  });

  test('that is not there is no change, and a page that cannot be written stays locked', async () => {
    const world = await staffWorld();
    expect(world.staff().releaseLocks('Mei')).toBe(0);
    expect(world.audit()).not.toContainEqual(expect.stringContaining('taken back'));
    await lock(world);
    world.disk.isFull = true;
    expect(() => world.staff().releaseLocks('Mei')).toThrow(/disk is full/);
    expect(await world.verify('222222', 'staff-page')).toMatchObject({ kind: 'locked' });
  });
});
