import type { z } from 'zod';
import type { Problem } from '#core/contract/problem.ts';
import { type CallName, type LocalApi, ROUTES } from './routes.ts';

type Shape<Name extends CallName> = LocalApi[Name];
type Params<Name extends CallName> =
  Shape<Name> extends { readonly params: infer Type extends z.ZodType } ? { readonly params: z.input<Type> } : unknown;
type Body<Name extends CallName> = Shape<Name> extends { readonly body: infer Type extends z.ZodType } ? { readonly body: z.input<Type> } : unknown;

/** `{ params, body }`, each only where the contract has it. */
export type CallInput<Name extends CallName> = Params<Name> & Body<Name>;
export type CallValue<Name extends CallName> = z.output<Shape<Name>['answers'][200]>;
export type CallRefusal<Name extends CallName> = Shape<Name>['answers'] extends { readonly 409: infer Type extends z.ZodType }
  ? z.output<Type>
  : never;

/**
 * The end of a call. `done` and `refused` carry the contract's own bodies; `problem` is every other answer of the agent (400, 404, 429, 5xx), and
 * `unreachable` means that no answer came: whether the command was carried out is not known, and the next session from the agent tells.
 */
export type CallAnswer<Name extends CallName> =
  | { readonly kind: 'done'; readonly value: CallValue<Name> }
  | { readonly kind: 'refused'; readonly refusal: CallRefusal<Name> }
  | { readonly kind: 'problem'; readonly status: number; readonly problem: Problem }
  | { readonly kind: 'unreachable' };

/** Asks the agent. Never rejects. */
export type Call = <Name extends CallName>(
  name: Name,
  ...input: keyof CallInput<Name> extends never ? [] : [CallInput<Name>]
) => Promise<CallAnswer<Name>>;

/** The box office has 5 s to answer the agent (`LIMITS.http`), the agent a little longer to answer the screen. */
const ANSWER_TIMEOUT_MS = 8_000;

interface LooseInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** `/api/shows/:showId/seats` with its parameters filled in. */
export function pathOf(template: string, params: Readonly<Record<string, string>> = {}): string {
  return template.replace(/:([a-zA-Z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

/** The calls over HTTP, same origin. `fetch` is handed in so that tests can stand in for the agent. */
export function createCall(fetch: typeof globalThis.fetch): Call {
  return async <Name extends CallName>(name: Name, ...input: readonly unknown[]): Promise<CallAnswer<Name>> => {
    const [method, template] = ROUTES[name];
    const { params, body } = (input[0] ?? {}) as LooseInput;
    const request: RequestInit = { method, cache: 'no-store', signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) };
    if (method === 'POST') {
      request.headers = { 'content-type': 'application/json' };
      request.body = JSON.stringify(body ?? {});
    }
    try {
      const response = await fetch(pathOf(template, params), request);
      const answer: unknown = await response.json();
      if (response.status === 200) return { kind: 'done', value: answer as CallValue<Name> };
      if (response.status === 409) return { kind: 'refused', refusal: answer as CallRefusal<Name> };
      return { kind: 'problem', status: response.status, problem: answer as Problem };
    } catch {
      // A broken connection, a timeout and an answer that is no JSON are one thing to a guest: there was no answer.
      return { kind: 'unreachable' };
    }
  };
}
