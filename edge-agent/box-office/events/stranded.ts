import { LIMITS } from '#core/base/limits.ts';
import { minus } from '#core/base/time.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import { WireEvent } from '#core/contract/wire/events.ts';
import type { Office } from '../office.ts';
import type { ReceivedEvent } from '../store/box-office-store.ts';
import { applyEvents } from './apply-event.ts';

/**
 * What a machine sent beyond a gap before its epoch ended has no lane any more in which it could be reached: the disk that was restored may not have it, and
 * then nobody sends it again. It happened all the same, and takes effect when everything that the machine does still have has had the time to come first.
 * Should the gap be closed after all, by the other one of two machines under one name, it counts no second time.
 */
export async function applyStranded(office: Office): Promise<void> {
  const applied = await office.run(async (unit) => {
    const stranded = await unit.tx.events.stranded(minus(unit.now, LIMITS.boxOffice.strandedAfter), LIMITS.outbox.batchEventsMax);
    for (const { machine, events } of byMachine(stranded)) {
      await applyEvents(
        unit,
        office,
        machine,
        events.map(({ body }) => WireEvent.parse(JSON.parse(body))),
      );
    }
    await unit.tx.events.hadEffect(stranded.map(({ id }) => id));
    return stranded;
  });
  for (const { machine, events } of byMachine(applied)) {
    office.log.warn({ machine, events: events.length }, 'events beyond a gap of an epoch that has ended have taken effect');
  }
}

function byMachine(events: readonly ReceivedEvent[]): readonly { readonly machine: MachineId; readonly events: readonly ReceivedEvent[] }[] {
  const machines = [...new Set(events.map(({ dev }) => dev as MachineId))];
  return machines.map((machine) => ({ machine, events: events.filter(({ dev }) => dev === machine) }));
}
