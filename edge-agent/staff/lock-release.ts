import { FaultError } from '#core/base/fault.ts';
import type { IdempotencyKey, MachineId } from '#core/contract/identifiers.ts';
import type { LockRelease, StaffState } from '#core/contract/local/staff.ts';
import type { StaffMember } from '#core/contract/local/usher.ts';
import { may } from '#core/staff/rights.ts';
import { RequestProblem } from '../box-office/request-problem.ts';
import type { CommandDoor } from '../box-office/wire/command-door.ts';
import type { StaffOutcome } from '../local-api/staff-handlers.ts';
import { type DeskGuard, DONE, notWritten, refuse, type StaffDeskParts } from './desk-guard.ts';

/** What the box office's machine has its machines do. */
export interface DeskCommands {
  readonly machines: readonly MachineId[];
  readonly door: CommandDoor;
}

/**
 * A machine whose page is locked after wrong PINs cannot be unlocked there by a PIN. At the box office's machine whoever may command machines has the box office
 * ask for it: signed, at most once, in the audit here under his name before it leaves, and there when it is done.
 */
export interface LockReleaseDesk {
  release(token: string | undefined, machine: MachineId, key: IdempotencyKey): Promise<StaffOutcome>;
  /** Null for whoever may not, and where there is no box office. */
  view(member: StaffMember): StaffState['locks'];
}

const REASON = 'wrong PINs had locked it';
const ENDED: ReadonlySet<LockRelease['stage']> = new Set(['succeeded', 'failed', 'refused', 'interrupted', 'unanswered']);

export function createLockReleaseDesk(
  { commands, log }: Pick<StaffDeskParts, 'commands' | 'log'>,
  { allowed }: Pick<DeskGuard, 'allowed'>,
): LockReleaseDesk {
  let last: { readonly id: string; readonly member: StaffMember; readonly told: LockRelease } | undefined;
  let isAsking = false;

  /** The page is read every two seconds, and the next reading tells what this one has found. */
  const look = async ({ door }: DeskCommands): Promise<void> => {
    if (last === undefined || isAsking || ENDED.has(last.told.stage)) return;
    const { id, member, told } = last;
    isAsking = true;
    try {
      const [found] = await door.read(member, told.machine, id);
      if (found !== undefined && last?.id === id) last = { id, member, told: { ...told, stage: found.stage } };
    } catch (cause) {
      // A store that cannot be read now is read again with the page.
      if (!(cause instanceof FaultError)) throw cause;
      log.warn({ code: cause.fault.code }, cause.fault.message);
    } finally {
      isAsking = false;
    }
  };

  return {
    release: async (token, machine, key) => {
      const member = allowed(token, 'machine.command');
      if ('kind' in member) return member;
      if (commands === undefined || !commands.machines.includes(machine)) return refuse({ code: 'unknown' });
      try {
        const { id, stage } = await commands.door.send(member, machine, { commandKey: key, kind: 'release-pin-locks', reason: REASON });
        last = { id, member, told: { machine, by: member.name, stage } };
        return DONE;
      } catch (cause) {
        if (cause instanceof RequestProblem) return refuse({ code: cause.status === 503 ? 'unavailable' : 'unknown' });
        return notWritten(cause, log);
      }
    },
    view: (member) => {
      if (commands === undefined || !may(member, 'machine.command')) return null;
      void look(commands);
      return { machines: [...commands.machines], last: last?.told ?? null };
    },
  };
}
