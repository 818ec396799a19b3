import rateLimit from '@fastify/rate-limit';
import websocket from '@fastify/websocket';
import fastify, { type FastifyInstance } from 'fastify';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { LaneId } from '#core/contract/identifiers.ts';
import { type GateView, type LiveMessage, LiveTopic } from '#core/contract/local/live.ts';
import type { Clock, Timers } from '#core/ports/clock.ts';
import type { Log } from '../runtime/log.ts';
import { createDoor, type Door } from './door.ts';
import { registerEndpoints } from './endpoints.ts';
import { createHandlers, type LocalApiSources } from './handlers.ts';
import { createLiveHub, type LiveHub } from './live-hub.ts';
import { createMetrics, type Metric } from './metrics.ts';
import { servePages } from './pages.ts';
import { type PictureSources, servePictures } from './pictures.ts';
import { badRequest, ProblemError, problemOf } from './problems.ts';

/** The agent's own web server: the screens, their table, and what is pushed to them. Nothing but this machine may speak to it. */
export interface LocalApi {
  /** @throws FaultError `E-API-PORT` the port is taken or may not be listened on */
  start(): Promise<{ readonly url: string; readonly port: number }>;
  stop(): Promise<void>;
  publish(message: LiveMessage): void;
  /** The technician's page or the bench has changed; see `LiveHub.changed`. */
  changed(topic: 'technician' | 'bench'): void;
}

export interface LocalApiParts extends LocalApiSources {
  readonly host: '127.0.0.1' | '::1';
  /** 0 lets the system choose. */
  readonly port: number;
  /** The built screens, `dist/kiosk-ui`. */
  readonly uiFolder: string;
  /** What every gate screen shows now. */
  readonly gates: () => readonly GateView[];
  readonly poster?: PictureSources['poster'];
  readonly metrics: readonly Metric[];
  /** Names this start of the program to the screens. */
  readonly boot: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

export function createLocalApi(parts: LocalApiParts): LocalApi {
  let port = parts.port;
  const hub = createLiveHub({ ...parts, stateOf: (topic) => stateOf(parts, topic) });
  const door = createDoor(() => port);
  let server: FastifyInstance | undefined;

  return {
    start: async () => {
      server = await buildServer(parts, door, hub);
      try {
        await server.listen({ host: parts.host, port: parts.port });
      } catch (cause) {
        throw portFault(parts, cause);
      }
      const address = server.server.address();
      if (address !== null && typeof address === 'object') port = address.port;
      const name = parts.host === '::1' ? '[::1]' : parts.host;
      return { url: `http://${name}:${port}`, port };
    },
    stop: async () => {
      hub.stop();
      await server?.close();
    },
    publish: (message) => hub.publish(message),
    changed: (topic) => hub.changed(topic),
  };
}

async function buildServer(parts: LocalApiParts, door: Door, hub: LiveHub): Promise<FastifyInstance> {
  const server = fastify({
    bodyLimit: LIMITS.http.bodyBytesMax,
    requestTimeout: LIMITS.http.requestTimeout,
    // Loopback only: an address in a header means nothing.
    trustProxy: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 128 },
  });
  server.removeContentTypeParser('text/plain');
  server.addHook('onRequest', async (request, reply) => {
    door.protect(reply);
    door.check(request);
    // Fastify reads a body-less POST without asking for its type.
    if (request.method === 'POST' && !/^application\/json(?:;|$)/.test(request.headers['content-type'] ?? '')) {
      throw new ProblemError(415, { code: 'not-json', message: 'The body must be JSON: send content-type application/json.' });
    }
  });
  // A refused upgrade leaves its socket outside the server's own list, where nothing would ever close it.
  server.addHook('onResponse', async (request) => {
    if (request.headers.upgrade !== undefined) request.raw.socket.destroySoon();
  });
  server.setErrorHandler((error: Error, request, reply) => {
    const { status, problem } = problemOf(error);
    if (status === 500) parts.log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'a request to the local API failed');
    return reply.status(status).type('application/json').send(problem);
  });
  await server.register(rateLimit, {
    global: false,
    errorResponseBuilder: () => new ProblemError(429, { code: 'too-many-requests', message: 'Too many codes were tried; wait a minute.' }),
  });
  await server.register(websocket, { options: { maxPayload: 1_024, perMessageDeflate: false } });
  registerEndpoints(server, createHandlers(parts), { lookupsPerMinute: LIMITS.http.lookupsPerMinute });
  serveLive(server, hub);
  servePictures(server, {
    ...(parts.poster === undefined ? {} : { poster: parts.poster }),
    ...(parts.bench === undefined ? {} : { paper: parts.bench.paperPng }),
  });
  const metrics = createMetrics(parts.metrics);
  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.page()));
  await servePages(server, parts.uiFolder);
  return server;
}

function serveLive(server: FastifyInstance, hub: LiveHub): void {
  server.get<{ Querystring: Record<string, string> }>(
    '/api/live',
    {
      websocket: true,
      preValidation: async (request) => {
        const topic = LiveTopic.safeParse(request.query.topic);
        if (!topic.success) throw badRequest('query', topic.error);
      },
    },
    (socket, request) => {
      const lane = LaneId.safeParse(request.query.lane);
      hub.join(socket, LiveTopic.parse(request.query.topic), lane.success ? lane.data : undefined);
    },
  );
}

function stateOf({ kiosk, lobby, gates, technician, bench }: LocalApiParts, topic: LiveTopic): readonly LiveMessage[] {
  switch (topic) {
    case 'kiosk':
      return [
        ...(kiosk === undefined ? [] : [{ kind: 'session', session: kiosk.session() } as const]),
        { kind: 'flows', flows: [...lobby.state().flows] },
      ];
    case 'gate':
      return gates().map((gate) => ({ kind: 'gate', gate }) as const);
    case 'technician':
      return [{ kind: 'technician', state: technician.state() }];
    case 'bench':
      return bench === undefined ? [] : [{ kind: 'bench', state: bench.state() }];
  }
}

function portFault({ host, port }: LocalApiParts, cause: unknown): FaultError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const why = code === 'EADDRINUSE' ? 'another program listens there' : code === 'EACCES' ? 'this user may not listen there' : code;
  return new FaultError(
    {
      code: 'E-API-PORT',
      owner: 'configuration',
      message: `The screens cannot be served at ${host}:${port}: ${why}.`,
      remedy: 'Stop the other program, or choose another screens.port in the configuration.',
    },
    { cause },
  );
}
