import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { InvariantError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { EndpointShape } from '#core/contract/endpoint.ts';
import { localApi } from '#core/contract/local/api.ts';
import { badRequest } from './problems.ts';
import { endedSessionCookie, type SessionCookie, STAFF_COOKIE, sessionCookie, sessionToken, USHER_COOKIE } from './session-cookie.ts';

export type LocalApi = typeof localApi;
export type EndpointName = keyof LocalApi;

type Part<Shape extends EndpointShape, Name extends 'params' | 'query' | 'body'> = Shape extends {
  readonly [Key in Name]: infer Schema extends z.ZodType;
}
  ? { readonly [Key in Name]: z.output<Schema> }
  : unknown;
type Refusal<Shape extends EndpointShape> = Shape['answers'] extends { readonly 409: infer Schema extends z.ZodType }
  ? { readonly status: 409; readonly body: z.input<Schema> }
  : never;

export type EndpointInput<Name extends EndpointName> = Part<LocalApi[Name], 'params'> & Part<LocalApi[Name], 'query'> & Part<LocalApi[Name], 'body'>;
export type EndpointAnswer<Name extends EndpointName> =
  | { readonly status: 200; readonly body: z.input<LocalApi[Name]['answers'][200]> }
  | Refusal<LocalApi[Name]>;

/** Who asks, as far as a cookie tells. */
export interface Visit {
  /** Of the session that the browser brought; whether it is still one is for the staff to say. */
  readonly token: string | undefined;
  /** Gives the browser a session, or takes it away. */
  keep(token: string | undefined): void;
}

/** One function for each row of the table. Everything else a request can end in is thrown as a `ProblemError`. */
export type EndpointHandlers = { readonly [Name in EndpointName]?: (input: EndpointInput<Name>, visit: Visit) => Promise<EndpointAnswer<Name>> };

export interface EndpointOptions {
  /** The cookie may only travel over TLS. */
  readonly isSecure: boolean;
  /** Requests a minute and address, of the rows that somebody could guess at. */
  readonly perMinute: Readonly<Partial<Record<EndpointName, number>>>;
}

/** What the rows of `localApi` become on the server: input parsed by the row's schemas before the handler sees it, output before a page does. */
export function registerEndpoints(server: FastifyInstance, handlers: EndpointHandlers, { isSecure, perMinute }: EndpointOptions): void {
  for (const name of Object.keys(localApi) as EndpointName[]) {
    const shape: EndpointShape = localApi[name];
    // The mapped type ties each handler to its row; inside this loop the two are known to belong together only by their common name.
    const handle = handlers[name] as ((input: unknown, visit: Visit) => Promise<{ status: 200 | 409; body: unknown }>) | undefined;
    if (handle === undefined) continue;
    const max = perMinute[name];
    server.route({
      method: shape.method,
      url: shape.path,
      ...(max === undefined ? {} : { config: { rateLimit: { max, timeWindow: 60_000 } } }),
      handler: async (request, reply) => {
        const { status, body } = await handle(parseInput(shape, request), visitOf(request, reply, isSecure, cookieOf(shape)));
        const schema = shape.answers[status];
        if (schema === undefined) throw new InvariantError(`${name} has no answer ${status}`);
        const checked = schema.safeParse(body);
        if (!checked.success) throw new InvariantError(`${name} answered against its contract: ${z.prettifyError(checked.error)}`);
        return reply.status(status).send(checked.data);
      },
    });
  }
}

const cookieOf = ({ path }: EndpointShape): SessionCookie =>
  path === STAFF_COOKIE.path || path.startsWith(`${STAFF_COOKIE.path}/`) ? STAFF_COOKIE : USHER_COOKIE;

function visitOf(request: FastifyRequest, reply: FastifyReply, isSecure: boolean, kind: SessionCookie): Visit {
  return {
    token: sessionToken(request.headers.cookie, kind),
    keep: (token) => {
      const cookie =
        token === undefined ? endedSessionCookie(isSecure, kind) : sessionCookie(token, LIMITS.staff.sessionLife / 1_000, isSecure, kind);
      reply.header('set-cookie', cookie);
    },
  };
}

const NOTHING = z.strictObject({});

function parseInput(shape: EndpointShape, request: FastifyRequest): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  if (shape.params !== undefined) input.params = parsePart('params', shape.params, request.params);
  input.query = parsePart('query', shape.query ?? NOTHING, request.query);
  if (shape.method === 'POST') input.body = parsePart('body', shape.body ?? NOTHING, request.body ?? {});
  return input;
}

function parsePart(where: 'params' | 'query' | 'body', schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw badRequest(where, parsed.error);
  return parsed.data;
}
