import { describe, expect, it } from 'vitest';
import { createDayCounts } from '#agent/lanes/lane-counts.ts';
import { LIMITS } from '#core/base/limits.ts';
import { hours, instant, milliseconds, minutes, seconds } from '#core/base/time.ts';
import type { ReleaseOutcome } from '#core/ports/gate-controller.ts';
import { showRow, ticketRow } from '../validity/fake-box-office.ts';
import { type GateWorld, gateWorld } from './gate-world.ts';

/** The lane of the product between commit and passage: what becomes of a guest when power, clocks, sensors or the people around him do not behave. */

const one = ticketRow(1);
const two = ticketRow(2);

async function withTickets(): Promise<GateWorld> {
  const gate = await gateWorld();
  await gate.publish(one, two);
  return gate;
}

const reasonOf = async (gate: GateWorld, row = one): Promise<string | undefined> => (await gate.present(gate.code(row))).verdict?.reason;

describe('the power goes', () => {
  const never = new Promise<ReleaseOutcome>(() => undefined);
  it.each<readonly [string, (gate: GateWorld) => Promise<void>, readonly string[], string | undefined]>([
    [
      'before anything was read',
      async () => {
        /* nothing yet */
      },
      [],
      undefined,
    ],
    [
      'when a scan was decided and could not be written',
      async (gate) => {
        gate.disk.failure = new Error('the power went');
        expect(() => gate.hardware.read(gate.code(one))).toThrow('the power went');
        gate.disk.failure = undefined;
      },
      [],
      undefined,
    ],
    [
      'after the commit, while the barrier is being told',
      async (gate) => {
        gate.hardware.behaviour.answer = never;
        await gate.present(gate.code(one));
      },
      ['admit', 'unconfirmed'],
      'already-used',
    ],
    [
      'after the barrier has answered',
      async (gate) => {
        await gate.present(gate.code(one));
      },
      ['admit', 'unconfirmed'],
      'already-used',
    ],
    [
      'after the guest has passed, before that could be written',
      async (gate) => {
        await gate.present(gate.code(one));
        gate.disk.failure = new Error('the power went');
        expect(() => gate.hardware.pass()).toThrow('the power went');
        gate.disk.failure = undefined;
      },
      ['admit', 'unconfirmed'],
      'already-used',
    ],
    [
      'after the passage was written',
      async (gate) => {
        await gate.present(gate.code(one));
        await gate.pass();
      },
      ['admit', 'passed'],
      'already-used',
    ],
    [
      'after the admission was taken back',
      async (gate) => {
        await gate.present(gate.code(one));
        await gate.time.advance(LIMITS.gate.passageTimeout);
      },
      ['admit', 'not-passed'],
      undefined,
    ],
    [
      'after a refusal',
      async (gate) => {
        await gate.publish({ ...one, standing: 'refunded' });
        await gate.present(gate.code(one));
        await gate.publish(one);
      },
      ['refuse'],
      undefined,
    ],
  ])('%s', async (_name, untilThen, told, reason) => {
    const gate = await withTickets();
    await untilThen(gate);
    gate.hardware.behaviour.answer = { kind: 'released' };
    gate.powerCut();
    expect(gate.told()).toEqual(told);
    expect(await reasonOf(gate)).toBe(reason);
    expect(gate.hardware.unwritten).toEqual([]);
  });
});

describe('somebody sets the clock of the machine', () => {
  it.each([-hours(48), hours(48), -hours(500_000)])(
    'by %d ms while a guest is at the barrier: he passes, or not, as if nothing had been',
    async (by) => {
      const gate = await withTickets();
      await gate.present(gate.code(one));
      gate.jumpWall(by);
      await gate.time.advance(milliseconds(LIMITS.gate.passageTimeout - 1));
      expect(gate.view().barrier).toBe('released');
      await gate.time.advance(milliseconds(1));
      expect(gate.told()).toEqual(['admit', 'not-passed']);
      expect(await reasonOf(gate)).toBeUndefined();
      gate.jumpWall(-2 * by);
      await gate.pass();
      await gate.time.advance(LIMITS.scanner.debounce);
      expect(await reasonOf(gate)).toBe('already-used');
      expect(gate.told()).toEqual(['admit', 'not-passed', 'admit', 'passed', 'refuse']);
    },
  );

  it('and the ticket of a show that is over is never in time again, whatever is set, cut or forgotten', async () => {
    const gate = await gateWorld({ startsAt: instant(Date.parse(showRow().entryUntil) + 1_000) });
    await gate.publish(one, two);
    for (const by of [-hours(48), hours(96), -hours(500_000)]) {
      gate.jumpWall(by);
      expect(await reasonOf(gate)).toBe('too-late');
      gate.powerCut();
      expect(await reasonOf(gate)).toBe('too-late');
    }
    expect(gate.hardware.released).toEqual([]);
  });

  it('and a good ticket is never refused, online or not, before and after a power cut without a battery', async () => {
    for (const by of [-hours(48), hours(48), -hours(500_000)]) {
      const gate = await withTickets();
      gate.network.online = false;
      gate.jumpWall(by);
      expect(await reasonOf(gate)).toBeUndefined();
      await gate.pass();
      gate.powerCut();
      expect(await reasonOf(gate, two)).toBeUndefined();
    }
  });

  it.each([
    ['before it begins', '2026-10-25T00:49:59.000Z', 'too-early'],
    ['the first time', '2026-10-25T00:50:00.000Z', undefined],
    ['the second time', '2026-10-25T01:50:00.000Z', undefined],
    ['after it has ended', '2026-10-25T01:50:01.000Z', 'too-late'],
  ])('nor does an hour that comes twice on the wall, from 02:50 to 02:50 in the night when summer time ends in Berlin: %s', async (_, at, reason) => {
    const show = { startsAt: at, entryFrom: '2026-10-25T00:50:00.000Z', entryUntil: '2026-10-25T01:50:00.000Z' };
    const gate = await gateWorld({ startsAt: instant(Date.parse(at)), show });
    await gate.publish(ticketRow(1));
    expect((await gate.present(gate.code(ticketRow(1)))).verdict?.reason).toBe(reason);
  });

  it('and the events keep their order', async () => {
    const gate = await withTickets();
    await gate.present(gate.code(one));
    await gate.pass();
    gate.jumpWall(-hours(48));
    await gate.time.advance(seconds(3));
    await gate.present(gate.code(one));
    const ids = gate.events().flatMap(({ t, d }) => (t === 'scan' ? [d.scanId] : []));
    expect(ids).toHaveLength(2);
    expect([...ids].sort()).toEqual(ids);
  });
});

describe('a guest with a phone', () => {
  it('whose scanner was replaced in the middle is not told that the ticket is used', async () => {
    const gate = await withTickets();
    await gate.present(gate.code(one));
    await gate.pass();
    gate.lane.setDeviceHealth('scanner', { kind: 'absent', reasons: ['link-lost'] });
    gate.lane.setDeviceHealth('scanner', { kind: 'ready', reasons: [] });
    await gate.time.advance(seconds(2));
    expect(await reasonOf(gate)).toBeUndefined();
    expect(gate.told()).toEqual(['admit', 'passed']);
  });

  it('who shows the paper as well is the same guest', async () => {
    const gate = await withTickets();
    await gate.present(gate.code(one));
    await gate.pass();
    await gate.time.advance(seconds(1));
    // Another code of the same ticket: it was issued anew.
    expect((await gate.present(gate.code(one, { issuedAt: instant(Date.UTC(2026, 9, 31, 10, 1)) }))).verdict?.kind).toBe('enter');
    expect(gate.told()).toEqual(['admit', 'passed']);
  });
});

describe('somebody in the passage', () => {
  it('is held, and so is the guest whom nobody could count', async () => {
    const gate = await withTickets();
    await gate.present(gate.code(one));
    gate.hardware.tell({ kind: 'obstructed', on: true });
    expect(gate.view().barrier).toBe('held');
    await gate.present(gate.code(two));
    await gate.time.advance(LIMITS.gate.passageTimeout);
    expect(gate.told()).toEqual(['admit', 'held']);
    gate.hardware.tell({ kind: 'obstructed', on: false });
    await gate.time.settle();
    expect(gate.view().verdict).toMatchObject({ kind: 'enter', ticket: { id: two.id } });
    await gate.pass();
    expect(await reasonOf(gate)).toBe('already-used');
  });

  it('is the technician, after his own release', async () => {
    const gate = await withTickets();
    gate.lane.serviceRelease(true);
    await gate.pass();
    await gate.pass();
    expect(gate.told()).toEqual(['passed', 'forced']);
  });
});

describe("the day's counts", () => {
  it('are the same after a restart, and begin anew with the business day', async () => {
    const gate = await withTickets();
    await gate.present(gate.code(one));
    await gate.pass();
    await gate.time.advance(LIMITS.scanner.debounce);
    expect(await reasonOf(gate)).toBe('already-used');
    await gate.present(gate.code(two));
    await gate.time.advance(LIMITS.gate.passageTimeout);
    await gate.pass();
    await gate.pass('exit');
    await gate.pass('exit');
    const { counts } = gate.view();
    expect(counts).toEqual({ admitted: 2, passed: 1, refused: 1, notPassed: 1, inside: 0 });
    gate.powerCut();
    let zone: string | undefined;
    const day = createDayCounts({
      ledger: gate.ledger(),
      lanes: [gate.current()],
      now: () => gate.siteClock().now().now,
      timeZone: () => zone,
      timers: gate.time.timers,
    });
    day.start();
    expect(gate.view().counts.admitted).toBe(0);
    zone = 'Asia/Shanghai';
    await gate.time.advance(minutes(1));
    expect(gate.view().counts).toEqual(counts);
    // It is evening; the next business day begins at six in the morning.
    await gate.time.advance(hours(11));
    expect(gate.view().counts).toEqual({ admitted: 0, passed: 0, refused: 0, notPassed: 0, inside: 0 });
    day.stop();
  });
});
