import { LIMITS } from '#core/base/limits.ts';
import { plus, toIso } from '#core/base/time.ts';
import { ulid } from '#core/base/ulid.ts';
import { type CommandRecord, isOpenCommand } from '#core/box-office/command-record.ts';
import { EventId, type IdempotencyKey, type MachineId } from '#core/contract/identifiers.ts';
import { COMMAND_CONTEXT, type Command, type CommandKind } from '#core/contract/wire/command.ts';
import type { Random } from '#core/ports/clock.ts';
import { type Ed25519Signer, signBody } from '../../runtime/ticket-crypto.ts';
import { digestOf, refuseOtherWish } from '../sales/digest.ts';
import type { RunUnit } from '../unit-of-work.ts';

/** What somebody wants a machine to do. */
export interface CommandWish {
  readonly key: IdempotencyKey;
  readonly machine: MachineId;
  readonly kind: CommandKind;
  readonly by: string;
  readonly reason: string;
}

/**
 * The commands of this box office. Each is in the store, signed, before it leaves, so that a key stays one command and a command keeps its end over a restart;
 * one that was not taken goes out again whenever its machine greets or the broker is there again, until it expires, and the machine drops copies. What a machine
 * says of one is kept with the event that says so (`events/apply-event.ts`).
 */
export interface IssuedCommands {
  /**
   * What was issued under the key of this wish.
   * @throws RequestProblem 400 when it was another wish
   */
  known(wish: CommandWish): Promise<CommandRecord | undefined>;
  /** The same command when the key has one already. @throws as `known` */
  issue(wish: CommandWish): Promise<CommandRecord>;
  find(id: string): Promise<CommandRecord | undefined>;
  /** The newest first. */
  all(): Promise<readonly CommandRecord[]>;
  /** What the machine, or any, has not said anything of, and could still do; the oldest first. */
  open(machine?: MachineId): Promise<readonly CommandRecord[]>;
}

export interface CommandParts {
  readonly run: RunUnit;
  readonly random: Random;
  readonly signer: Ed25519Signer;
}

export function createIssuedCommands({ run, random, signer }: CommandParts): IssuedCommands {
  const sign = (command: Command) => signBody(signer, COMMAND_CONTEXT, JSON.stringify(command));
  const all = () => run(({ tx }) => tx.commands.newest(LIMITS.uplink.commandsKept));
  return {
    known: (wish) => run(async ({ tx }) => sameWish(await tx.commands.findByKey(wish.key), wish)),
    issue: (wish) =>
      run(async ({ tx, now }) => {
        const known = sameWish(await tx.commands.findByKey(wish.key), wish);
        if (known !== undefined) return known;
        const { key, machine, kind, by, reason } = wish;
        const command: Command = {
          v: 1,
          id: EventId.parse(ulid(now, random.bytes(10))),
          kind,
          dev: machine,
          n: await tx.counters.next('command'),
          issuedAt: toIso(now),
          expiresAt: toIso(plus(now, LIMITS.uplink.commandLife)),
          by,
          reason,
        };
        const record: CommandRecord = { key, digest: digestOf(wish), command, signed: sign(command), stages: [] };
        await tx.commands.put(record);
        await tx.commands.prune(LIMITS.uplink.commandsKept);
        return record;
      }),
    find: (id) => run(({ tx }) => tx.commands.find(id)),
    all,
    open: (machine) =>
      run(async ({ tx, now }) => {
        const kept = await tx.commands.newest(LIMITS.uplink.commandsKept);
        return kept.filter((record) => (machine === undefined || record.command.dev === machine) && isOpenCommand(record, now)).toReversed();
      }),
  };
}

function sameWish(known: CommandRecord | undefined, wish: CommandWish): CommandRecord | undefined {
  if (known !== undefined) refuseOtherWish(known, digestOf(wish), 'command key');
  return known;
}
