import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type CommandFacts, judgeCommand } from '#core/command/judge-command.ts';
import { Signed } from '#core/contract/box-office/validity.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import { COMMAND_CONTEXT, Command, type CommandKind } from '#core/contract/wire/command.ts';
import type { CommandInbox, WaitingCommand } from '../ledger/command-inbox.ts';
import type { Log } from '../runtime/log.ts';
import { verifyBody } from '../runtime/ticket-crypto.ts';

/** Carries out what the box office asks: each command once at most, after it was written down, in the order in which they came. */
export interface CommandRunner {
  /** Ends what an earlier start left open, and takes up what has not been looked at. */
  start(): void;
  /** Writes the message down before the broker may forget it; looks at it later. */
  put(payload: Uint8Array, retained: boolean): 'not-kept' | undefined;
  /** Messages that were no commands of this box office. */
  refused(): number;
  /** Resolves when nothing is being carried out. */
  idle(): Promise<void>;
}

export interface CommandRunnerOptions {
  readonly inbox: CommandInbox;
  readonly machine: MachineId;
  /** Of the box office: the key that signs validity data. */
  readonly publicKey: KeyObject;
  readonly time: () => CommandFacts['clock'];
  /** Does it, and says in one sentence what came of it. Rejects with an Error that says why not. */
  readonly carryOut: (kind: CommandKind, by: string) => Promise<string>;
  readonly log: Log;
}

export function createCommandRunner({ inbox, machine, publicKey, time, carryOut, log }: CommandRunnerOptions): CommandRunner {
  let refused = 0;
  let tail: Promise<void> = Promise.resolve();

  const refuse = (why: string): void => {
    refused += 1;
    if (refused === 1) log.warn({ code: 'E-NET-COMMAND', why }, 'a command was refused; more are only counted');
  };

  const handle = async (waiting: WaitingCommand): Promise<void> => {
    const opened = open(waiting, publicKey);
    if (typeof opened === 'string') {
      refuse(opened);
      inbox.drop(waiting.position);
      return;
    }
    // The broker delivers at least once; what became of the first copy has been told.
    if (inbox.isKnown(opened.id)) {
      inbox.drop(waiting.position);
      return;
    }
    const verdict = judgeCommand(opened, { machine, clock: time(), counter: inbox.counter() });
    if (verdict !== 'take') {
      refuse(verdict);
      inbox.refuse(waiting.position, opened, verdict);
      return;
    }
    inbox.take(waiting.position, opened);
    log.info({ command: opened.id, kind: opened.kind, by: opened.by }, 'the box office asks for something');
    const outcome = await carryOut(opened.kind, opened.by).then(
      (detail) => ({ state: 'succeeded' as const, detail }),
      (cause: unknown) => ({ state: 'failed' as const, detail: cause instanceof Error ? cause.message : String(cause) }),
    );
    inbox.finish(opened, outcome.state, outcome.detail);
  };

  const work = async (): Promise<void> => {
    try {
      for (let waiting = inbox.next(); waiting !== undefined; waiting = inbox.next()) await handle(waiting);
    } catch (cause) {
      // A full disk: what waits is looked at again with the next command or after the next start. Everything else is not ours to handle.
      if (!(cause instanceof FaultError)) throw cause;
      log.error({ code: cause.fault.code }, `A command has to wait: ${cause.fault.message}`);
    }
  };
  const wake = (): void => {
    tail = tail.then(work);
  };

  return {
    start: () => {
      inbox.endInterrupted();
      wake();
    },
    put: (payload, retained) => {
      if (payload.length > LIMITS.uplink.commandBytesMax) {
        refuse(`${payload.length} bytes are no command`);
        return undefined;
      }
      try {
        if (!inbox.put(payload, retained)) refuse('too many are waiting');
      } catch (cause) {
        if (!(cause instanceof FaultError)) throw cause;
        log.error({ code: cause.fault.code }, `A command could not be kept: ${cause.fault.message}`);
        return 'not-kept';
      }
      wake();
      return undefined;
    },
    refused: () => refused,
    idle: () => tail,
  };
}

/** The command, or why it is none. */
function open({ payload, retained }: WaitingCommand, publicKey: KeyObject): Command | string {
  if (retained) return 'retained';
  const signed = parseText(Signed, Buffer.from(payload).toString('utf8'));
  if (signed === undefined) return 'malformed';
  if (!verifyBody(publicKey, COMMAND_CONTEXT, signed)) return 'bad-signature';
  return parseText(Command, signed.body) ?? 'malformed';
}

/** Undefined when it is no JSON, or not of this form. */
function parseText<Value>(schema: z.ZodType<Value>, text: string): Value | undefined {
  const parsed = z
    .string()
    .transform((json, context) => {
      try {
        return JSON.parse(json) as unknown;
      } catch (cause) {
        context.addIssue({ code: 'custom', message: cause instanceof SyntaxError ? 'no JSON' : String(cause) });
        return z.NEVER;
      }
    })
    .pipe(schema)
    .safeParse(text);
  return parsed.success ? parsed.data : undefined;
}
