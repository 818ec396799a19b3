import type { FastifyInstance } from 'fastify';
import { LIMITS } from '#core/base/limits.ts';
import type { GateView, LiveMessage, LiveTopic } from '#core/contract/local/live.ts';
import type { Clock, Timers } from '#core/ports/clock.ts';
import type { Log } from '../runtime/log.ts';
import { createDoor, type Door, loopbackHosts } from './door.ts';
import { registerEndpoints } from './endpoints.ts';
import { createGuardedServer } from './guarded-server.ts';
import { createHandlers, type LocalApiSources } from './handlers.ts';
import { createLiveHub, type GatheredTopic, type LiveHub } from './live-hub.ts';
import { serveLive } from './live-route.ts';
import { createMetrics, type Metric } from './metrics.ts';
import { servePages } from './pages.ts';
import { createPhoneListener, type PhoneListenerPlan } from './phone-listener.ts';
import { type PictureSources, servePictures } from './pictures.ts';
import { portFault } from './port-fault.ts';

/**
 * The agent's own web server: the screens, their table, and what is pushed to them. Nothing but this machine may speak to it. Beside it may stand a second one
 * for the ushers' phones, which has the usher's page and nothing else.
 */
export interface LocalApi {
  /** @throws FaultError `E-API-PORT` the port is taken or may not be listened on */
  start(): Promise<{ readonly url: string; readonly port: number; readonly phonesUrl?: string }>;
  stop(): Promise<void>;
  publish(message: LiveMessage): void;
  /** The technician's page or the bench has changed; see `LiveHub.changed`. */
  changed(topic: GatheredTopic): void;
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
  /** Where phones in the house's network reach the usher's page; absent when they may not. */
  readonly phones?: PhoneListenerPlan;
  /** Names this start of the program to the screens. */
  readonly boot: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

export function createLocalApi(parts: LocalApiParts): LocalApi {
  let port = parts.port;
  const hub = createLiveHub({ ...parts, stateOf: (topic, token) => stateOf(parts, topic, token) });
  const door = createDoor({ scheme: 'http', hosts: () => loopbackHosts(port) });
  const phones =
    parts.phones === undefined || parts.usher === undefined
      ? undefined
      : createPhoneListener(parts.phones, { usher: parts.usher, hub, uiFolder: parts.uiFolder, log: parts.log });
  let server: FastifyInstance | undefined;

  return {
    start: async () => {
      // First, because it has more to go wrong; whoever calls stops what was started.
      const phonesUrl = await phones?.start();
      server = await buildServer(parts, door, hub);
      try {
        await server.listen({ host: parts.host, port: parts.port });
      } catch (cause) {
        throw portFault(parts, 'screens.port', cause);
      }
      const address = server.server.address();
      if (address !== null && typeof address === 'object') port = address.port;
      const name = parts.host === '::1' ? '[::1]' : parts.host;
      return { url: `http://${name}:${port}`, port, ...(phonesUrl === undefined ? {} : { phonesUrl }) };
    },
    stop: async () => {
      hub.stop();
      await phones?.stop();
      await server?.close();
    },
    publish: (message) => hub.publish(message),
    changed: (topic) => hub.changed(topic),
  };
}

async function buildServer(parts: LocalApiParts, door: Door, hub: LiveHub): Promise<FastifyInstance> {
  const server = await createGuardedServer({ door, log: parts.log });
  registerEndpoints(server, createHandlers(parts), {
    isSecure: false,
    perMinute: {
      lookUp: LIMITS.http.lookupsPerMinute,
      findStaffOrder: LIMITS.http.lookupsPerMinute,
      signIn: LIMITS.http.signInsPerMinute,
      staffSignIn: LIMITS.http.signInsPerMinute,
    },
  });
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

function stateOf(
  { kiosk, lobby, gates, technician, bench, usher }: LocalApiParts,
  topic: LiveTopic,
  token: string | undefined,
): readonly LiveMessage[] {
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
    case 'usher':
      return usher === undefined ? [] : [{ kind: 'usher', state: usher.state(token) }];
    case 'bench':
      return bench === undefined ? [] : [{ kind: 'bench', state: bench.state() }];
  }
}
