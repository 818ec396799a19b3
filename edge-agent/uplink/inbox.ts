import type { z } from 'zod';
import { err, ok, type Result } from '#core/base/result.ts';
import { readMustIgnore } from '#core/contract/must-ignore.ts';
import type { Log } from '../runtime/log.ts';
import { decodePayload } from './payload.ts';

/**
 * The door for messages from the broker: read one after the other in the order they came, unpacked and parsed before anybody sees them. What cannot be read
 * changes nothing, is counted, and is logged the first time for each topic, so that a flood of nonsense does not become a flood of log lines.
 */
export interface Inbox {
  push(topic: string, payload: Uint8Array): void;
  /** Messages that were refused: malformed, none of ours, or more than could be taken. */
  refused(): number;
  /** Resolves when everything pushed so far has been handled. */
  idle(): Promise<void>;
}

export interface InboxOptions {
  /** Of one message after it was unpacked. */
  readonly bytesMax: number;
  /** Messages that may wait; more are refused. Every sender on this wire sends again what matters. */
  readonly waitingMax: number;
  /** Takes the parsed JSON of one message; an error says in one sentence why it was refused. */
  readonly handle: (topic: string, message: unknown) => Promise<Result<void, string>> | Result<void, string>;
  readonly log: Log;
}

/** Messages that are unpacked, on other threads, while an earlier one is handled. */
const UNPACKED_AHEAD = 4;
/** Topics whose first refusal is logged; beyond, they are only counted. */
const TOPICS_LOGGED_MAX = 256;

export function createInbox({ bytesMax, waitingMax, handle, log }: InboxOptions): Inbox {
  const logged = new Set<string>();
  let refused = 0;
  const queue: { readonly topic: string; readonly payload: Uint8Array; unpacked?: ReturnType<typeof decodePayload> }[] = [];
  let reading: Promise<void> | undefined;

  const refuse = (topic: string, why: string): void => {
    refused += 1;
    if (logged.has(topic) || logged.size >= TOPICS_LOGGED_MAX) return;
    logged.add(topic);
    log.warn(
      { code: 'E-NET-MESSAGE', topic: topic.slice(0, 200), why: why.slice(0, 400) },
      'a message was refused; more on this topic are only counted',
    );
  };

  const readAll = async (): Promise<void> => {
    for (let [next] = queue; next !== undefined; [next] = queue) {
      for (const soon of queue.slice(0, UNPACKED_AHEAD)) soon.unpacked ??= decodePayload(soon.payload, bytesMax);
      const decoded = await (next.unpacked ?? decodePayload(next.payload, bytesMax));
      const outcome = decoded.ok ? await handle(next.topic, decoded.value) : err(`${decoded.error.reason}: ${decoded.error.detail}`);
      if (!outcome.ok) refuse(next.topic, outcome.error);
      queue.shift();
    }
    reading = undefined;
  };

  return {
    push: (topic, payload) => {
      if (queue.length >= waitingMax) {
        refuse(topic, `${queue.length} messages are waiting already`);
        return;
      }
      queue.push({ topic, payload });
      // What `handle` throws is a defect or a failing store: it stays unhandled and ends the process, and nothing after it is read.
      reading ??= readAll();
    },
    refused: () => refused,
    idle: async () => {
      await reading;
    },
  };
}

/** Parses a message by its schema; the error names what is wrong and where, never the values. */
export function parseMessage<Schema extends z.ZodType>(schema: Schema, message: unknown): Result<z.output<Schema>, string> {
  return parsed(schema.safeParse(message));
}

/** The same, of a message to which a program of a newer build may have added fields. */
export function parseMustIgnore<Schema extends z.ZodType>(schema: Schema, message: unknown): Result<z.output<Schema>, string> {
  return parsed(readMustIgnore(schema, message));
}

function parsed<Value>(parsed: z.ZodSafeParseResult<Value>): Result<Value, string> {
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'the message' : issue.path.map(String).join('.');
  return err(`${where}: ${issue?.message ?? 'malformed'}`);
}
