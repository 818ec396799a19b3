import { expect, test } from 'vitest';
import type { Delivered } from '#agent/box-office/events/receive.ts';
import { createBatchDesk } from '#agent/box-office/wire/batch-desk.ts';
import { MachineId } from '#core/contract/identifiers.ts';
import type { EventAck } from '#core/contract/wire/envelope.ts';
import { auditEvent, batchOf } from '../events-of.ts';

const MACHINE = MachineId.parse('gate-1');
const delivered = (from: number, count: number): Delivered => ({
  machine: MACHINE,
  batch: batchOf(
    MACHINE,
    from,
    Array.from({ length: count }, () => auditEvent()),
    { lane: 'p1' },
  ),
});
const ackOf = ({ batch: { lane, epoch, from, ev } }: Delivered): EventAck => ({
  ...{ v: 1, lane, epoch, through: from + ev.length - 1, reject: [], at: '2026-10-31T11:00:00.000Z' },
});

/** A store that notes what it was given together. */
function noting(answer: (group: readonly Delivered[]) => readonly EventAck[] = (group) => group.map(ackOf)) {
  const groups: number[][] = [];
  const desk = createBatchDesk(async (group) => {
    groups.push(group.map(({ batch }) => batch.from));
    return answer(group);
  }, 10);
  return { desk, groups };
}

test('what arrives together is written together, in its order, and everybody gets his own answer', async () => {
  const { desk, groups } = noting();
  const acks = await Promise.all([desk.put(delivered(1, 2)), desk.put(delivered(3, 1)), desk.put(delivered(4, 3))]);
  expect(acks.map(({ through }) => through)).toEqual([2, 3, 6]);
  await desk.put(delivered(7, 1));
  expect(groups).toEqual([[1, 3, 4], [7]]);
});

test('one commit takes no more events than it may, and a batch that is larger alone', async () => {
  const { desk, groups } = noting();
  await Promise.all([delivered(1, 6), delivered(7, 4), delivered(11, 1), delivered(12, 12), delivered(24, 10)].map(desk.put));
  expect(groups).toEqual([[1, 7], [11], [12], [24]]);
});

test('there is no room while as many events wait as one commit takes', async () => {
  const { desk, groups } = noting();
  const first = desk.put(delivered(1, 9));
  await desk.room();
  expect(groups).toEqual([]);
  const second = desk.put(delivered(10, 1));
  await desk.room();
  expect(groups).toEqual([[1, 10]]);
  await Promise.all([first, second]);
});

test('a commit that fails fails for all of its batches, and the next ones are written', async () => {
  let isFull = true;
  const { desk, groups } = noting((group) => {
    if (isFull) throw new Error('the disk is full');
    return group.map(ackOf);
  });
  const outcomes = await Promise.allSettled([desk.put(delivered(1, 1)), desk.put(delivered(2, 1))]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isFull = false;
  expect((await desk.put(delivered(1, 1))).through).toBe(1);
  expect(groups).toEqual([[1, 2], [1]]);
});

test('it is idle when everything has been written', async () => {
  const { desk, groups } = noting();
  const pending = [delivered(1, 10), delivered(11, 10)].map(desk.put);
  await desk.idle();
  expect(groups).toEqual([[1], [11]]);
  await Promise.all(pending);
});
