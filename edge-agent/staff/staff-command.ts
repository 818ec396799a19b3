import { join } from 'node:path';
import { unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { StaffRole } from '#core/contract/local/usher.ts';
import type { CommandOutcome } from '../command.ts';
import { giveToken } from './person-tokens.ts';
import { pinCrypto } from './pin.ts';
import { createRoster, type RosterProblem } from './roster.ts';
import { askUnlock } from './staff-file.ts';

/** `foyer staff …`: the only way to a PIN. It works while the agent runs, which notices at once. */

export const STAFF_USAGE = `  foyer staff add NAME --role ROLE                 usher, cashier, duty-manager or technician; prints the PIN once
  foyer staff list                                 everybody who has a PIN
  foyer staff remove NAME                          his PIN is worth nothing from now on
  foyer staff new-pin NAME                         another PIN; prints it once
  foyer staff token NAME                           lets a program speak for him at the box office's HTTP interface; shown once, ends with the PIN
  foyer staff unlock                               takes back the lock after wrong PINs
`;

/**
 * @param words what follows `staff`
 * @param data the data folder, which exists
 * @throws FaultError `E-STF-FILE`
 */
export async function runStaffCommand(words: readonly string[], role: string | undefined, data: string): Promise<CommandOutcome> {
  const [action, name, ...more] = words;
  const roster = createRoster(join(data, STAFF_FILE), pinCrypto);
  if (action === 'list' && name === undefined) return done(listText(roster.list()));
  if (action === 'unlock' && name === undefined) {
    askUnlock(join(data, STAFF_FILE));
    return done('PINs are looked at again from the next one on.');
  }
  if (name === undefined || more.length > 0) return misused();
  switch (action) {
    case 'add': {
      const parsed = StaffRole.safeParse(role);
      if (!parsed.success) return misused();
      const added = await roster.add(name, parsed.data);
      return added.ok ? done(pinText(`${name} (${parsed.data})`, added.value)) : refused(added.error, name);
    }
    case 'new-pin': {
      const changed = await roster.newPin(name);
      return changed.ok ? done(pinText(name, changed.value)) : refused(changed.error, name);
    }
    case 'token': {
      const token = giveToken({ staff: join(data, STAFF_FILE), tokens: join(data, STAFF_TOKENS_FILE) }, name);
      return token === undefined
        ? refused('no-such-name', name)
        : done(`The token of ${name}: ${token}\nIt is shown this once, and ends with the PIN. An older one is worth nothing.`);
    }
    case 'remove': {
      const removed = roster.remove(name);
      return removed.ok ? done(`${name} is no longer on the staff.`) : refused(removed.error, name);
    }
    default:
      return misused();
  }
}

export const STAFF_FILE = 'staff.json';
export const STAFF_TOKENS_FILE = 'staff-tokens.json';

const done = (text: string): CommandOutcome => ({ exit: 0, text });
const misused = (): CommandOutcome => ({ exit: 64, text: `This is how it goes:\n${STAFF_USAGE}` });

function refused(problem: RosterProblem, name: string): CommandOutcome {
  return { exit: 65, text: problemText(problem, name) };
}

function problemText(problem: RosterProblem, name: string): string {
  switch (problem) {
    case 'bad-name':
      return 'A name is 1 to 40 characters, without control characters and without spaces at its ends. Nothing was changed.';
    case 'name-taken':
      return `${name} is on the staff already. Nothing was changed.`;
    case 'no-such-name':
      return `Nobody on the staff is called ${name}. Nothing was changed.`;
    case 'too-many':
      return `There are ${LIMITS.staff.membersMax} members already. Nothing was changed.`;
    default:
      return unreachable(problem);
  }
}

const pinText = (who: string, pin: string): string =>
  `The PIN of ${who}: ${pin}\nIt is shown this once. Write it down, or make another with new-pin.`;

function listText(members: ReturnType<ReturnType<typeof createRoster>['list']>): string {
  if (members.length === 0) return 'Nobody has a PIN on this machine.';
  const width = Math.max(...members.map(({ name }) => name.length));
  return members.map(({ name, role }) => `${name.padEnd(width)}  ${role}`).join('\n');
}
