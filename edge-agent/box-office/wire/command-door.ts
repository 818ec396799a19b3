import type { CommandRecord } from '#core/box-office/command-record.ts';
import type { CommandRequest, CommandState } from '#core/contract/box-office/people.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { StaffMember } from '#core/contract/local/usher.ts';
import type { Clock } from '#core/ports/clock.ts';
import { may } from '#core/staff/rights.ts';
import { RequestProblem } from '../request-problem.ts';
import { digestOf, refuseOtherWish } from '../sales/digest.ts';
import type { CommandWish, IssuedCommands } from './issued-commands.ts';

/** What named people ask of machines: the right, the audit before anything leaves, and one command for one key. */
export interface CommandDoor {
  /** @throws RequestProblem 400, 403, 404, 503; FaultError when the audit or the command could not be written, and nothing was sent then */
  send(by: StaffMember, machine: MachineId, request: CommandRequest): Promise<CommandState>;
  /** @throws RequestProblem 403, 404; FaultError when the store could not be read */
  read(by: StaffMember, machine: MachineId, id?: string): Promise<readonly CommandState[]>;
}

export interface CommandLine {
  /** Resolves when it is on its way, or lost with a connection that is not there; the next one brings it again. */
  send(record: CommandRecord): Promise<void>;
}

export interface CommandDoorParts {
  readonly machines: ReadonlySet<MachineId>;
  readonly commands: () => IssuedCommands;
  /** Undefined until there is a wire. */
  readonly line: () => CommandLine | undefined;
  /**
   * Once for each `wish`, which is the digest of all that is wanted, however often it is told.
   * @throws FaultError when it could not be written
   */
  readonly audit: (wish: string, by: string, detail: string) => void;
  readonly clock: Pick<Clock, 'wall'>;
}

export function createCommandDoor({ machines, commands, line, audit, clock }: CommandDoorParts): CommandDoor {
  /** Being issued at this moment: a second call that overtakes the first waits for the same command. */
  const underWay = new Map<string, { readonly digest: string; readonly issued: Promise<CommandRecord> }>();

  const allowed = (by: StaffMember, machine: MachineId): void => {
    if (!may(by, 'machine.command')) throw new RequestProblem(403, 'forbidden', `${by.name} (${by.role}) may not command machines.`);
    if (!machines.has(machine)) throw new RequestProblem(404, 'not-found', `There is no machine ${machine} at this box office.`);
  };
  const issue = async (wish: CommandWish, digest: string): Promise<CommandRecord> => {
    const known = await commands().known(wish);
    if (known !== undefined) return known;
    const wire = line();
    if (wire === undefined) throw new RequestProblem(503, 'unavailable', 'The box office is not connected to its machines yet; nothing was sent.');
    audit(digest, wish.by, `${wish.machine} ${wish.kind}: ${wish.reason}`);
    const record = await commands().issue(wish);
    await wire.send(record);
    return record;
  };

  return {
    send: async (by, machine, { commandKey: key, kind, reason }) => {
      allowed(by, machine);
      const wish: CommandWish = { key, machine, kind, by: by.name, reason };
      const digest = digestOf(wish);
      const other = underWay.get(key);
      if (other !== undefined) refuseOtherWish(other, digest, 'command key');
      const mine = other ?? { digest, issued: issue(wish, digest).finally(() => underWay.delete(key)) };
      underWay.set(key, mine);
      return stateOf(await mine.issued, clock.wall());
    },
    read: async (by, machine, id) => {
      allowed(by, machine);
      const one = id === undefined ? undefined : await commands().find(id);
      const found = id === undefined ? await commands().all() : one === undefined ? [] : [one];
      return found.filter(({ command }) => command.dev === machine).map((record) => stateOf(record, clock.wall()));
    },
  };
}

function stateOf({ command, stages }: CommandRecord, now: number): CommandState {
  const { id, dev, kind, by, reason, issuedAt, expiresAt } = command;
  const heard = stages.map(({ state: stage, at, detail }) => ({ stage, at, ...(detail === undefined ? {} : { detail }) }));
  const isUnanswered = stages.length === 0 && now > Date.parse(expiresAt);
  return {
    id,
    machine: dev,
    kind,
    by,
    reason,
    issuedAt,
    expiresAt,
    stage: isUnanswered ? 'unanswered' : (stages.at(-1)?.state ?? 'sent'),
    stages: [{ stage: 'sent', at: issuedAt }, ...heard, ...(isUnanswered ? [{ stage: 'unanswered' as const, at: expiresAt }] : [])],
  };
}
