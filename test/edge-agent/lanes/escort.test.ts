import { describe, expect, it } from 'vitest';
import type { DeviceId, LaneId } from '#core/contract/identifiers.ts';
import { ticketId, ticketRow } from '../validity/fake-box-office.ts';
import { type GateWorld, gateWorld } from './gate-world.ts';

/** A show to which children do not go alone, before one of them and two grown-ups of its order. */

const mother = ticketRow(1);
const father = ticketRow(2);
const child = ticketRow(3, { ticketClass: 'child', escorts: [mother.id, father.id] });
const orphan = ticketRow(4, { ticketClass: 'child' });

const family = async (escortChildren = true): Promise<GateWorld> => {
  const gate = await gateWorld({ show: { escortChildren, reentry: true } });
  await gate.publish(mother, father, child, orphan);
  return gate;
};
const goIn = async (gate: GateWorld, row: typeof child): Promise<unknown> => {
  const { verdict } = await gate.present(gate.code(row, row.ticketClass === 'child' ? { ticketClass: 'child' } : {}));
  if (verdict?.reason === undefined) await gate.pass();
  return verdict;
};

describe('a child that must not go in alone', () => {
  it('is told that its grown-up goes first, and goes in after any of them', async () => {
    const gate = await family();
    expect(await goIn(gate, child)).toMatchObject({ kind: 'attention', reason: 'needs-escort', escortHasTicket: true });
    await goIn(gate, father);
    expect(await goIn(gate, child)).toMatchObject({ kind: 'enter' });
    expect(gate.told()).toEqual(['refuse', 'admit', 'passed', 'admit', 'passed']);
  });

  it('does not follow a stranger, and is told to see the staff when its order has no grown-up', async () => {
    const gate = await family();
    await goIn(gate, mother);
    const verdict = await goIn(gate, orphan);
    expect(verdict).toMatchObject({ reason: 'needs-escort' });
    expect(verdict).not.toHaveProperty('escortHasTicket');
  });

  it('does not follow a grown-up whom the barrier did not let through', async () => {
    const gate = await family();
    await gate.present(gate.code(mother));
    await gate.time.advance(8_000 as Parameters<typeof gate.time.advance>[0]);
    expect(gate.told()).toEqual(['admit', 'not-passed']);
    expect(await goIn(gate, child)).toMatchObject({ reason: 'needs-escort' });
  });

  it('does not go back in after its grown-up has left', async () => {
    const gate = await family();
    const exit = gate.openLane({ id: 'exit-1' as LaneId, direction: 'exit', scanner: 'scanner-2' as DeviceId, gate: 'turnstile-2' as DeviceId });
    await goIn(gate, mother);
    await exit.present(gate.code(mother));
    await exit.pass('exit');
    expect(await goIn(gate, child)).toMatchObject({ reason: 'needs-escort' });
    await goIn(gate, father);
    expect(await goIn(gate, child)).toMatchObject({ kind: 'enter' });
  });

  it('leaves when it likes, and goes alone to any other show', async () => {
    const gate = await family();
    const exit = gate.openLane({ id: 'exit-1' as LaneId, direction: 'exit', scanner: 'scanner-2' as DeviceId, gate: 'turnstile-2' as DeviceId });
    expect((await exit.present(gate.code(child, { ticketClass: 'child' }))).verdict).toMatchObject({ kind: 'enter' });
    expect(await goIn(await family(false), child)).toMatchObject({ kind: 'enter' });
    expect(child.escorts).toEqual([ticketId(1), ticketId(2)]);
  });
});
