import { createHash } from 'node:crypto';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { MachineAddress } from '#core/contract/wire/topic.ts';

/** Where a machine stands in the topics. Both ends compute the partition; neither believes what the other wrote. */
export function addressOf(machine: MachineId): MachineAddress {
  return { machine, partition: createHash('sha256').update(machine).digest('hex').slice(0, 2) };
}
