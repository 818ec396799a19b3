import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { minutes, seconds } from '#core/base/time.ts';
import type { EventId, MachineId } from '#core/contract/identifiers.ts';
import { UsherState } from '#core/contract/local/usher.ts';
import type { Conflict } from '#core/contract/wire/events.ts';
import { SHOW, ticketRow } from '../validity/fake-box-office.ts';
import { OVERRIDE, refund, refused, signedIn, TICKET } from './signed-in.ts';
import { GATE_1, HANDHELD, type UsherWorld, usherWorld } from './usher-world.ts';

const { cameraDebounce, undoWithin } = LIMITS.staff;

describe('somebody who is not signed in', () => {
  it('sees that the machine lives, and nothing of its guests', async () => {
    const world = await signedIn();
    await world.scan(world.code(TICKET));
    const state = UsherState.parse(world.desk().state(undefined));
    expect(state).toEqual({
      ...world.state(),
      staff: null,
      recent: [],
      conflicts: [],
      halls: [],
    });
    expect(world.state().recent).toHaveLength(1);
  });

  it('can do nothing', async () => {
    const { desk, code, events } = await usherWorld();
    const nobody = [undefined, '', 'AAAAAAAAAAAAAAAAAAAAAA'];
    for (const token of nobody) {
      expect(await desk().check(token, { code: code(TICKET), via: 'typed' })).toEqual(refused('not-signed-in'));
      expect(await desk().search(token, TICKET.id)).toEqual(refused('not-signed-in'));
      expect(await desk().override(token, { of: { ticketId: TICKET.id }, ...OVERRIDE, pin: '222222' })).toEqual(refused('not-signed-in'));
      expect(await desk().undo(token, '01J00000000000000000000000' as EventId)).toEqual(refused('not-signed-in'));
      expect(desk().markSeen(token, TICKET.id)).toEqual(refused('not-signed-in'));
    }
    expect(events().filter(({ t }) => t === 'scan')).toEqual([]);
  });

  it('signs in by a PIN, and out', async () => {
    const { desk, signIn } = await usherWorld();
    expect(await desk().signIn('000000')).toEqual(refused('wrong-pin', { triesLeft: 4 }));
    const token = await signIn('222222');
    expect(desk().state(token).staff).toEqual({ name: 'Mei', role: 'duty-manager' });
    desk().signOut(token);
    expect(desk().state(token).staff).toBeNull();
  });

  it('is told until when the page is locked', async () => {
    const { desk, time } = await usherWorld();
    for (let i = 0; i < 4; i++) await desk().signIn('000000');
    const until = new Date(time.clock.wall() + LIMITS.staff.lockedFor).toISOString();
    expect(await desk().signIn('000000')).toEqual(refused('locked', { until }));
  });
});

describe('a check by hand', () => {
  it('admits and passes in one step, and refuses the second time', async () => {
    const world = await signedIn();
    expect(await world.verdictOf(world.code(TICKET))).toMatchObject({
      kind: 'enter',
      confirmation: 'alone',
      ticket: { id: TICKET.id, used: 1, admits: 1 },
    });
    expect(world.events().map(({ t, d }) => (t === 'scan' ? d.verdict : t === 'passage' ? d.outcome : t))).toEqual([
      'admit',
      'passed',
      'audit',
      'audit',
      'audit',
    ]);
    expect(await world.verdictOf(world.code(TICKET))).toMatchObject({
      kind: 'already-used',
      reason: 'already-used',
      usedBefore: { lane: HANDHELD, machine: 'gate-a' },
    });
  });

  it('knows what the other lanes of the machine have let in', async () => {
    const world = await signedIn();
    await world.atGate1(world.code(TICKET));
    expect(await world.verdictOf(world.code(TICKET))).toMatchObject({ kind: 'already-used', usedBefore: { lane: GATE_1 } });
  });

  it.each([
    ['134567890123456789', 'payment-code'],
    ['not a ticket at all', 'not-a-ticket'],
    ['\u0000\u001b[2J', 'unreadable'],
    ["' OR 1=1 --", 'not-a-ticket'],
  ])('says what %j is', async (code, reason) => {
    const { verdictOf } = await signedIn();
    expect(await verdictOf(code)).toMatchObject({ kind: 'not-a-ticket', reason });
  });

  it('takes what the camera goes on seeing for the same scan, and not what it sees again later', async () => {
    const world = await signedIn();
    const first = await world.verdictOf(world.code(TICKET), 'camera');
    for (let i = 0; i < 4; i++) {
      await world.time.advance(seconds(3));
      expect(await world.scan(world.code(TICKET), 'camera')).toEqual(refused('same-scan', { verdict: first }));
    }
    await world.time.advance(cameraDebounce);
    expect(await world.verdictOf(world.code(TICKET), 'camera')).toMatchObject({ kind: 'already-used' });
    expect(world.events().filter(({ t }) => t === 'scan')).toHaveLength(2);
  });

  it('decides every code that is typed, because a person meant it', async () => {
    const world = await signedIn();
    await world.verdictOf(world.code(TICKET), 'camera');
    expect(await world.verdictOf(world.code(TICKET), 'typed')).toMatchObject({ kind: 'already-used' });
  });

  it('lets a ticket in once when two phones show it at the same moment', async () => {
    const world = await signedIn();
    const ben = await world.signIn('222222');
    const answers = await Promise.all([
      world.scan(world.code(TICKET), 'typed'),
      world.scan(world.code(TICKET), 'typed', ben),
      world.scan(world.code(TICKET)),
    ]);
    const kinds = answers.map((answer) => (answer.kind === 'done' ? answer.verdict.kind : answer.kind));
    expect(kinds).toEqual(['enter', 'already-used', 'already-used']);
  });

  it('counts the bodies of a party', async () => {
    const world = await signedIn();
    const party = ticketRow(2, { admits: 3 });
    await world.publish(TICKET, party);
    const used = [];
    for (let i = 0; i < 4; i++) used.push((await world.verdictOf(world.code(party))).kind);
    expect(used).toEqual(['enter-group', 'enter-group', 'enter-group', 'already-used']);
  });

  it('asks the other gates, and believes them', async () => {
    const world = await signedIn();
    world.outside.claim = () => ({ kind: 'granted' });
    expect(await world.verdictOf(world.code(TICKET))).toMatchObject({ kind: 'enter', confirmation: 'confirmed' });
    const second = ticketRow(2);
    await world.publish(TICKET, second);
    world.outside.claim = () => ({ kind: 'unanswered', missing: ['gate-b' as MachineId], mustRefuse: false });
    expect(await world.verdictOf(world.code(second))).toMatchObject({ kind: 'enter', confirmation: 'unconfirmed' });
  });

  it('sees what another lane has let in while it waited for the other gates', async () => {
    const world = await signedIn();
    let answer: (outcome: { kind: 'granted' }) => void = () => undefined;
    world.outside.claim = ({ lane }) => (lane === HANDHELD ? new Promise((resolve) => (answer = resolve)) : { kind: 'granted' });
    const waiting = world.verdictOf(world.code(TICKET));
    await world.time.settle();
    await world.atGate1(world.code(TICKET));
    answer({ kind: 'granted' });
    expect(await waiting).toMatchObject({ kind: 'already-used', usedBefore: { lane: GATE_1 } });
    expect(world.outside.withdrawn).toHaveLength(1);
  });

  it('decides nothing that cannot be written', async () => {
    const world = await signedIn();
    world.outside.disk.isFull = true;
    expect(await world.scan(world.code(TICKET))).toEqual(refused('not-written'));
    expect(world.outside.withdrawn).toHaveLength(1);
    world.outside.disk.isFull = false;
    expect(await world.verdictOf(world.code(TICKET), 'camera')).toMatchObject({ kind: 'enter' });
  });

  it('says that it was decided without the network', async () => {
    const world = await signedIn();
    world.outside.online = false;
    expect(await world.verdictOf(world.code(TICKET))).toMatchObject({ kind: 'enter', offline: true });
    expect(world.state().online).toBe(false);
  });

  it('is nobody’s where the machine has no lane for it', async () => {
    const world = await usherWorld({ hasLane: false });
    const ann = await world.signIn('111111');
    expect(world.desk().state(ann).lane).toBeNull();
    expect(await world.desk().check(ann, { code: world.code(TICKET), via: 'typed' })).toEqual(refused('no-right'));
    expect(await world.desk().override(ann, { of: { ticketId: TICKET.id }, ...OVERRIDE, pin: '222222' })).toEqual(refused('no-right'));
  });

  it('stops taking more than one person can have scanned', async () => {
    const world = await signedIn();
    world.outside.claim = () => new Promise(() => undefined);
    const answers = Array.from({ length: LIMITS.staff.scansWaitingMax + 1 }, () => world.scan(world.code(TICKET)));
    expect(await answers.at(-1)).toEqual({ kind: 'busy' });
  });
});

describe('taking an admission back', () => {
  const admitted = async () => {
    const world = await signedIn();
    const { scanId } = await world.verdictOf(world.code(TICKET), 'camera');
    return { ...world, scanId: scanId as EventId, undo: (token = world.ann) => world.desk().undo(token, scanId as EventId) };
  };

  it('makes the ticket good again at once, in the name of whoever did it', async () => {
    const world = await admitted();
    expect(world.state().recent[0]).toMatchObject({ undone: false, undoUntil: expect.any(String) });
    expect(await world.undo()).toEqual({ kind: 'done' });
    expect(world.state().recent[0]).toMatchObject({ undone: true });
    expect(world.state().recent[0]?.undoUntil).toBeUndefined();
    expect(world.events()).toContainEqual({
      t: 'passage',
      d: { scanId: world.scanId, lane: HANDHELD, direction: 'entry', outcome: 'not-passed', ticketId: TICKET.id, by: 'Ann' },
    });
    expect(world.audit()).toContain(`admission-undone Ann: scan ${world.scanId}`);
    expect(await world.verdictOf(world.code(TICKET), 'camera')).toMatchObject({ kind: 'enter', ticket: { used: 1 } });
  });

  it('goes once, and not after two minutes', async () => {
    const world = await admitted();
    await world.undo();
    expect(await world.undo()).toEqual(refused('too-late'));
    const again = await world.verdictOf(world.code(TICKET));
    await world.time.advance(undoWithin);
    expect(world.state().recent[0]?.undoUntil).toBeDefined();
    await world.time.advance(seconds(1));
    expect(world.state().recent[0]?.undoUntil).toBeUndefined();
    expect(await world.desk().undo(world.ann, again.scanId as EventId)).toEqual(refused('too-late'));
  });

  it('goes not for a clock that was set back', async () => {
    const world = await admitted();
    await world.time.advance(minutes(3));
    world.time.jumpWall(minutes(-3) as typeof undoWithin);
    expect(await world.undo()).toEqual(refused('too-late'));
  });

  it('goes after a restart, within its time', async () => {
    const world = await admitted();
    world.restart();
    const ann = await world.signIn('111111');
    expect(await world.desk().undo(ann, world.scanId)).toEqual({ kind: 'done' });
  });

  it('goes for nothing that another lane did, that was refused, or that is unknown', async () => {
    const world = await admitted();
    const second = ticketRow(2);
    await world.publish(TICKET, second);
    const other = await world.atGate1(world.code(second));
    expect(await world.desk().undo(world.ann, other)).toEqual(refused('too-late'));
    const refusal = await world.verdictOf(world.code(second));
    expect(await world.desk().undo(world.ann, refusal.scanId as EventId)).toEqual(refused('too-late'));
    expect(await world.desk().undo(world.ann, '01J00000000000000000000000' as EventId)).toEqual(refused('unknown'));
  });

  it('changes nothing that cannot be written', async () => {
    const world = await admitted();
    world.outside.disk.isFull = true;
    expect(await world.undo()).toEqual(refused('not-written'));
    world.outside.disk.isFull = false;
    expect(await world.undo()).toEqual({ kind: 'done' });
  });
});

describe('the last scans', () => {
  it('are ten, of every lane, the newest first, and the same after a restart', async () => {
    const world = await signedIn();
    const rows = Array.from({ length: 12 }, (_, i) => ticketRow(i + 1));
    await world.publish(...rows);
    for (const [index, row] of rows.entries()) {
      await world.time.advance(seconds(10));
      if (index % 3 === 0) await world.atGate1(world.code(row));
      else await world.verdictOf(world.code(row));
    }
    const before = world.state().recent;
    expect(before.map(({ verdict }) => verdict.ticket?.id)).toEqual(
      rows
        .slice(2)
        .reverse()
        .map(({ id }) => id),
    );
    expect(new Set(before.map(({ lane }) => lane))).toEqual(new Set([GATE_1, HANDHELD]));
    world.restart();
    const ann = await world.signIn('111111');
    const after = UsherState.parse(world.desk().state(ann)).recent;
    expect(after.map(({ lane, verdict, undone }) => [lane, verdict.scanId, verdict.kind, verdict.ticket, undone])).toEqual(
      before.map(({ lane, verdict, undone }) => [lane, verdict.scanId, verdict.kind, verdict.ticket, undone]),
    );
  });

  it('are as the lane showed them', async () => {
    const world = await signedIn();
    const scanId = await world.atGate1('hello');
    world.desk().shown({
      scanId,
      kind: 'not-a-ticket',
      reason: 'not-a-ticket',
      reasons: ['not-a-ticket'],
      direction: 'entry',
      offline: true,
      at: '2026-10-31T11:00:00.000Z',
    });
    expect(world.state().recent[0]?.verdict.offline).toBe(true);
  });
});

describe('the halls', () => {
  it('count who is in, who has a ticket, and who is late once it has begun', async () => {
    const world = await signedIn();
    await world.publish(TICKET, ticketRow(2), ticketRow(3, { admits: 3 }), refund(ticketRow(4)));
    const hall = () => world.state().halls[0];
    expect(hall()).toMatchObject({ showId: SHOW, inside: 0, sold: 5, late: 0 });
    await world.verdictOf(world.code(TICKET));
    const { scanId } = await world.verdictOf(world.code(ticketRow(2)));
    await world.time.advance(seconds(1));
    expect(hall()).toMatchObject({ inside: 2, sold: 5, late: 0 });
    await world.desk().undo(world.ann, scanId as EventId);
    await world.time.advance(minutes(31));
    expect(hall()).toMatchObject({ inside: 1, sold: 5, late: 4 });
  });
});

describe('conflicts', () => {
  const conflict = (world: UsherWorld, scans: readonly string[]): Conflict => ({
    ticketId: TICKET.id,
    showId: SHOW,
    admits: 1,
    entries: scans.map((scanId) => ({
      scanId: scanId as EventId,
      machine: 'gate-a' as MachineId,
      lane: GATE_1,
      at: new Date(world.time.clock.wall()).toISOString(),
      clockErrorMs: 10,
      dataVersion: 1,
      dataAgeSeconds: 1,
      confirmation: 'unconfirmed',
      outcome: 'passed',
    })),
    second: [],
    state: 'open',
  });
  const A = '01J00000000000000000000001';
  const B = '01J00000000000000000000002';
  const C = '01J00000000000000000000003';

  it('are shown until somebody has looked, under his name, across a restart', async () => {
    const world = await signedIn();
    world.findConflict(conflict(world, [A, B]));
    expect(world.state().conflicts).toEqual([{ conflict: world.outside.conflicts[0] }]);
    expect(world.conflicts().unseen()).toBe(1);
    expect(world.desk().markSeen(world.ann, TICKET.id)).toEqual({ kind: 'done' });
    expect(world.state().conflicts[0]?.seenBy).toBe('Ann');
    expect(world.outside.seen).toBe(1);
    world.restart();
    const ann = await world.signIn('111111');
    expect(world.desk().state(ann).conflicts[0]?.seenBy).toBe('Ann');
    expect(world.conflicts().unseen()).toBe(0);
  });

  it('that get another admission are to be looked at again', async () => {
    const world = await signedIn();
    world.findConflict(conflict(world, [A, B]));
    world.desk().markSeen(world.ann, TICKET.id);
    world.findConflict(conflict(world, [A, B, C]));
    expect(world.state().conflicts[0]?.seenBy).toBeUndefined();
    expect(world.conflicts().unseen()).toBe(1);
  });

  it('that do not exist cannot be seen, and what cannot be written was not', async () => {
    const world = await signedIn();
    expect(world.desk().markSeen(world.ann, TICKET.id)).toEqual(refused('unknown'));
    world.findConflict(conflict(world, [A, B]));
    world.outside.disk.isFull = true;
    expect(world.desk().markSeen(world.ann, TICKET.id)).toEqual(refused('not-written'));
    expect(world.conflicts().unseen()).toBe(1);
  });
});

describe('what is kept', () => {
  it('holds no PIN and no code', async () => {
    const world = await signedIn();
    const code = world.code(TICKET);
    await world.verdictOf(code);
    await world.verdictOf('134567890123456789');
    await world.desk().search(world.ann, code);
    await world.desk().override(world.ann, { of: { ticketId: TICKET.id }, ...OVERRIDE, pin: '222222' });
    await world.desk().signIn('345678');
    const kept = JSON.stringify(world.events()) + JSON.stringify(world.outside.logged);
    expect(world.outside.logged).toHaveLength(3);
    for (const secret of [code, code.slice(4), '134567890123456789', '111111', '222222', '345678']) expect(kept).not.toContain(secret);
  });
});
