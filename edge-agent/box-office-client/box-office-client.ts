import type { z } from 'zod';
import type { Fault } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Duration } from '#core/base/time.ts';
import { boxOfficeApi } from '#core/contract/box-office/api.ts';
import type { EndpointShape } from '#core/contract/endpoint.ts';
import { readMustIgnore } from '#core/contract/must-ignore.ts';
import { Problem } from '#core/contract/problem.ts';
import type { Timers } from '#core/ports/clock.ts';

/**
 * The box office's table as typed calls. Every answer is parsed by the schema of its row, so what comes out can be trusted; fields that a newer box office has
 * added are left out. Nothing is repeated in here: a caller that repeats a call uses the same key, and the box office repeats its answer.
 */

/**
 * - `refused`: the expected refusal of the operation, from its own closed union; nothing was changed.
 * - `unreachable`: no answer, or not in time. **Whether the box office acted is unknown.** `E-BOX-UNREACHABLE`, `E-BOX-TIMEOUT`, `E-BOX-UNAVAILABLE`.
 * - `unauthorised`: the token is unknown, or may not do this. `E-BOX-TOKEN`.
 * - `bad-answer`: it answered what the contract does not allow, or refused the question as malformed; two programs disagree. `E-BOX-ANSWER`, `E-BOX-QUESTION`,
 *   `E-BOX-MISSING` (there is no such show, order or attempt), `E-BOX-BUSY` (too many questions; ask later).
 */
export type CallFailure<Refusal> =
  | ([Refusal] extends [never] ? never : { readonly kind: 'refused'; readonly refusal: Refusal })
  | { readonly kind: 'unreachable' | 'unauthorised' | 'bad-answer'; readonly fault: Fault };

type Part<Shape extends EndpointShape, Name extends 'params' | 'query' | 'body'> = Shape extends {
  readonly [Key in Name]: infer Schema extends z.ZodType;
}
  ? { readonly [Key in Name]: z.input<Schema> }
  : unknown;
type Input<Shape extends EndpointShape> = Part<Shape, 'params'> & Part<Shape, 'query'> & Part<Shape, 'body'>;
type Answer<Shape extends EndpointShape> = z.output<Shape['answers'][200]>;
type Refusal<Shape extends EndpointShape> = Shape['answers'] extends { readonly 409: infer Schema extends z.ZodType } ? z.output<Schema> : never;
type Outcome<Shape extends EndpointShape> = Promise<Result<Answer<Shape>, CallFailure<Refusal<Shape>>>>;
type Method<Shape extends EndpointShape> = unknown extends Input<Shape> ? () => Outcome<Shape> : (input: Input<Shape>) => Outcome<Shape>;

/** One method for each row of `boxOfficeApi`, called with the parts that the row has: `holdSeats({ body })`, `readOrder({ params: { orderId } })`. */
export type BoxOfficeClient = { readonly [Name in keyof typeof boxOfficeApi]: Method<(typeof boxOfficeApi)[Name]> };

export interface BoxOfficeClientOptions {
  /** Where the box office is: `http://127.0.0.1:7080`, with or without a path below which the table stands. */
  readonly url: string;
  /** This machine's bearer token. */
  readonly token: string;
  /** After this a call is `unreachable`. */
  readonly timeout: Duration;
  readonly timers: Timers;
}

/** @throws never: every outcome is a value. */
export function createBoxOfficeClient(options: BoxOfficeClientOptions): BoxOfficeClient {
  // Entry by entry the compiler cannot follow the mapped type; each answer is parsed by the schema that its type is made from, which is the proof.
  const methods: (readonly unknown[])[] = Object.entries(boxOfficeApi).map(([name, shape]) => [
    name,
    (parts: Parts = {}) => call(options, shape, parts),
  ]);
  return Object.fromEntries(methods);
}

interface Parts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

type AnyOutcome = Result<unknown, CallFailure<unknown>>;

async function call(options: BoxOfficeClientOptions, shape: EndpointShape, parts: Parts): Promise<AnyOutcome> {
  const place = `${shape.method} ${shape.path}`;
  const response = await send(options, shape, parts, place);
  if (!response.ok) return response;
  const { status, text } = response.value;
  const refusal = shape.answers[409];
  if (status === 200) return parsed(text, shape.answers[200], place, (value) => ok(value));
  if (status === 409 && refusal !== undefined) return parsed(text, refusal, place, (value) => err({ kind: 'refused', refusal: value }));
  return err(failureOf(status, text, place));
}

async function send(
  options: BoxOfficeClientOptions,
  shape: EndpointShape,
  parts: Parts,
  place: string,
): Promise<Result<{ status: number; text: string }, CallFailure<unknown>>> {
  const abort = new AbortController();
  const deadline = options.timers.after(options.timeout, () => abort.abort());
  try {
    const response = await fetch(addressOf(options.url, shape.path, parts), {
      method: shape.method,
      headers: { authorization: `Bearer ${options.token}`, ...(parts.body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: parts.body === undefined ? null : JSON.stringify(parts.body),
      redirect: 'error',
      signal: abort.signal,
    });
    // The deadline covers the body as well: an answer that begins and never ends is no answer.
    return ok({ status: response.status, text: await response.text() });
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause);
    return err({
      kind: 'unreachable',
      fault: abort.signal.aborted
        ? { code: 'E-BOX-TIMEOUT', owner: 'network', message: `The box office did not answer ${place} within ${options.timeout} ms.` }
        : {
            code: 'E-BOX-UNREACHABLE',
            owner: 'network',
            message: `The box office could not be reached for ${place}: ${reason}.`,
            remedy: 'Check that the box office runs and that the network is there.',
          },
    });
  } finally {
    deadline.cancel();
  }
}

function addressOf(base: string, path: string, parts: Parts): string {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(parts.params?.[name] ?? ''));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parts.query ?? {})) if (value !== undefined) query.set(name, String(value));
  return `${base.replace(/\/+$/, '')}${filled}${query.size === 0 ? '' : `?${query}`}`;
}

function parsed(text: string, schema: z.ZodType, place: string, wrap: (value: unknown) => AnyOutcome): AnyOutcome {
  const read = readMustIgnore(schema, jsonOf(text));
  if (read.success) return wrap(read.data);
  const issue = read.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? 'the answer' : issue.path.join('.');
  return err({
    kind: 'bad-answer',
    fault: {
      code: 'E-BOX-ANSWER',
      owner: 'peer',
      message: `The box office answered ${place} against its contract: ${where}: ${issue?.message ?? 'unreadable'}.`,
    },
  });
}

function failureOf(status: number, text: string, place: string): CallFailure<never> {
  const problem = readMustIgnore(Problem, jsonOf(text));
  const said = problem.success ? problem.data.message : `status ${status}`;
  const fault = (code: string, owner: Fault['owner'], remedy?: string): Fault => ({
    code,
    owner,
    message: `The box office refused ${place}: ${said}`,
    ...(remedy === undefined ? {} : { remedy }),
  });
  if (status === 401 || status === 403) {
    return { kind: 'unauthorised', fault: fault('E-BOX-TOKEN', 'configuration', "Check this machine's token file.") };
  }
  // What stands between (a proxy) answers 502 and 504; the box office itself 500 and 503. None of them says whether the call had an effect.
  if (status >= 500) return { kind: 'unreachable', fault: fault('E-BOX-UNAVAILABLE', 'peer') };
  if (status === 404) return { kind: 'bad-answer', fault: fault('E-BOX-MISSING', 'peer') };
  if (status === 429) return { kind: 'bad-answer', fault: fault('E-BOX-BUSY', 'peer') };
  return { kind: 'bad-answer', fault: fault('E-BOX-QUESTION', 'peer') };
}

/** Undefined, which no schema of the table accepts, when the text is not JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
