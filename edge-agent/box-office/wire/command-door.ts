import { LIMITS } from '#core/base/limits.ts';
import type { CommandRequest, CommandState } from '#core/contract/box-office/people.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { StaffMember } from '#core/contract/local/usher.ts';
import type { Clock } from '#core/ports/clock.ts';
import { may } from '#core/staff/rights.ts';
import { RequestProblem } from '../request-problem.ts';
import { digestOf, refuseOtherWish } from '../sales/digest.ts';
import type { CommandProgress } from './command-desk.ts';
import type { CommandWish } from './sign-command.ts';

/** What named people ask of machines: the right, the audit before anything leaves, and one command for one key. */
export interface CommandDoor {
  /** @throws RequestProblem 400, 403, 404, 503; FaultError when the audit or the counter could not be written, and nothing was sent then */
  send(by: StaffMember, machine: MachineId, request: CommandRequest): Promise<CommandState>;
  /** @throws RequestProblem 403, 404 */
  read(by: StaffMember, machine: MachineId, id?: string): readonly CommandState[];
}

export interface CommandLine {
  command(wish: CommandWish): Promise<CommandProgress>;
  commands(): readonly CommandProgress[];
}

export interface CommandDoorParts {
  readonly machines: ReadonlySet<MachineId>;
  /** Undefined until there is a wire. */
  readonly line: () => CommandLine | undefined;
  /** @throws FaultError when it could not be written */
  readonly audit: (by: string, detail: string) => void;
  readonly clock: Pick<Clock, 'wall'>;
}

export function createCommandDoor({ machines, line, audit, clock }: CommandDoorParts): CommandDoor {
  /** Like the commands themselves they live as long as the process: no kind does harm twice, and a person waits for each. */
  const keys = new Map<string, { readonly digest: string; readonly issued: Promise<CommandProgress> }>();

  const allowed = (by: StaffMember, machine: MachineId): void => {
    if (!may(by, 'machine.command')) throw new RequestProblem(403, 'forbidden', `${by.name} (${by.role}) may not command machines.`);
    if (!machines.has(machine)) throw new RequestProblem(404, 'not-found', `There is no machine ${machine} at this box office.`);
  };
  const issue = async (by: string, machine: MachineId, { kind, reason }: CommandRequest): Promise<CommandProgress> => {
    const wire = line();
    if (wire === undefined) throw new RequestProblem(503, 'unavailable', 'The box office is not connected to its machines yet; nothing was sent.');
    audit(by, `${machine} ${kind}: ${reason}`);
    return wire.command({ machine, kind, by, reason });
  };

  return {
    send: async (by, machine, request) => {
      allowed(by, machine);
      const digest = digestOf({ by: by.name, machine, ...request });
      const known = keys.get(request.commandKey);
      if (known !== undefined) refuseOtherWish(known, digest, 'command key');
      // Kept before it is answered: a second call that overtakes the first waits for the same command.
      const issued = known?.issued ?? issue(by.name, machine, request);
      if (known === undefined) keep(keys, request.commandKey, { digest, issued });
      const { command } = await issued;
      const now = line()
        ?.commands()
        .find((each) => each.command.id === command.id);
      return stateOf(now ?? (await issued), clock.wall());
    },
    read: (by, machine, id) => {
      allowed(by, machine);
      const all = line()?.commands() ?? [];
      const found = all.filter(({ command }) => command.dev === machine && (id === undefined || command.id === id));
      return found.map((progress) => stateOf(progress, clock.wall())).reverse();
    },
  };
}

function keep<Entry extends { readonly issued: Promise<unknown> }>(keys: Map<string, Entry>, key: string, entry: Entry): void {
  keys.set(key, entry);
  // Nothing was sent: the same key may try again.
  entry.issued.catch(() => keys.delete(key));
  for (const oldest of keys.keys()) {
    if (keys.size <= LIMITS.uplink.commandsKept) break;
    keys.delete(oldest);
  }
}

function stateOf({ command, state, stages }: CommandProgress, now: number): CommandState {
  const { id, dev, kind, by, reason, issuedAt, expiresAt } = command;
  const heard = stages.map(({ state: stage, at, detail }) => ({ stage, at, ...(detail === undefined ? {} : { detail }) }));
  const isUnanswered = state === 'sent' && now > Date.parse(expiresAt);
  return {
    id,
    machine: dev,
    kind,
    by,
    reason,
    issuedAt,
    expiresAt,
    stage: isUnanswered ? 'unanswered' : state,
    stages: [{ stage: 'sent', at: issuedAt }, ...heard, ...(isUnanswered ? [{ stage: 'unanswered' as const, at: expiresAt }] : [])],
  };
}
