import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '#core/base/bytes.ts';
import { assert, type Fault, FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Duration, minus } from '#core/base/time.ts';
import type { PaymentProvider } from '#core/box-office/payment-provider.ts';
import type { ProgrammeSource } from '#core/box-office/programme-source.ts';
import type { Film } from '#core/contract/box-office/programme.ts';
import type { Signed } from '#core/contract/box-office/validity.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { EventAck, EventBatch } from '#core/contract/wire/envelope.ts';
import type { Clock, Random, Timer, Timers } from '#core/ports/clock.ts';
import type { Log } from '../runtime/log.ts';
import { pinCrypto } from '../staff/pin.ts';
import { type Delivered, receiveBatch, receiveBatches, watermarks } from './events/receive.ts';
import { applyStranded } from './events/stranded.ts';
import { createOperations } from './http/operations.ts';
import type { PeopleRows } from './http/people-rows.ts';
import { createHttpServer, type HttpServer } from './http/server.ts';
import { seedDemoMembers } from './members/demo-members.ts';
import type { Office } from './office.ts';
import { createNotificationDesk } from './payments/hear-notification.ts';
import { createHttpProvider } from './payments/http-provider.ts';
import { createPaymentDriver } from './payments/payment-driver.ts';
import type { ConfiguredProvider, ProviderList } from './payments/provider-list.ts';
import { keepProgramme } from './programme-keeper.ts';
import { expireLapsed } from './sales/release.ts';
import type { BoxOfficeStore } from './store/box-office-store.ts';
import { openSqliteBoxOfficeStore } from './store/sqlite/sqlite-box-office-store.ts';
import { createUnits, type Unit } from './unit-of-work.ts';
import { signGateSecrets } from './validity/gate-secrets.ts';
import { type BoxOfficeKeys, openKeys } from './validity/keys.ts';
import { createShardKeeper } from './validity/shard-keeper.ts';
import { createValidityJournal, type ValidityJournal } from './validity/validity-journal.ts';
import { createIssuedCommands, type IssuedCommands } from './wire/issued-commands.ts';

/** The box office as one thing that is started and stopped: the authority over seats, orders, money and tickets of one site. */

export interface BoxOfficeOptions {
  /** A folder of its own, made when missing: the store and the keys (which nobody else may read) are kept there. */
  readonly dataFolder: string;
  readonly programme: ProgrammeSource;
  /** SVG text. */
  readonly drawPoster: (film: Film) => string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** Loopback unless the machines of the lobby are elsewhere. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Which machine a bearer token belongs to. A machine speaks for itself only. */
  readonly tokens: ReadonlyMap<string, MachineId>;
  readonly payments: { readonly url: string; readonly apiKey: string };
  /** A store on a server instead of the file in the data folder. Closed by `stop`. */
  readonly store?: BoxOfficeStore;
  /** How long seats are kept for a guest who has not paid; ten minutes when missing. */
  readonly holdFor?: Duration;
  /** Another provider than the simulated one over HTTP at `payments`, in its place. */
  readonly provider?: PaymentProvider;
  /** Members to try things out with (`members/demo-members.ts`). Only where no money is real. */
  readonly withDemoMembers?: boolean;
  /** Named people who may ask for more than machines may. */
  readonly people?: PeopleRows;
  /** The providers of the site, instead of a simulated one. */
  readonly providers?: ProviderList;
}

export interface BoxOffice {
  /**
   * Brings the programme up to date, listens, and takes up open payments.
   * @throws FaultError `E-STO-*` the store, `E-BOX-PORT` the port is taken
   */
  start(): Promise<{ readonly url: string }>;
  /** Ends open requests, stops timers and closes the store. What was decided is kept; open payments are asked about again after the next start. */
  stop(): Promise<void>;
  /** Keeps a batch and applies it, then acknowledges. Everything in one transaction; the same batch may come any number of times and in any order. */
  receive(machine: MachineId, batch: EventBatch): Promise<EventAck>;
  /** The same for batches that came together, in their order: kept by one commit, or none of them. */
  receiveTogether(delivered: readonly Delivered[]): Promise<readonly EventAck[]>;
  /** How far each lane of this epoch has been kept, as a machine's hello is answered. */
  watermarks(machine: MachineId, epoch: string): Promise<readonly EventAck[]>;
  readonly commands: IssuedCommands;
  readonly validity: ValidityPublisher;
}

export interface ValidityPublisher {
  /** Ed25519, base64url: what gates pin. Known from the beginning. */
  readonly publicKey: string;
  head(): Promise<Signed>;
  /** Called right after the commit of every change, in the order of versions. */
  onDelta(listen: (delta: Signed, head: Signed) => void): void;
}

/** @throws FaultError `E-STO-*` the store or the folder, `E-BOX-KEY` the key file */
export function createBoxOffice(options: BoxOfficeOptions): BoxOffice {
  const { clock, timers, random, log, programme } = options;
  makeFolder(options.dataFolder);
  const keys = openKeys(options.dataFolder, clock.wall());
  let secrets = signGateSecrets(keys, programme.site.id);
  const onProblem = ({ code, owner, message }: Fault): void => log.warn({ code, owner }, message);
  const store = options.store ?? openSqliteBoxOfficeStore(join(options.dataFolder, 'box-office.db'), { timers, onProblem });
  const journal = createValidityJournal(programme.site.id, keys.data, () => secrets.hash);
  const shards = createShardKeeper({
    folder: join(options.dataFolder, 'shards'),
    store,
    journal,
    signer: keys.data,
    now: () => clock.wall(),
  });
  const listeners: ((delta: Signed, head: Signed) => void)[] = [];
  const run = createUnits(store, clock, journal, ({ delta, head }) => {
    for (const listen of listeners) listen(delta, head);
  });
  const providers = options.providers ?? [simulatedProvider(options.provider ?? createHttpProvider({ ...options.payments, timers }))];
  const office: Office = { run, programme, random, keys, log, providers, holdFor: options.holdFor ?? LIMITS.sale.holdFor, pins: pinCrypto };
  const driver = createPaymentDriver(office, providers, { clock, timers });
  /** Gates hear of a new ring by the next delta, and of new secrets by their hash in the next head. */
  const renewKeys = async (): Promise<void> => {
    if (keys.renew(clock.wall())) secrets = signGateSecrets(keys, programme.site.id);
    await run((unit) => beginValidity(unit, journal, keys, random));
  };
  const upkeep = createUpkeep(office, timers, renewKeys);
  let server: HttpServer | undefined;
  return {
    start: async () => {
      assert(server === undefined, 'a box office is started once');
      server = await createHttpServer({
        operations: createOperations({ office, driver, journal, shards }),
        tokens: options.tokens,
        films: programme.films,
        drawPoster: options.drawPoster,
        shard: shards.shard,
        providers,
        hearNotification: createNotificationDesk(office, driver),
        ...(options.people === undefined ? {} : { people: options.people }),
        log,
      });
      await run((unit) => beginValidity(unit, journal, keys, random));
      await run(expireLapsed);
      await keepProgramme(office);
      if (options.withDemoMembers === true) await seedDemoMembers(office);
      const place = await server.listen(options.host ?? '127.0.0.1', options.port);
      upkeep.start();
      await driver.resume();
      return place;
    },
    stop: async () => {
      await upkeep.stop();
      await server?.close();
      await driver.stop();
      await store.close();
    },
    receive: (machine, batch) => receiveBatch(office, machine, batch),
    receiveTogether: (delivered) => receiveBatches(office, delivered),
    watermarks: (machine, epoch) => watermarks(office, machine, epoch),
    commands: createIssuedCommands({ run, random, signer: keys.data }),
    validity: {
      publicKey: keys.data.publicKey,
      head: () => run(({ tx, now }) => journal.head(tx, now)),
      onDelta: (listen) => {
        listeners.push(listen);
      },
    },
  };
}

/** Takes the codes of both schemes, as the phones of its page show either. */
export function simulatedProvider(provider: PaymentProvider): ConfiguredProvider {
  return { id: 'simulated', name: { zh: '模拟支付', en: 'Simulated payment' }, schemes: ['wechat', 'alipay'], provider };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FaultError(
      {
        code: 'E-STO-OPEN',
        owner: 'store',
        message: `The box office's folder ${folder} cannot be made: ${reason}.`,
        remedy: 'Check the disk and its rights.',
      },
      { cause },
    );
  }
}

/** Version 0 of a new store, and the keys that sign tickets whenever they have changed. */
async function beginValidity(unit: Unit, journal: ValidityJournal, keys: BoxOfficeKeys, random: Random): Promise<void> {
  if ((await unit.tx.validity.mark()) === undefined) await journal.begin(unit.tx, toHex(random.bytes(8)), unit.now);
  const ring = keys.tickets.map(({ key }) => key);
  if (JSON.stringify(await unit.tx.validity.keys()) !== JSON.stringify(ring)) unit.publish({ op: 'put-keys', keys: ring });
}

/** What has to happen by itself: lapsed holds end, new days appear, keys are replaced before their end. Each is asked again after it has ended, so that a slow store is never asked twice at once. */
function createUpkeep(office: Office, timers: Timers, renewKeys: () => Promise<void>): { start(): void; stop(): Promise<void> } {
  const pending = new Set<Timer>();
  const running = new Set<Promise<void>>();
  let isStopped = false;
  const every = (period: Duration, work: () => Promise<unknown>): void => {
    const timer = timers.after(period, () => {
      pending.delete(timer);
      const mine = attempt(work, office.log).then(() => {
        running.delete(mine);
        if (!isStopped) every(period, work);
      });
      running.add(mine);
    });
    pending.add(timer);
  };
  return {
    start: () => {
      every(LIMITS.boxOffice.sweepEvery, () => office.run(expireLapsed));
      every(LIMITS.boxOffice.programmeEvery, () => keepProgramme(office));
      every(LIMITS.boxOffice.keysEvery, renewKeys);
      every(LIMITS.boxOffice.strandedEvery, () => applyStranded(office));
      every(LIMITS.boxOffice.pruneEvery, () =>
        office.run(({ tx, now }) => tx.events.prune(minus(now, LIMITS.boxOffice.keepEvents), LIMITS.boxOffice.pruneRows)),
      );
    },
    stop: async () => {
      isStopped = true;
      for (const timer of pending) timer.cancel();
      await Promise.allSettled(running);
    },
  };
}

/** A store that fails for a while (a full disk) is tried again next time; it has said so itself. Everything else is a defect and ends the program. */
async function attempt(work: () => Promise<unknown>, log: Log): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause;
    log.error({ code: cause.fault.code }, cause.fault.message);
  }
}
