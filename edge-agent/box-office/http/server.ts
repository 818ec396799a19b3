import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { jsonSchemaTransform, validatorCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { assert, FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Result } from '#core/base/result.ts';
import { boxOfficeApi } from '#core/contract/box-office/api.ts';
import { peopleApi } from '#core/contract/box-office/people.ts';
import type { Film } from '#core/contract/box-office/programme.ts';
import { VALIDITY_SHARD_PATH } from '#core/contract/box-office/validity.ts';
import type { EndpointShape } from '#core/contract/endpoint.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { Log } from '../../runtime/log.ts';
import type { HearNotification } from '../payments/hear-notification.ts';
import type { ProviderList } from '../payments/provider-list.ts';
import { registerNotifications } from './notification-rows.ts';
import type { Operations } from './operations.ts';
import { type PeopleRows, registerPeople } from './people-rows.ts';
import { createErrorHandler, sendProblem } from './problems.ts';
import { MACHINE_SCHEME, PERSON_SCHEME, schemaOf } from './row-schema.ts';
import { createTokenCheck } from './tokens.ts';

/** The box office over HTTP: the rows of `boxOfficeApi`, the OpenAPI document made from them, the posters, and whether it is well. */
export interface HttpServer {
  /** @throws FaultError `E-BOX-PORT` */
  listen(host: string, port: number): Promise<{ readonly url: string }>;
  /** Open requests are answered; idle connections are cut. */
  close(): Promise<void>;
}

export interface HttpServerOptions {
  readonly operations: Operations;
  readonly tokens: ReadonlyMap<string, MachineId>;
  readonly films: readonly Film[];
  readonly drawPoster: (film: Film) => string;
  readonly shard: (sha256: string) => Promise<Uint8Array | undefined>;
  readonly providers: ProviderList;
  readonly hearNotification: HearNotification;
  /** Missing where no people are known. */
  readonly people?: PeopleRows;
  readonly log: Log;
}

export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const app = fastify({
    bodyLimit: LIMITS.http.bodyBytesMax,
    requestTimeout: LIMITS.http.requestTimeout,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    routerOptions: { maxParamLength: 128 },
  });
  app.setValidatorCompiler(validatorCompiler);
  // Answers come from typed operations, and the client parses every one of them strictly: to parse them here as well would hold up the lanes of a machine
  // that is box office and gate in one (the programme of a week is 600 kB).
  app.setSerializerCompiler(() => JSON.stringify);
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(createErrorHandler(options.log));
  app.setNotFoundHandler(answerUnknown);
  await app.register(rateLimit, { global: false });
  await app.register(swagger, { openapi: openApiBase(), transform: jsonSchemaTransform });
  registerTable(app, options);
  await registerNotifications(app, options.providers, options.hearNotification);
  if (options.people !== undefined) registerPeople(app, options.people);
  registerShards(app, options);
  registerPosters(app, options);
  app.get('/health', { schema: { hide: true } }, async () => ({ ok: true }));
  app.get('/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await app.ready();
  return {
    listen: async (host, port) => {
      try {
        await app.listen({ host, port });
      } catch (cause) {
        throw portFault(host, port, cause);
      }
      const address = app.server.address();
      assert(address !== null && typeof address === 'object', 'a server that listens has an address');
      return { url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}` };
    },
    close: () => app.close(),
  };
}

/** The table's types are proven by `Operations`; from here on every row is handled alike. */
type AnyOperation = (question: {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly machine: MachineId;
}) => Promise<Result<unknown, unknown>>;

function registerTable(app: FastifyInstance, { operations, tokens }: HttpServerOptions): void {
  const machineOf = createTokenCheck(tokens);
  const machines = new WeakMap<FastifyRequest, MachineId>();
  const authorise = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const machine = machineOf(request.headers.authorization);
    if (machine !== undefined) {
      machines.set(request, machine);
      return;
    }
    reply.header('www-authenticate', 'Bearer');
    await sendProblem(reply, 401, { code: 'unauthorised', message: 'The token of this machine is missing or unknown.' });
  };
  for (const [name, shape] of Object.entries(boxOfficeApi)) {
    const operation = operations[name as keyof Operations] as AnyOperation;
    app.route({
      method: shape.method,
      url: shape.path,
      schema: schemaOf(name, shape, MACHINE_SCHEME),
      onRequest: authorise,
      ...(TRIED_OUT.has(name) ? { config: { rateLimit: lookupLimit(machines) } } : {}),
      handler: async (request, reply) => {
        const machine = machines.get(request);
        assert(machine !== undefined, 'a request is authorised before it is handled');
        const { params, query, body } = request;
        const outcome = await operation({ params, query, body, machine });
        return outcome.ok ? reply.code(200).send(outcome.value) : reply.code(409).send(outcome.error);
      },
    });
  }
}

/** Where codes could be tried out. */
const TRIED_OUT: ReadonlySet<string> = new Set<keyof typeof boxOfficeApi>(['lookUp', 'findOrder']);

function lookupLimit(machines: WeakMap<FastifyRequest, MachineId>) {
  return {
    max: LIMITS.http.lookupsPerMinute,
    timeWindow: '1 minute',
    hook: 'preHandler' as const,
    keyGenerator: (request: FastifyRequest) => machines.get(request) ?? request.ip,
  };
}

function openApiBase() {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Foyer box office',
      version: '1.0.0',
      description: 'What a kiosk and a gate ask of the authority over seats, orders, money and tickets. A cinema’s own system may take its place.',
    },
    components: {
      securitySchemes: {
        [MACHINE_SCHEME]: { type: 'http' as const, scheme: 'bearer', description: 'One token for each machine.' },
        [PERSON_SCHEME]: { type: 'http' as const, scheme: 'bearer', description: 'One token for each person, of `foyer staff token`.' },
      },
    },
  };
}

/** Binary, and the same for ever under its name; whole, because a shard is small enough to be fetched again. */
function registerShards(app: FastifyInstance, { tokens, shard }: HttpServerOptions): void {
  const machineOf = createTokenCheck(tokens);
  app.route({
    method: 'GET',
    url: VALIDITY_SHARD_PATH,
    schema: {
      operationId: 'readValidityShard',
      summary: 'Rows of the validity data, in their binary form (application/octet-stream)',
      security: [{ [MACHINE_SCHEME]: [] }],
      params: ShardName,
    },
    handler: async (request, reply) => {
      if (machineOf(request.headers.authorization) === undefined) {
        reply.header('www-authenticate', 'Bearer');
        return sendProblem(reply, 401, { code: 'unauthorised', message: 'The token of this machine is missing or unknown.' });
      }
      const { sha256 } = ShardName.parse(request.params);
      const bytes = await shard(sha256);
      if (bytes === undefined) return sendProblem(reply, 404, { code: 'not-found', message: 'No manifest of these days names such a shard.' });
      return reply
        .type('application/octet-stream')
        .header('cache-control', 'private, max-age=31536000, immutable')
        .header('etag', `"${sha256}"`)
        .send(bytes);
    },
  });
}

const ShardName = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });

function registerPosters(app: FastifyInstance, { films, drawPoster }: HttpServerOptions): void {
  for (const film of films) {
    let drawn: string | undefined;
    app.get(film.poster, { schema: { hide: true } }, async (_, reply) => {
      drawn ??= drawPoster(film);
      return reply
        .type('image/svg+xml; charset=utf-8')
        .header('cache-control', 'public, max-age=3600')
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
        .header('x-content-type-options', 'nosniff')
        .serializer(String)
        .send(drawn);
    });
  }
}

function answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?', 1)[0] ?? '';
  const methods = Object.values<EndpointShape>({ ...boxOfficeApi, ...peopleApi })
    .filter((shape) => new RegExp(`^${shape.path.replace(/:\w+/g, '[^/]+')}$`).test(path))
    .map((shape) => shape.method);
  if (methods.length === 0) return sendProblem(reply, 404, { code: 'not-found', message: 'There is nothing at this address.' });
  reply.header('allow', [...new Set(methods)].join(', '));
  return sendProblem(reply, 405, { code: 'method-not-allowed', message: `This address takes ${methods.join(' and ')} only.` });
}

function portFault(host: string, port: number, cause: unknown): FaultError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = code === 'EADDRINUSE' ? 'another program uses it' : code === 'EACCES' ? 'this user may not use it' : code;
  return new FaultError(
    {
      code: 'E-BOX-PORT',
      owner: 'configuration',
      message: `The box office cannot listen on ${host}:${port}: ${reason}.`,
      remedy: 'Stop the other program, or set boxOffice.port in the configuration.',
    },
    { cause },
  );
}
