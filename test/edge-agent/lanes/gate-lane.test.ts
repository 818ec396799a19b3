import { describe, expect, it } from 'vitest';
import { createLog } from '#agent/runtime/log.ts';
import { ed25519Signer, generateEd25519KeyPair } from '#agent/runtime/ticket-crypto.ts';
import { StoreUnknownError } from '#agent/store/transactor.ts';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { hours, instant, milliseconds, minutes, seconds } from '#core/base/time.ts';
import type { ValidityTicket } from '#core/contract/box-office/validity.ts';
import type { LaneId, ScreenId, ShowId, SiteId } from '#core/contract/identifiers.ts';
import { GateView } from '#core/contract/local/live.ts';
import { showRow, ticketRow } from '../validity/fake-box-office.ts';
import { codeOf, type GateWorld, gateWorld } from './gate-world.ts';

const one = ticketRow(1);
const diskFull = new FaultError({ code: 'E-STO-FULL', owner: 'store', message: 'The disk is full.' });

async function withTickets(...rows: readonly ValidityTicket[]): Promise<GateWorld> {
  const gate = await gateWorld();
  await gate.publish(...rows);
  return gate;
}

describe('a good ticket', () => {
  it('is admitted once, with the admission on the disk before the release', async () => {
    const gate = await withTickets(one);
    expect(await gate.present(gate.code(one))).toMatchObject({
      state: 'verdict',
      barrier: 'released',
      dataAgeSeconds: 0,
      verdict: { kind: 'enter', offline: false, ticket: { id: one.id, seatLabel: '5-01', screenName: { en: 'Screen 3' }, used: 1, admits: 1 } },
    });
    expect(gate.hardware.released).toHaveLength(1);
    expect(gate.hardware.unwritten).toEqual([]);
    await gate.pass();
    expect(gate.view()).toMatchObject({ barrier: 'passed', counts: { admitted: 1, passed: 1, inside: 1 } });
    expect(gate.told()).toEqual(['admit', 'passed']);
  });

  it('is refused the second time, with when and where', async () => {
    const gate = await withTickets(one);
    await gate.present(gate.code(one));
    await gate.pass();
    await gate.time.advance(minutes(3));
    expect(await gate.present(gate.code(one))).toMatchObject({
      verdict: {
        kind: 'already-used',
        reason: 'already-used',
        reasons: ['already-used'],
        usedBefore: { at: '2026-10-31T11:00:00.000Z', lane: 'gate-1' },
        ticket: { used: 1, admits: 1 },
      },
      counts: { admitted: 1, refused: 1 },
    });
    expect(gate.hardware.released).toHaveLength(1);
    expect(gate.told()).toEqual(['admit', 'passed', 'refuse']);
  });

  it('tells the box office what the decision rested on, and never the code', async () => {
    const gate = await withTickets(one);
    gate.network.online = false;
    await gate.time.advance(seconds(30));
    await gate.present(gate.code(one));
    expect(gate.events()).toMatchObject([
      {
        t: 'scan',
        d: { lane: 'gate-1', direction: 'entry', verdict: 'admit', reasons: [], ticketId: one.id, dataVersion: 2, dataAgeSeconds: 29, offline: true },
      },
    ]);
    expect(gate.view().verdict?.offline).toBe(true);
    expect(JSON.stringify(gate.events())).not.toContain('FY1:');
  });

  it('that nobody went in on is good again, and both facts stay', async () => {
    const gate = await withTickets(one);
    await gate.present(gate.code(one));
    await gate.time.advance(seconds(8));
    expect(gate.view()).toMatchObject({ state: 'ready', barrier: 'not-passed', counts: { notPassed: 1 } });
    expect(await gate.present(gate.code(one))).toMatchObject({ verdict: { kind: 'enter' } });
    await gate.pass();
    expect(gate.told()).toEqual(['admit', 'not-passed', 'admit', 'passed']);
    await gate.time.advance(LIMITS.scanner.debounce);
    expect((await gate.present(gate.code(one))).verdict?.reason).toBe('already-used');
  });

  it('presented again while the barrier is open is the same guest', async () => {
    const gate = await withTickets(one);
    await gate.present(gate.code(one));
    await gate.time.advance(seconds(4));
    expect((await gate.present(gate.code(one))).verdict?.kind).toBe('enter');
    await gate.pass();
    expect(gate.told()).toEqual(['admit', 'passed']);
  });

  it('of a party lets in as many as it says', async () => {
    const party = ticketRow(9, { admits: 3 });
    const gate = await withTickets(party);
    for (const used of [1, 2, 3]) {
      expect(await gate.present(gate.code(party))).toMatchObject({ verdict: { kind: 'enter-group', ticket: { used, admits: 3 } } });
      await gate.pass();
    }
    expect((await gate.present(gate.code(party))).verdict?.reason).toBe('already-used');
  });

  it('of the guest behind waits for the barrier', async () => {
    const two = ticketRow(2);
    const gate = await withTickets(one, two);
    await gate.present(gate.code(one));
    await gate.present(gate.code(two));
    expect(gate.hardware.released).toHaveLength(1);
    await gate.pass();
    expect(gate.hardware.released).toHaveLength(2);
    expect(gate.view().verdict?.ticket?.id).toBe(two.id);
  });
});

describe('a ticket that is not good', () => {
  it.each<readonly [string, Partial<typeof one>, object]>([
    ['refunded', { standing: 'refunded' }, { kind: 'invalid', reason: 'refunded' }],
    ['revoked', { standing: 'revoked' }, { kind: 'invalid', reason: 'revoked' }],
    ['unpaid', { standing: 'unpaid' }, { kind: 'invalid', reason: 'unpaid' }],
    ['moved to another show', { showId: '418' as ShowId }, { kind: 'wrong-time', reason: 'wrong-show' }],
  ])('%s is refused', async (_name, change, verdict) => {
    const gate = await withTickets(one);
    await gate.publish({ ...one, ...change });
    expect(await gate.present(gate.code(one))).toMatchObject({ verdict, barrier: 'closed' });
    expect(gate.hardware.released).toEqual([]);
    expect(gate.told()).toEqual(['refuse']);
  });

  it('is told by its form, its key, its site and its record', async () => {
    const gate = await withTickets(one);
    const forger = ed25519Signer(generateEd25519KeyPair().privateKey);
    const reasons: (string | undefined)[] = [];
    for (const text of [
      codeOf(one, forger),
      gate.code(one, { keyId: 2 }),
      gate.code(one, { siteId: '31000001' as SiteId }),
      gate.code(ticketRow(77)),
      gate.code(ticketRow(78), { issuedAt: gate.time.clock.wall() }),
      gate.code(one).slice(0, -1),
      '134567890123456789',
      '482917305662',
      one.id,
      'https://example.com',
      '\u0001\u0002',
      `36090702${'A'.repeat(172)}`,
      `31000001${'A'.repeat(172)}`,
    ]) {
      reasons.push((await gate.present(text)).verdict?.reason);
    }
    expect(reasons).toEqual([
      'bad-signature',
      'unknown-key',
      'other-site',
      'unknown-ticket',
      'cannot-verify',
      'unreadable',
      'payment-code',
      'pick-up-code',
      'not-a-ticket',
      'not-a-ticket',
      'unreadable',
      'cannot-verify',
      'other-site',
    ]);
    expect(gate.hardware.released).toEqual([]);
    expect(gate.told()).toEqual(reasons.map(() => 'refuse'));
  });

  it('is for another screen, unless the gate leads to all', async () => {
    const gate = await gateWorld({ lane: { screens: ['4' as ScreenId] } });
    await gate.publish(one);
    expect((await gate.present(gate.code(one))).verdict).toMatchObject({
      kind: 'wrong-place',
      reason: 'wrong-screen',
      ticket: { screenName: { en: 'Screen 3' } },
    });
  });

  it.each([
    ['a moment before the doors open', 'entryFrom', -10, 'too-early'],
    ['when they open', 'entryFrom', 0, undefined],
    ['when they close', 'entryUntil', 0, undefined],
    ['a moment after', 'entryUntil', 10, 'too-late'],
  ] as const)('%s is in time or not', async (_name, edge, by, reason) => {
    const gate = await gateWorld({ startsAt: instant(Date.parse(showRow()[edge]) + by) });
    await gate.publish(one);
    expect((await gate.present(gate.code(one))).verdict?.reason).toBe(reason);
  });

  it('cannot be verified by a gate whose data are certainly a day old', async () => {
    const old = await withTickets(one);
    await old.time.advance(milliseconds(hours(24) + 1));
    expect((await old.present(old.code(one))).verdict?.reasons).toEqual(['too-late']);
    // The drift that a clock may have is 43 s a day.
    await old.time.advance(minutes(1));
    expect((await old.present(old.code(one))).verdict?.reasons).toEqual(['too-late', 'data-too-old']);
  });

  it('asks for newer data when it cannot be verified', async () => {
    let asked = 0;
    const gate = await gateWorld({
      options: {
        onCannotVerify: () => {
          asked++;
        },
      },
    });
    await gate.present(gate.code(ticketRow(78), { issuedAt: gate.time.clock.wall() }));
    await gate.present(gate.code(ticketRow(77)));
    expect(asked).toBe(1);
  });
});

describe('a lane in trouble', () => {
  it('does not release what could not be written, and says that it cannot verify', async () => {
    const gate = await withTickets(one);
    gate.disk.failure = diskFull;
    expect(await gate.present(gate.code(one))).toMatchObject({ state: 'verdict', verdict: { kind: 'cannot-verify' }, counts: { admitted: 0 } });
    expect(gate.hardware.released).toEqual([]);
    gate.disk.failure = undefined;
    expect((await gate.present(gate.code(one))).verdict?.kind).toBe('enter');
    expect(gate.told()).toEqual(['admit']);
  });

  it('stays shut and lets the process end when nobody knows whether it was written', async () => {
    const gate = await withTickets(one);
    gate.disk.failure = new StoreUnknownError('the disk failed');
    expect(() => gate.hardware.read(gate.code(one))).toThrow('the disk failed');
    gate.disk.failure = undefined;
    await gate.present(gate.code(one));
    expect(gate.hardware.released).toEqual([]);
  });

  it('gives the ticket back when the barrier did not open', async () => {
    const gate = await withTickets(one);
    gate.hardware.behaviour.answer = {
      kind: 'not-released',
      fault: { code: 'E-GAT-TIMEOUT', owner: 'device', message: 'The board did not answer.' },
    };
    expect(await gate.present(gate.code(one))).toMatchObject({ barrier: 'unavailable' });
    expect(gate.told()).toEqual(['admit', 'release-failed']);
    gate.hardware.behaviour.answer = { kind: 'released' };
    expect((await gate.present(gate.code(one))).verdict?.kind).toBe('enter');
  });

  it('whose barrier never says whether it opened, has it said once for each time that the barrier was connected', async () => {
    const said: string[] = [];
    const log = createLog('warn', {
      write: (line) => {
        said.push(line);
      },
    });
    const rows = [1, 2, 3].map((n) => ticketRow(n));
    const gate = await gateWorld({ options: { log } });
    await gate.publish(...rows);
    gate.hardware.behaviour.answer = { kind: 'uncertain', fault: { code: 'E-GAT-NO-FEEDBACK', owner: 'device', message: 'It cannot say.' } };
    const [first, second, third] = rows.map((row) => gate.code(row));
    for (const code of [first, second]) {
      await gate.present(code ?? '');
      await gate.pass();
      await gate.time.advance(minutes(1));
    }
    expect(said.filter((line) => line.includes('E-GAT-NO-FEEDBACK'))).toHaveLength(1);
    gate.lane.setDeviceHealth('gate', { kind: 'absent', reasons: ['link-lost'] });
    gate.lane.setDeviceHealth('gate', { kind: 'ready', reasons: [] });
    await gate.present(third ?? '');
    expect(said.filter((line) => line.includes('E-GAT-NO-FEEDBACK'))).toHaveLength(2);
    expect(gate.hardware.released).toHaveLength(3);
  });

  it('after a power cut calls the passage unconfirmed, and the ticket used', async () => {
    const gate = await withTickets(one);
    await gate.present(gate.code(one));
    gate.powerCut();
    expect(gate.told()).toEqual(['admit', 'unconfirmed']);
    expect((await gate.present(gate.code(one))).verdict).toMatchObject({ reason: 'already-used', usedBefore: { lane: 'gate-1' } });
    gate.powerCut();
    expect(gate.told()).toEqual(['admit', 'unconfirmed', 'refuse']);
  });

  it('writes a passage down as soon as the disk lets it', async () => {
    const gate = await withTickets(one);
    await gate.present(gate.code(one));
    gate.disk.failure = diskFull;
    await gate.pass();
    expect(gate.told()).toEqual(['admit']);
    gate.disk.failure = undefined;
    await gate.time.advance(seconds(5));
    expect(gate.told()).toEqual(['admit', 'passed']);
  });

  it('is out of service without its scanner or its barrier, or with a sensor that cannot tell', async () => {
    const gate = await withTickets(one);
    gate.lane.setDeviceHealth('gate', { kind: 'absent', reasons: ['link-lost'] });
    expect(await gate.present(gate.code(one))).toMatchObject({ state: 'out-of-service', barrier: 'unavailable' });
    gate.lane.setDeviceHealth('gate', { kind: 'degraded', reasons: ['passage-sensor-stuck'] });
    expect(gate.view().state).toBe('out-of-service');
    gate.lane.setDeviceHealth('gate', { kind: 'ready', reasons: [] });
    gate.hardware.tell({ kind: 'jammed', on: true });
    expect(gate.view().state).toBe('out-of-service');
    gate.hardware.tell({ kind: 'jammed', on: false });
    gate.hardware.tell({ kind: 'fire-alarm', on: true });
    expect(gate.view().state).toBe('fire');
    gate.hardware.tell({ kind: 'fire-alarm', on: false });
    expect(gate.hardware.released).toEqual([]);
    expect((await gate.present(gate.code(one))).verdict?.kind).toBe('enter');
  });

  it('reports a body that nobody let in', async () => {
    const gate = await withTickets(one);
    await gate.pass();
    expect(gate.events()).toEqual([{ t: 'passage', d: { lane: 'gate-1', direction: 'entry', outcome: 'forced' } }]);
    expect(gate.view().barrier).toBe('forced');
  });
});

describe('an exit lane', () => {
  it('lets everybody out, and makes room only where the show allows coming back', async () => {
    const gate = await withTickets(one);
    await gate.present(gate.code(one));
    await gate.pass();
    await gate.publish({ ...one, standing: 'refunded' });
    const exit = gate.openLane({ id: 'exit-1' as LaneId, direction: 'exit' });
    expect((await exit.present(gate.code(one))).verdict).toMatchObject({ kind: 'enter', direction: 'exit' });
    await exit.pass('exit');
    await gate.publish(one);
    await gate.time.advance(LIMITS.scanner.debounce);
    expect((await gate.present(gate.code(one))).verdict?.reasons).toEqual(['already-used', 'no-reentry']);
    expect(gate.told()).toEqual(['admit', 'passed', 'admit', 'passed', 'refuse']);
  });
});

describe('two lanes of one machine', () => {
  it('admit a ticket once between them, even while it is still at the first barrier', async () => {
    const gate = await withTickets(one);
    const second = gate.openLane({ id: 'gate-2' as LaneId });
    await gate.present(gate.code(one));
    expect((await second.present(gate.code(one))).verdict).toMatchObject({ reason: 'already-used', usedBefore: { lane: 'gate-1' } });
    await gate.time.advance(seconds(8));
    expect((await second.present(gate.code(one))).verdict?.kind).toBe('enter');
  });
});

describe('the view', () => {
  it('is always of the agreed form, shows the age, and stops with the lane', async () => {
    const gate = await withTickets(one);
    await gate.present(gate.code(one));
    await gate.time.advance(seconds(12));
    for (const view of gate.views) expect(GateView.parse(view)).toEqual(view);
    expect(gate.views.at(-1)).toMatchObject({ state: 'ready', dataAgeSeconds: 10 });
    gate.lane.stop();
    expect(gate.time.pendingTimers()).toBe(0);
    const count = gate.views.length;
    await gate.present(gate.code(one));
    expect(gate.views.length).toBe(count);
  });
});
