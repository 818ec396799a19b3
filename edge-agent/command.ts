import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { FaultError } from '#core/base/fault.ts';
import { CLOCK_USAGE, runClockCommand } from './clock/clock-command.ts';
import { DEVICES_USAGE, runDevicesCommand } from './devices/devices-command.ts';
import { DOCTOR_USAGE, runDoctorCommand } from './devices/doctor-command.ts';
import { runTicketCommand, TICKET_USAGE } from './inspect/inspect-command.ts';
import { LEDGER_USAGE, runBoxOfficeCommand, runLedgerCommand } from './ledger/ledger-command.ts';
import { systemClock, systemRandom, systemTimers } from './runtime/clock.ts';
import { MONEY_USAGE, runMoneyCommand } from './staff/money-command.ts';
import { runStaffCommand, STAFF_USAGE } from './staff/staff-command.ts';

/** `foyer SUBCOMMAND …`: one row for each subcommand. */

export interface CommandOutcome {
  /** After sysexits.h. */
  readonly exit: number;
  /** For standard output when `exit` is 0, for standard error otherwise. */
  readonly text: string;
}

interface CommandCall {
  /** The folder of the program. */
  readonly root: string;
  /** A machine's configuration. */
  readonly config: string | undefined;
  readonly language: 'zh' | 'en';
  /** What follows the subcommand, options taken out. */
  readonly words: readonly string[];
  readonly role: string | undefined;
  readonly keys: string | undefined;
  readonly json: boolean;
  readonly unproven: boolean;
  /** The data folder, as given or the one beside the program. */
  readonly data: string;
}

const SUBCOMMANDS: Readonly<Record<string, (call: CommandCall) => Promise<CommandOutcome>>> = {
  clock: async ({ words, data }) => runClockCommand(words, { data, clock: systemClock, random: systemRandom }),
  staff: ({ words, role, data }) => {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    return runStaffCommand(words, role, data);
  },
  devices: async (call) => {
    mkdirSync(call.data, { recursive: true, mode: 0o700 });
    return runDevicesCommand(call);
  },
  doctor: async (call) => {
    mkdirSync(call.data, { recursive: true, mode: 0o700 });
    return runDoctorCommand(call);
  },
  money: ({ json, data }) => runMoneyCommand({ data, json, clock: systemClock, timers: systemTimers }),
  ledger: async ({ words, unproven, data }) => runLedgerCommand(words, unproven, data),
  'box-office': async ({ words, data }) => runBoxOfficeCommand(words, data),
  ticket: async (call) => runTicketCommand({ ...call, now: systemClock.wall(), timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone }),
};

const USAGE = `Foyer at a terminal

${DEVICES_USAGE}${DOCTOR_USAGE}${STAFF_USAGE}${MONEY_USAGE}${TICKET_USAGE}${LEDGER_USAGE}${CLOCK_USAGE}
  --language zh|en   of devices and doctor (default: as LANG says)
  --data DIR   the machine's data folder (default: .foyer beside the program)
`;

/**
 * @param args the command line after `foyer`
 * @param root the folder of the program
 * @returns the exit status
 */
export async function runCommand(args: readonly string[], root: string): Promise<number> {
  const { exit, text } = await outcomeOf(args, root);
  (exit === 0 ? process.stdout : process.stderr).write(`${text.trimEnd()}\n`);
  return exit;
}

async function outcomeOf(args: readonly string[], root: string): Promise<CommandOutcome> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        role: { type: 'string' },
        config: { type: 'string' },
        language: { type: 'string' },
        keys: { type: 'string' },
        json: { type: 'boolean', default: false },
        unproven: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const [name = '', ...words] = positionals;
    const run = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
    if (values.help || run === undefined) return { exit: values.help ? 0 : 64, text: USAGE };
    return await run({
      words,
      root,
      config: values.config,
      language: languageOf(values.language ?? process.env.LC_ALL ?? process.env.LC_MESSAGES ?? process.env.LANG),
      role: values.role,
      keys: values.keys,
      json: values.json,
      unproven: values.unproven,
      data: resolve(values.data ?? join(root, '.foyer')),
    });
  } catch (cause) {
    if (cause instanceof FaultError) return { exit: 75, text: [`${cause.fault.code}: ${cause.fault.message}`, cause.fault.remedy].join('\n') };
    if (cause instanceof TypeError && 'code' in cause) return { exit: 64, text: `${cause.message}\n\n${USAGE}` };
    throw cause;
  }
}

const languageOf = (locale: string | undefined): 'zh' | 'en' => (locale?.startsWith('zh') === true ? 'zh' : 'en');
