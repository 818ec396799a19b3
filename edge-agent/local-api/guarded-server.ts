import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import rateLimit from '@fastify/rate-limit';
import websocket from '@fastify/websocket';
import fastify, { type FastifyInstance } from 'fastify';
import { LIMITS } from '#core/base/limits.ts';
import type { Log } from '../runtime/log.ts';
import { StoreUnknownError } from '../store/transactor.ts';
import type { Door } from './door.ts';
import { ProblemError, problemOf } from './problems.ts';

/** A web server with what every listener of ours has: a door, one form of answer for everything that goes wrong, and limits. It has no rows yet. */
export interface ServerPlan {
  readonly door: Door;
  readonly log: Log;
  /** Certificate and key in PEM; without them the server speaks HTTP, which is for this machine alone. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Of any kind, a minute and address; without it only single rows are limited. */
  readonly requestsPerMinute?: number;
}

export async function createGuardedServer({ door, log, tls, requestsPerMinute }: ServerPlan): Promise<FastifyInstance> {
  const server = fastify({
    bodyLimit: LIMITS.http.bodyBytesMax,
    requestTimeout: LIMITS.http.requestTimeout,
    // Nothing stands before us that we would believe: an address in a header means nothing.
    trustProxy: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 128 },
    serverFactory: (handler) => {
      const options = { requestTimeout: LIMITS.http.requestTimeout };
      return tls === undefined
        ? createHttpServer(options, handler)
        : createHttpsServer(
            { ...options, cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2', handshakeTimeout: LIMITS.http.handshakeTimeout },
            handler,
          );
    },
  });
  server.removeContentTypeParser('text/plain');
  server.addHook('onRequest', async (request, reply) => {
    door.protect(request, reply);
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
    if (status === 500) log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'a request to the local API failed');
    // Nobody knows what is on the disk: this is not a request's trouble but the process's, which must not go on.
    if (error instanceof StoreUnknownError) {
      queueMicrotask(() => {
        throw error;
      });
    }
    return reply.status(status).type('application/json').send(problem);
  });
  await server.register(rateLimit, {
    global: requestsPerMinute !== undefined,
    ...(requestsPerMinute === undefined ? {} : { max: requestsPerMinute, timeWindow: 60_000 }),
    errorResponseBuilder: () => new ProblemError(429, { code: 'too-many-requests', message: 'Too many codes were tried; wait a minute.' }),
  });
  await server.register(websocket, {
    options: { maxPayload: 1_024, perMessageDeflate: false },
    errorHandler: (error, socket, request) => {
      // What ends a line from outside has a code of the system or of ws; what has none is a defect of ours, which nobody would see otherwise: screens only come back.
      if (!('code' in error)) log.error({ err: error, route: request.routeOptions.url }, 'a live line failed');
      socket.terminate();
    },
  });
  return server;
}
