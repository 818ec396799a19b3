import type { Checker, CheckerContext } from '../world/observation.ts';

const MINUTES_MAX = 2;

/** L1: two minutes after the last fault every machine's outbox is empty, and every gate has the same admissions with the same ends. */
export function everythingArrives({ world, broken }: CheckerContext): Checker {
  return {
    name: 'L1',
    promise: 'Two minutes after the last fault every outbox is empty and every gate has the same admissions.',
    minute: (sinceHeal) => {
      if (sinceHeal !== MINUTES_MAX) return;
      for (const { machine, disk } of world.machines) {
        const waiting = disk.outboxWaiting();
        if (waiting > 0) broken(`${waiting} events of ${machine} still wait ${MINUTES_MAX} minutes after the last fault`);
      }
    },
    finished: () => {
      const [first, ...others] = world.machines.map(({ machine, disk }) => ({
        machine,
        rows: new Map(disk.admissions().map((row) => [row.scanId, `${row.ticketId} ${row.direction} ${row.outcome}`])),
      }));
      if (first === undefined) return;
      for (const other of others) {
        for (const scanId of new Set([...first.rows.keys(), ...other.rows.keys()])) {
          const [here, there] = [first.rows.get(scanId), other.rows.get(scanId)];
          if (here !== there) broken(`of admission ${scanId} ${first.machine} knows "${here}" and ${other.machine} "${there}"`);
        }
      }
    },
  };
}
