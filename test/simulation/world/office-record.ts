import type { Conflict, EventBody, OutboxLane, WireEvent } from '#core/contract/wire/events.ts';
import type { SimulatedOffice } from './office.ts';

/** What the box office has in the end. */
export interface OfficeRecord {
  readonly kept: readonly KeptEvent[];
  readonly conflicts: readonly Conflict[];
}

interface KeptEvent {
  readonly machine: string;
  readonly epoch: string;
  readonly lane: OutboxLane;
  readonly seq: number;
  readonly id: string;
  readonly text: string;
  readonly body: EventBody;
}

export async function readOffice(office: SimulatedOffice, machines: readonly string[]): Promise<OfficeRecord> {
  return office.store.transaction(async ({ events, conflicts }) => {
    const kept: KeptEvent[] = [];
    for (const machine of machines) {
      for (const { epoch, lane, seq, id, body } of await events.ofMachine(machine, 0, Number.MAX_SAFE_INTEGER)) {
        const { t, d }: WireEvent = JSON.parse(body);
        kept.push({ machine, epoch, lane, seq, id, text: `${id} ${t} ${JSON.stringify(d)}`, body: { t, d } as EventBody });
      }
    }
    return { kept, conflicts: (await conflicts.newest(Number.MAX_SAFE_INTEGER)).map(({ conflict }) => conflict) };
  });
}
