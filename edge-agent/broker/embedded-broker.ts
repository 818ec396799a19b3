import { createServer, type Server, type Socket } from 'node:net';
import { Duplex, Transform } from 'node:stream';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import { assert, FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { SiteId } from '#core/contract/identifiers.ts';
import type { Log } from '../runtime/log.ts';
import { type BrokerCredentials, type Identity, identify, mayPublish, maySubscribe } from './access.ts';
import { createPacketGuard } from './packet-guard.ts';

/**
 * The broker of a lobby that has none: MQTT 3.1.1 on the loopback, with the rights of a real one, and memory only. It may be stopped and started at any time
 * and forgets everything each time; nothing on either side of it relies on its memory.
 */
export interface EmbeddedBroker {
  /** Listens; resolves with the port. @throws FaultError `E-NET-PORT` */
  start(): Promise<number>;
  /** Cuts every connection, as a broker that dies does, and frees the port. */
  stop(): Promise<void>;
  /** @throws InvariantError before the first start */
  url(): string;
  isRunning(): boolean;
}

export interface EmbeddedBrokerOptions {
  /** 0 takes any free port at the first start, and the same one at each later start. */
  readonly port: number;
  readonly site: SiteId;
  readonly credentials: BrokerCredentials;
  readonly log: Log;
}

const HOST = '127.0.0.1';
/** CONNACK return codes of MQTT 3.1.1, 3.2.2.3. */
const BAD_USERNAME_OR_PASSWORD = 4;

interface Running {
  readonly aedes: Aedes;
  readonly server: Server;
}

export function createEmbeddedBroker(options: EmbeddedBrokerOptions): EmbeddedBroker {
  let running: Running | undefined;
  let port = options.port;

  return {
    isRunning: () => running !== undefined,
    url: () => {
      assert(port !== 0, 'a broker has an address once it was started');
      return `mqtt://${HOST}:${port}`;
    },
    start: async () => {
      if (running !== undefined) return port;
      const aedes = await createAedes(options);
      const server = createServer((socket) => serve(aedes, socket, options.log));
      server.maxConnections = LIMITS.broker.connectionsMax;
      try {
        port = await listen(server, port);
      } catch (cause) {
        aedes.close();
        throw portFault(port, cause);
      }
      running = { aedes, server };
      return port;
    },
    stop: async () => {
      if (running === undefined) return;
      const { aedes, server } = running;
      running = undefined;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => aedes.close(resolve));
      await closed;
    },
  };
}

async function createAedes({ credentials, site, log }: EmbeddedBrokerOptions): Promise<Aedes> {
  const identities = new WeakMap<Client, Identity>();
  const aedes = await Aedes.createBroker({
    connectTimeout: LIMITS.broker.connectTimeout,
    // Levels of our own longest topic are seven.
    maxTopicLevels: 8,
    queueLimit: LIMITS.broker.packetsBeforeConnectMax,
    authenticate: (client, username, password, done) => {
      const identity = identify(credentials, client.id, username, password);
      if (identity === undefined) {
        log.warn({ code: 'E-NET-DENIED', client: client.id.slice(0, 64) }, 'a client with a wrong name or password was refused by the broker');
        done(refusal(), false);
        return;
      }
      identities.set(client, identity);
      done(null, true);
    },
    authorizePublish: (client, packet, done) => {
      const identity = client === null ? undefined : identities.get(client);
      const isAllowed = identity !== undefined && mayPublish(identity, packet.topic);
      // MQTT 3.1.1 has no word for this; the connection ends, so that it is seen.
      done(isAllowed ? null : new Error(`no right to publish to ${packet.topic.slice(0, 200)}`));
    },
    authorizeSubscribe: (client, subscription, done) => {
      const identity = identities.get(client);
      const isAllowed = identity !== undefined && maySubscribe(identity, site, subscription.topic);
      done(null, isAllowed ? subscription : null);
    },
  });
  aedes.on('clientError', (client, error) => log.warn({ code: 'E-NET-CLIENT', client: client.id?.slice(0, 64) }, error.message.slice(0, 400)));
  aedes.on('connectionError', (_client, error) => log.warn({ code: 'E-NET-CLIENT' }, error.message.slice(0, 400)));
  return aedes;
}

/** The socket reaches the broker through the guard; answers go straight back. */
function serve(aedes: Aedes, socket: Socket, log: Log): void {
  socket.setNoDelay(true);
  const guard = createPacketGuard(LIMITS.uplink.messageBytesMax);
  const guarded = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      if (guard.accepts(chunk)) {
        done(null, chunk);
        return;
      }
      log.warn({ code: 'E-NET-PACKET', limit: LIMITS.uplink.messageBytesMax }, 'a client of the broker announced a packet that is too large');
      socket.destroy();
      done(new Error('the packet is too large'));
    },
  });
  socket.pipe(guarded);
  const line = Duplex.from({ readable: guarded, writable: socket });
  socket.on('error', (error) => line.destroy(error));
  socket.on('close', () => line.destroy());
  line.on('close', () => socket.destroy());
  aedes.handle(line);
}

function refusal(): AuthenticateError {
  return Object.assign(new Error('wrong name or password'), { returnCode: BAD_USERNAME_OR_PASSWORD });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      const address = server.address();
      assert(address !== null && typeof address === 'object', 'a TCP server has a port');
      resolve(address.port);
    });
  });
}

function portFault(port: number, cause: unknown): FaultError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new FaultError(
    {
      code: 'E-NET-PORT',
      owner: 'operator',
      message: `The embedded broker cannot listen on ${HOST}:${port}: ${reason}.`,
      remedy: 'Stop the other program on this port, or set broker.port to a free one.',
    },
    { cause },
  );
}
