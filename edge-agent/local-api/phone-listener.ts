import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Log } from '../runtime/log.ts';
import { createDoor } from './door.ts';
import { registerEndpoints } from './endpoints.ts';
import { createGuardedServer } from './guarded-server.ts';
import type { LiveHub } from './live-hub.ts';
import { serveLive } from './live-route.ts';
import { servePages } from './pages.ts';
import { portFault } from './port-fault.ts';
import { type UsherSource, usherHandlers } from './usher-handlers.ts';

/**
 * The usher's page for phones and tablets in the house's network: over TLS alone (a browser gives no camera to a page that came without), and nothing but that
 * page, its assets, its rows and its topic.
 */
export interface PhoneListener {
  /**
   * @returns the address to open on a phone
   * @throws FaultError `E-API-CERT` the certificate or its key is no good, `E-API-PORT` the port is taken or may not be listened on
   */
  start(): Promise<string>;
  stop(): Promise<void>;
}

export interface PhoneListenerPlan {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** PEM, the chain included. */
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Under which phones know this machine; the first is in the address that is told to people. */
  readonly names: readonly string[];
}

export interface PhoneListenerParts {
  readonly usher: UsherSource;
  readonly hub: LiveHub;
  readonly uiFolder: string;
  readonly log: Log;
}

export function createPhoneListener(plan: PhoneListenerPlan, { usher, hub, uiFolder, log }: PhoneListenerParts): PhoneListener {
  let server: FastifyInstance | undefined;
  let port = plan.port;
  const names = [...plan.names, ...(isEveryAddress(plan.host) ? [] : [plan.host])].map(nameInUrl);
  // A browser leaves the port of the scheme out.
  const hosts = (): readonly string[] => names.flatMap((name) => [`${name}:${port}`, ...(port === 443 ? [name] : [])]);
  return {
    start: async () => {
      const tls = readTls(plan);
      const door = createDoor({ scheme: 'https', hosts });
      server = await createGuardedServer({ door, log, tls, requestsPerMinute: LIMITS.http.phoneRequestsPerMinute });
      server.server.maxConnections = LIMITS.http.phoneConnectionsMax;
      registerEndpoints(server, usherHandlers(usher), { isSecure: true, perMinute: { signIn: LIMITS.http.signInsPerMinute } });
      serveLive(server, hub, ['usher']);
      await servePages(server, uiFolder, USHER_PAGE);
      try {
        await server.listen({ host: plan.host, port: plan.port });
      } catch (cause) {
        throw portFault(plan, 'usherScreens.port', cause);
      }
      const address = server.server.address();
      if (address !== null && typeof address === 'object') port = address.port;
      return `https://${names[0]}${port === 443 ? '' : `:${port}`}/usher`;
    },
    stop: async () => {
      await server?.close();
    },
  };
}

const USHER_PAGE = /^\/usher$/;

const isEveryAddress = (host: string): boolean => host === '0.0.0.0' || host === '::';
const nameInUrl = (name: string): string => (name.includes(':') ? `[${name}]` : name.toLowerCase());

/** Tried before anything listens: a key that belongs to another certificate would only be noticed by the first phone. */
function readTls({ certificateFile, keyFile }: PhoneListenerPlan): { certificate: string; key: string } {
  try {
    const certificate = readFileSync(certificateFile, 'utf8');
    const key = readFileSync(keyFile, 'utf8');
    createSecureContext({ cert: certificate, key });
    return { certificate, key };
  } catch (cause) {
    throw new FaultError(
      {
        code: 'E-API-CERT',
        owner: 'configuration',
        message: `The usher's page cannot be served over TLS with ${certificateFile} and ${keyFile}: ${cause instanceof Error ? cause.message : String(cause)}.`,
        remedy: 'Both are PEM files, readable by the agent, and the key belongs to the certificate.',
      },
      { cause },
    );
  }
}
