import { LIMITS } from '#core/base/limits.ts';
import { plus, toIso } from '#core/base/time.ts';
import { ulid } from '#core/base/ulid.ts';
import type { Signed } from '#core/contract/box-office/validity.ts';
import { EventId, type MachineId } from '#core/contract/identifiers.ts';
import { COMMAND_CONTEXT, type Command, type CommandKind } from '#core/contract/wire/command.ts';
import { signBody } from '../../runtime/ticket-crypto.ts';
import type { Office } from '../office.ts';

/** What somebody wants a machine to do. */
export interface CommandWish {
  readonly machine: MachineId;
  readonly kind: CommandKind;
  readonly by: string;
  readonly reason: string;
}

export interface SignedCommand {
  readonly command: Command;
  readonly signed: Signed;
}

export async function signCommand(office: Office, { machine, kind, by, reason }: CommandWish): Promise<SignedCommand> {
  const { n, now } = await office.run(async ({ tx, now }) => ({ n: await tx.counters.next('command'), now }));
  const command: Command = {
    v: 1,
    id: EventId.parse(ulid(now, office.random.bytes(10))),
    kind,
    dev: machine,
    n,
    issuedAt: toIso(now),
    expiresAt: toIso(plus(now, LIMITS.uplink.commandLife)),
    by,
    reason,
  };
  return { command, signed: signBody(office.keys.data, COMMAND_CONTEXT, JSON.stringify(command)) };
}
