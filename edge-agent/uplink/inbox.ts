import type { z } from 'zod';
import { err, ok, type Result } from '#core/base/result.ts';
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

/** Topics whose first refusal is logged; beyond, they are only counted. */
const TOPICS_LOGGED_MAX = 256;

export function createInbox({ bytesMax, waitingMax, handle, log }: InboxOptions): Inbox {
  const logged = new Set<string>();
  let refused = 0;
  let waiting = 0;
  let tail: Promise<void> = Promise.resolve();

  const refuse = (topic: string, why: string): void => {
    refused += 1;
    if (logged.has(topic) || logged.size >= TOPICS_LOGGED_MAX) return;
    logged.add(topic);
    log.warn(
      { code: 'E-NET-MESSAGE', topic: topic.slice(0, 200), why: why.slice(0, 400) },
      'a message was refused; more on this topic are only counted',
    );
  };

  const read = async (topic: string, payload: Uint8Array): Promise<void> => {
    const decoded = await decodePayload(payload, bytesMax);
    const outcome = decoded.ok ? await handle(topic, decoded.value) : err(`${decoded.error.reason}: ${decoded.error.detail}`);
    if (!outcome.ok) refuse(topic, outcome.error);
  };

  return {
    push: (topic, payload) => {
      if (waiting >= waitingMax) {
        refuse(topic, `${waiting} messages are waiting already`);
        return;
      }
      waiting += 1;
      // What `handle` throws is a defect or a failing store: it stays unhandled and ends the process, and nothing after it is read.
      tail = tail
        .then(() => read(topic, payload))
        .then(() => {
          waiting -= 1;
        });
    },
    refused: () => refused,
    idle: () => tail,
  };
}

/** Parses a message by its schema; the error names what is wrong and where, never the values. */
export function parseMessage<Schema extends z.ZodType>(schema: Schema, message: unknown): Result<z.output<Schema>, string> {
  const parsed = schema.safeParse(message);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'the message' : issue.path.map(String).join('.');
  return err(`${where}: ${issue?.message ?? 'malformed'}`);
}
