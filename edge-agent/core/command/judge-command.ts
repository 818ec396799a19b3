import type { ClockFacts } from '../admission/facts.ts';
import type { Command, CommandKind, CommandRefusal } from '../contract/wire/command.ts';

export interface CommandFacts {
  readonly machine: Command['dev'];
  readonly clock: Pick<ClockFacts, 'earliest' | 'latest'>;
  /** Of the last command that was taken. */
  readonly counter: number;
}

/** Whether a kind does no harm whenever it is done, also long after it was meant. */
const HARMLESS_AT_ANY_TIME: Readonly<Record<CommandKind, boolean>> = {
  'report-health': true,
  'resync-validity': true,
  // An usher would be signed out in the middle of a shift for a phone that was lost yesterday.
  'sign-out-staff': false,
  // Whoever guesses PINs would be given more tries by a command that was held back.
  'release-pin-locks': false,
};

/** May a command, whose signature is right, be carried out? The machine's own wall clock has no say in it. */
export function judgeCommand(command: Command, { machine, clock, counter }: CommandFacts): 'take' | CommandRefusal {
  if (command.dev !== machine) return 'other-machine';
  if (command.n <= counter) return 'replayed';
  const ends = Date.parse(command.expiresAt);
  if (clock.earliest > ends) return 'expired';
  const isCertainlyInTime = clock.latest !== undefined && clock.latest <= ends;
  return isCertainlyInTime || HARMLESS_AT_ANY_TIME[command.kind] ? 'take' : 'time-unknown';
}
