import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { InvariantError } from '#core/base/fault.ts';
import type { EndpointShape } from '#core/contract/endpoint.ts';
import { localApi } from '#core/contract/local/api.ts';
import { badRequest } from './problems.ts';

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

/** One function for each row of the table. Everything else a request can end in is thrown as a `ProblemError`. */
export type EndpointHandlers = { readonly [Name in EndpointName]?: (input: EndpointInput<Name>) => Promise<EndpointAnswer<Name>> };

/** What the rows of `localApi` become on the server: input parsed by the row's schemas before the handler sees it, output before a page does. */
export function registerEndpoints(server: FastifyInstance, handlers: EndpointHandlers, options: { readonly lookupsPerMinute: number }): void {
  for (const name of Object.keys(localApi) as EndpointName[]) {
    const shape: EndpointShape = localApi[name];
    // The mapped type ties each handler to its row; inside this loop the two are known to belong together only by their common name.
    const handle = handlers[name] as ((input: unknown) => Promise<{ status: 200 | 409; body: unknown }>) | undefined;
    if (handle === undefined) continue;
    server.route({
      method: shape.method,
      url: shape.path,
      ...(name === 'lookUp' ? { config: { rateLimit: { max: options.lookupsPerMinute, timeWindow: 60_000 } } } : {}),
      handler: async (request, reply) => {
        const { status, body } = await handle(parseInput(shape, request));
        const schema = shape.answers[status];
        if (schema === undefined) throw new InvariantError(`${name} has no answer ${status}`);
        const checked = schema.safeParse(body);
        if (!checked.success) throw new InvariantError(`${name} answered against its contract: ${z.prettifyError(checked.error)}`);
        return reply.status(status).send(checked.data);
      },
    });
  }
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
