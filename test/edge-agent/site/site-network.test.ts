import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, minutes, seconds } from '#core/base/time.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { createMemorySite } from './memory-lines.ts';
import { HOP, openTestGate, type TestGate, ticket } from './site-world.ts';

const ONE = ticket(1);

const site = (...names: readonly string[]) => siteWith(() => undefined, ...names);

async function siteWith(prepare: (network: ReturnType<typeof createMemorySite>) => void, ...names: readonly string[]) {
  const time = createVirtualTime();
  const network = createMemorySite(time.timers, HOP);
  prepare(network);
  const gates: TestGate[] = names.map((name) =>
    openTestGate({
      name,
      members: names.filter((other) => other !== name),
      lines: network.lines(name as TestGate['machine']),
      clock: time.clock,
      timers: time.timers,
    }),
  );
  for (const gate of gates) await gate.network.start();
  await time.advance(milliseconds(20));
  const [a, b, c = gates[0]] = gates;
  if (a === undefined || b === undefined || c === undefined) throw new Error('a site has two gates at least');
  return { time, network, gates, a, b, c };
}

describe('gates that can talk', () => {
  it('let one ticket in at exactly one of them, though all are asked at once', async () => {
    const { time, gates } = await site('gate-a', 'gate-b', 'gate-c');
    const asked = gates.map((gate) => gate.claim(ONE));
    await time.advance(milliseconds(20));
    expect(asked.map(({ outcome }) => outcome?.kind).toSorted()).toEqual(['granted', 'taken', 'taken']);
    expect(gates.map((gate) => gate.entries(ONE))).toEqual([1, 1, 1]);
    for (const gate of gates) expect(gate.events('conflict')).toEqual([]);
  });

  it('let a party in as often as its ticket says, wherever each of them goes', async () => {
    const { time, gates } = await site('gate-a', 'gate-b', 'gate-c');
    const asked = [...gates, ...gates].map((gate) => gate.claim(ONE, { admits: 4 }));
    await time.advance(milliseconds(20));
    expect(asked.filter(({ outcome }) => outcome?.kind === 'granted')).toHaveLength(4);
    expect(gates.map((gate) => gate.entries(ONE))).toEqual([4, 4, 4]);
  });

  it('know of an admission as soon as it is written, and of its end', async () => {
    const { time, a, b } = await site('gate-a', 'gate-b');
    const { scanId } = a.claim(ONE);
    await time.advance(milliseconds(20));
    expect(b.entries(ONE)).toBe(1);
    expect(b.claim(ONE).outcome).toEqual({ kind: 'taken' });
    a.resolve(scanId, ONE, 'not-passed');
    await time.advance(milliseconds(20));
    expect(b.entries(ONE)).toBe(0);
    const again = b.claim(ONE);
    await time.advance(milliseconds(20));
    expect(again.outcome).toEqual({ kind: 'granted' });
  });

  it('give a ticket free again when the one who claimed it could not write', async () => {
    const { time, a, b } = await site('gate-a', 'gate-b');
    const first = a.claim(ONE, { write: false });
    await time.advance(milliseconds(20));
    expect(b.network.claims.pending(ONE)).toHaveLength(1);
    a.network.claims.withdraw(first.scanId);
    await time.advance(milliseconds(20));
    expect(b.network.claims.pending(ONE)).toEqual([]);
  });
});

describe('a split site', () => {
  it('decides alone at once in each part, and finds the double on every side when it is whole again', async () => {
    const { time, network, a, b } = await site('gate-a', 'gate-b');
    network.cut(a.machine, b.machine);
    expect(a.network.view().state).toBe('split');
    expect(a.claim(ONE).outcome).toEqual({ kind: 'unanswered', missing: ['gate-b'], mustRefuse: false });
    await time.advance(seconds(5));
    b.claim(ONE);
    expect([a.entries(ONE), b.entries(ONE)]).toEqual([1, 1]);
    network.join(a.machine, b.machine);
    await time.advance(milliseconds(50));
    expect([a.entries(ONE), b.entries(ONE)]).toEqual([2, 2]);
    const [found] = a.events('conflict');
    expect(found).toMatchObject({
      t: 'conflict',
      d: { ticketId: ONE, admits: 1, state: 'open', entries: [{ machine: 'gate-a' }, { machine: 'gate-b' }] },
    });
    if (found?.t !== 'conflict') expect.unreachable('a conflict');
    expect(found.d.second).toEqual([found.d.entries[1]?.scanId]);
    expect(b.events('conflict')).toEqual([found]);
    expect(a.events('audit').map((event) => event.t === 'audit' && event.d.action)).toEqual(['site-whole', 'site-split', 'site-whole']);
  });

  it('does not say who was second when the clocks cannot tell', async () => {
    const { time, network, a, b } = await site('gate-a', 'gate-b');
    network.cut(a.machine, b.machine);
    a.claim(ONE);
    await time.advance(milliseconds(10));
    b.claim(ONE);
    network.join(a.machine, b.machine);
    await time.advance(milliseconds(50));
    expect(a.events('conflict')).toMatchObject([{ d: { second: [] } }]);
  });

  it('settles a conflict on every side when one of the admissions is taken back', async () => {
    const { time, network, a, b } = await site('gate-a', 'gate-b');
    network.cut(a.machine, b.machine);
    a.claim(ONE);
    const { scanId } = b.claim(ONE);
    network.join(a.machine, b.machine);
    await time.advance(milliseconds(50));
    b.resolve(scanId, ONE, 'not-passed');
    await time.advance(milliseconds(50));
    for (const gate of [a, b]) expect(gate.events('conflict').map((event) => event.t === 'conflict' && event.d.state)).toEqual(['open', 'settled']);
  });

  it('still lets a ticket in only once in the part where two gates can talk', async () => {
    const { time, network, a, b, c } = await site('gate-a', 'gate-b', 'gate-c');
    network.cut(a.machine, c.machine);
    network.cut(b.machine, c.machine);
    const asked = [a.claim(ONE), b.claim(ONE)];
    await time.advance(milliseconds(100));
    expect(asked.map(({ outcome }) => outcome?.kind).toSorted()).toEqual(['taken', 'unanswered']);
    expect(c.claim(ONE).outcome?.kind).toBe('unanswered');
  });

  it('waits no longer than the budget for a gate that is silent, and then knows that it is gone', async () => {
    const { time, network, a, b } = await site('gate-a', 'gate-b');
    network.silence(b.machine, true);
    const first = a.claim(ONE);
    await time.advance(milliseconds(LIMITS.site.claimBudget - 1));
    expect(first.outcome).toBeUndefined();
    await time.advance(milliseconds(1));
    expect(first.outcome).toEqual({ kind: 'unanswered', missing: ['gate-b'], mustRefuse: false });
    await time.advance(seconds(5));
    expect(a.network.missing()).toEqual(['gate-b']);
    expect(a.claim(ticket(2)).outcome).toEqual({ kind: 'unanswered', missing: ['gate-b'], mustRefuse: false });
    network.silence(b.machine, false);
    await time.advance(seconds(5));
    expect(a.network.missing()).toEqual([]);
    expect(b.entries(ticket(2))).toBe(1);
  });
});

describe('a gate that was away', () => {
  it('catches up both ways with ten thousand rows, in slices', { timeout: 180_000 }, async () => {
    const { time, network, a, b } = await site('gate-a', 'gate-b');
    network.cut(a.machine, b.machine);
    for (let guest = 0; guest < 5_000; guest++) {
      a.admit(ticket(10 + guest));
      b.admit(ticket(20_000 + guest));
    }
    await time.advance(minutes(1));
    const before = network.sent();
    network.join(a.machine, b.machine);
    await time.advance(milliseconds(200));
    expect([a.entries(ticket(20_000)), a.entries(ticket(24_999)), b.entries(ticket(10)), b.entries(ticket(5_009))]).toEqual([1, 1, 1, 1]);
    expect(network.sent() - before).toBeLessThan(100);
  });

  it('hears through another gate what a third has done', async () => {
    const { time, network, a, b, c } = await site('gate-a', 'gate-b', 'gate-c');
    network.cut(a.machine, c.machine);
    a.admit(ONE);
    await time.advance(seconds(3));
    expect([b.entries(ONE), c.entries(ONE)]).toEqual([1, 1]);
  });
});

describe('a restored disk', () => {
  /** A site of gates in memory, and gate-a on a disk of which a copy is made. */
  async function siteWithDisk(...others: readonly string[]) {
    const folder = scratchFolder();
    const [live, copy] = [join(folder, 'ledger.db'), join(folder, 'copy.db')];
    const time = createVirtualTime();
    const network = createMemorySite(time.timers, HOP);
    const open = (name: string, path = ':memory:'): TestGate => {
      const members = ['gate-a', ...others].filter((other) => other !== name);
      const lines = network.lines(name as TestGate['machine']);
      return openTestGate({ name, members, path, lines, clock: time.clock, timers: time.timers });
    };
    const rest = others.map((name) => open(name));
    const before = open('gate-a', live);
    for (const gate of [...rest, before]) await gate.network.start();
    await time.advance(milliseconds(20));
    return {
      ...{ time, network, before, rest },
      copyDisk: () => {
        before.ledger.database.pragma('wal_checkpoint(TRUNCATE)');
        copyFileSync(live, copy);
      },
      /** The program has ended; the disk is the copy. It is not started yet. */
      restore: async (): Promise<TestGate> => {
        await before.network.stop();
        before.ledger.close();
        return open('gate-a', copy);
      },
    };
  }

  it('is found out by the others, gets its own admissions back, and lets nobody in alone until then', async () => {
    const { time, before, rest, copyDisk, restore } = await siteWithDisk('gate-b');
    const [b = before] = rest;
    before.claim(ONE);
    await time.advance(milliseconds(20));
    copyDisk();
    before.claim(ticket(2));
    await time.advance(milliseconds(20));
    expect(b.entries(ticket(2))).toBe(1);

    const after = await restore();
    const epoch = after.ledger.epoch;
    after.admit(ticket(3));
    after.admit(ticket(4));
    expect(after.entries(ticket(2))).toBe(0);
    await after.network.start();
    // The first contact proves it; a claim is refused for as long as rows are missing.
    await time.advance(milliseconds(1));
    expect(after.network.isRestoring()).toBe(true);
    await time.advance(milliseconds(50));
    expect(after.network.isRestoring()).toBe(false);
    expect(after.ledger.epoch).not.toBe(epoch);
    expect(after.entries(ticket(2))).toBe(1);
    await time.advance(seconds(3));
    expect([b.entries(ONE), b.entries(ticket(2)), b.entries(ticket(3)), b.entries(ticket(4))]).toEqual([1, 1, 1, 1]);
    expect(after.events('audit').filter((event) => event.t === 'audit' && event.d.action === 'ledger-rolled-back')).toHaveLength(1);
  });

  it('is found out though all that it has lost is how its last admission ended', async () => {
    const { time, before, rest, copyDisk, restore } = await siteWithDisk('gate-b');
    const [b = before] = rest;
    const scanId = before.admit(ONE);
    copyDisk();
    before.resolve(scanId, ONE, 'passed');
    await time.advance(milliseconds(20));

    const after = await restore();
    // As the lane does when it starts; the others know something else under this number.
    after.resolve(scanId, ONE, 'unconfirmed');
    await after.network.start();
    await time.advance(seconds(3));
    for (const gate of [after, b]) expect(gate.admissions.parts.rows.find(ONE, scanId)).toMatchObject({ outcome: 'passed' });
    expect(after.events('audit').filter((event) => event.t === 'audit' && event.d.action === 'ledger-rolled-back')).toHaveLength(1);
  });

  it('agrees with the others on an admission that it has ended anew, though it was taken back before', async () => {
    const { time, before, rest, copyDisk, restore } = await siteWithDisk('gate-b', 'gate-c');
    const [b = before, c = before] = rest;
    const scanId = before.admit(ONE);
    copyDisk();
    before.resolve(scanId, ONE, 'not-passed');
    await time.advance(milliseconds(20));
    expect([b.entries(ONE), c.entries(ONE)]).toEqual([0, 0]);

    const after = await restore();
    after.resolve(scanId, ONE, 'unconfirmed');
    await after.network.start();
    await time.advance(seconds(3));
    // What may have happened counts: nobody knows that it did not.
    for (const gate of [after, b, c]) expect(gate.admissions.parts.rows.find(ONE, scanId)).toMatchObject({ outcome: 'unconfirmed' });
  });

  it('gets back what stood under the numbers that it has given out again', async () => {
    const { time, before, rest, copyDisk, restore } = await siteWithDisk('gate-b');
    const [b = before] = rest;
    before.admit(ONE);
    copyDisk();
    for (const guest of [2, 3, 4]) before.admit(ticket(guest));
    await time.advance(milliseconds(20));

    const after = await restore();
    // It says hello with one number more than the copy had, and gate-b sends at first what comes after that.
    after.admit(ticket(5));
    await after.network.start();
    await time.advance(seconds(3));
    for (const gate of [after, b]) expect([ONE, ...[2, 3, 4, 5].map(ticket)].map(gate.entries)).toEqual([1, 1, 1, 1, 1]);
  });

  it('hears from every gate what it had told, also when another has heard more of it since', async () => {
    const { time, network, before, rest, copyDisk, restore } = await siteWithDisk('gate-b', 'gate-c');
    const [b = before, c = before] = rest;
    copyDisk();
    // What gate-b alone has heard, because gate-c was away.
    for (const gate of [before, b]) network.cut(gate.machine, c.machine);
    before.admit(ticket(2));
    await time.advance(milliseconds(20));
    network.cut(before.machine, b.machine);

    const after = await restore();
    network.join(before.machine, c.machine);
    await after.network.start();
    // Nobody can prove anything yet; gate-c hears of new admissions under the numbers of the old one.
    after.admit(ticket(3));
    after.admit(ticket(4));
    await time.advance(seconds(3));
    expect(c.entries(ticket(4))).toBe(1);
    network.join(before.machine, b.machine);
    await time.advance(seconds(5));
    for (const gate of [after, b, c]) expect([ticket(2), ticket(3), ticket(4)].map(gate.entries)).toEqual([1, 1, 1]);
  });
});

/** What a later build may have added at every place where something can be added: help that an earlier one can do without. */
function later(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(later);
  if (typeof value !== 'object' || value === null) return value;
  return { ...Object.fromEntries(Object.entries(value).map(([name, held]) => [name, later(held)])), zeta: { of: [1] } };
}

describe('gates of two builds', () => {
  /** gate-b is brought up to date first. */
  const mixed = () => siteWith((network) => network.alter('gate-b' as TestGate['machine'], later), 'gate-a', 'gate-b');

  it('still let one ticket in at exactly one of them, and know each other’s admissions', async () => {
    const { time, network, a, b } = await mixed();
    expect([a.network.view().state, b.network.view().state]).toEqual(['whole', 'whole']);
    const asked = [a.claim(ONE), b.claim(ONE)];
    await time.advance(milliseconds(20));
    expect(asked.map(({ outcome }) => outcome?.kind).toSorted()).toEqual(['granted', 'taken']);
    const [second] = [b.admit(ticket(2))];
    await time.advance(milliseconds(20));
    expect([a.entries(ONE), b.entries(ONE), a.entries(ticket(2))]).toEqual([1, 1, 1]);
    b.resolve(second, ticket(2), 'not-passed');
    await time.advance(milliseconds(20));
    expect(a.entries(ticket(2))).toBe(0);
    expect(network.cuts).toEqual([]);
  });

  it('pass over what they have no word for, say so to the technician, and stop saying so once both are of one build', async () => {
    const { time, network, a, b } = await mixed();
    network.say(b.machine, a.machine, { t: 'lane-closed', lane: 'lane-1', since: 'noon' });
    await time.advance(seconds(5));
    const [member] = a.network.view().members;
    expect(member).toMatchObject({ machine: 'gate-b', reachable: true, software: '1.0.0-test', later: { first: 'hello.zeta' } });
    expect(member?.later?.messages).toBeGreaterThan(5);
    // The earlier build says nothing that the later one does not know.
    expect(b.network.view().members[0]?.later).toBeUndefined();
    network.alter(b.machine, (message) => message);
    network.cut(a.machine, b.machine);
    network.join(a.machine, b.machine);
    await time.advance(seconds(5));
    expect(a.network.view().members).toMatchObject([{ reachable: true }]);
    expect(a.network.view().members[0]?.later).toBeUndefined();
    expect(network.cuts).toEqual([]);
  });

  it('count a message of a kind that they do not know', async () => {
    const { time, network, a, b } = await site('gate-a', 'gate-b');
    for (let times = 0; times < 3; times++) network.say(b.machine, a.machine, { t: 'lane-closed', lane: 'lane-1' });
    expect(a.network.view().members).toMatchObject([{ reachable: true, later: { messages: 3, first: 'lane-closed' } }]);
    const asked = a.claim(ONE);
    await time.advance(milliseconds(20));
    expect(asked.outcome).toEqual({ kind: 'granted' });
  });

  it('do not speak when one could misunderstand the other, and say which protocol it has', async () => {
    const { time, network, a, b } = await mixed();
    network.alter(b.machine, (message) => ({ ...message, v: 9, site: { of: 'another form' } }));
    network.cut(a.machine, b.machine);
    network.join(a.machine, b.machine);
    await time.advance(milliseconds(20));
    expect(a.network.view()).toMatchObject({ state: 'split', members: [{ machine: 'gate-b', reachable: false, protocol: 9 }] });
    expect(network.cuts.at(-1)).toBe('gate-a cut gate-b: it speaks version 9 of the protocol between gates, this machine 2');
    expect(a.claim(ONE).outcome?.kind).toBe('unanswered');
    network.alter(b.machine, (message) => message);
    await time.advance(milliseconds(20));
    expect(a.network.view()).toMatchObject({ state: 'whole', members: [{ reachable: true }] });
    expect(a.network.view().members[0]?.protocol).toBeUndefined();
  });
});
