import type { Checker, CheckerContext } from '../world/observation.ts';

const MINUTES_MAX = 2;
/** Guests come until the end, and what one of them has just made is on its way. */
const ON_ITS_WAY_MS = 10_000;

/** L1: two minutes after the last fault every machine's outbox is empty of all that was not made this moment, and every gate has the same admissions with the same ends. */
export function everythingArrives({ world, broken }: CheckerContext): Checker {
  const madeAt = new Map<string, number>();
  return {
    name: 'L1',
    promise:
      'Two minutes after the last fault nothing waits in an outbox that was made before the last ten seconds, and every gate has the same admissions.',
    committed: ({ id }) => {
      madeAt.set(id, world.now());
    },
    minute: (sinceHeal) => {
      if (sinceHeal !== MINUTES_MAX) return;
      for (const { machine, disk } of world.machines) {
        const late = disk.outboxWaiting().filter((id) => world.now() - (madeAt.get(id) ?? 0) > ON_ITS_WAY_MS);
        if (late.length > 0) broken(`${late.length} events of ${machine} still wait ${MINUTES_MAX} minutes after the last fault`);
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
