import { join } from 'node:path';
import { FaultError, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Flow } from '#core/contract/local/kiosk.ts';
import type { CommandKind } from '#core/contract/wire/command.ts';
import type { DeviceHealth } from '#core/ports/health.ts';
import type { CodeSecrets } from '#core/ticket/code-secrets.ts';
import { type BoxOfficeClient, createBoxOfficeClient } from '../box-office-client/box-office-client.ts';
import { type BoxOfficeWatch, createBoxOfficeWatch } from '../box-office-client/box-office-watch.ts';
import { createShardReader } from '../box-office-client/shard-reader.ts';
import { createTimeDoor } from '../box-office-client/signed-time.ts';
import { createKeptTimeStore } from '../clock/kept-time-store.ts';
import { createSiteClock, type KeptSiteClock } from '../clock/site-clock.ts';
import { createRingKeeper } from '../inspect/ring-keeper.ts';
import { diskValidityFiles } from '../ledger/validity-files.ts';
import { createValidityStore, type ValidityStore } from '../ledger/validity-store.ts';
import type { Metric } from '../local-api/metrics.ts';
import { createPosterSource, type PosterParts } from '../local-api/poster-source.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '../runtime/clock.ts';
import { linuxMachineTime } from '../runtime/machine-time.ts';
import { ed25519PublicKey } from '../runtime/ticket-crypto.ts';
import { createUplink, type MachineReports, type Uplink } from '../uplink/create-uplink.ts';
import { createGateSecrets } from '../validity/gate-secrets.ts';
import { createValidityDoor } from '../validity/signed-validity.ts';
import { createValidityClient, type ValidityClient } from '../validity/validity-client.ts';
import type { Surrounded } from './parts.ts';
import { clockQuality, flatReadings, healthRows } from './self-report.ts';

/** Everything between this machine and the rest of the cinema: the box office over HTTP, events and validity data over MQTT. */
export interface SiteLinks {
  readonly boxOffice: BoxOfficeClient;
  readonly watch: BoxOfficeWatch;
  readonly siteClock: KeptSiteClock;
  readonly store: ValidityStore;
  readonly validity: ValidityClient;
  readonly secrets: CodeSecrets;
  readonly uplink: Uplink;
  isOnline(): boolean;
  poster(programme: PosterParts['programme']): ReturnType<typeof createPosterSource>;
  start(): void;
  stop(): Promise<void>;
  /** Resolves when the box office was asked and the validity data were fetched, or neither is to be had now. */
  firstContact(): Promise<void>;
}

export interface SiteLinkEvents {
  /** Anything that a technician could see. */
  readonly onChanged: () => void;
  /** The connection to the broker came or went. */
  readonly onConnection: () => void;
  /** The box office answers, after it did not. */
  readonly onReached: () => void;
  /** What the machine tells of itself. Asked only after everything was composed. */
  readonly devices: () => readonly DeviceHealth[];
  readonly flows: () => readonly Flow[];
  readonly metrics: () => readonly Metric[];
  /** Ends the sessions of all ushers on this machine; answers how many there were. */
  readonly signOutStaff: () => number;
  /** Takes back the locks after wrong PINs; answers how many there were. @throws FaultError */
  readonly releasePinLocks: (by: string) => number;
}

/** @throws FaultError `E-CFG-KEY` */
export function composeSiteLinks(parts: Surrounded, events: SiteLinkEvents): SiteLinks {
  const { onChanged, onConnection, onReached } = events;
  const { configuration, authority, broker, ledger, log, software, boot } = parts;
  const { machine, site } = configuration;
  const publicKey = ed25519PublicKey(authority.validityKey);
  if (publicKey === undefined) {
    throw new FaultError({
      code: 'E-CFG-KEY',
      owner: 'configuration',
      message: 'The key of validityKeyFile is not an Ed25519 public key of 32 bytes in base64url.',
      remedy: "Copy the file from the box office's data folder.",
    });
  }
  const boxOffice = createBoxOfficeClient({ url: authority.url, token: authority.token, timeout: LIMITS.http.requestTimeout, timers });
  const siteClock = createSiteClock({
    clock,
    timers,
    machine: linuxMachineTime(),
    store: createKeptTimeStore(ledger),
    log: log.child({ part: 'clock' }),
  });
  const store = createValidityStore(ledger, diskValidityFiles(join(parts.data, 'validity')));
  const secrets = createGateSecrets({
    folder: parts.data,
    siteId: site,
    publicKey,
    source: boxOffice,
    log: log.child({ part: 'secrets' }),
  });
  const ring = createRingKeeper(parts.data, site, (id) => store.key(id), log.child({ part: 'validity' }));
  /** What stands as confirmed was signed by the box office, whenever that was; it also names the secrets that go with it. */
  const learnSigned = (): void => {
    const held = store.state();
    if (held === undefined) return;
    siteClock.learnSigned(held.confirmedAt);
    void secrets.wanted(held.secretsHash);
    ring.keep();
  };
  learnSigned();
  const validity = createValidityClient({
    door: createValidityDoor(publicKey, site),
    store,
    source: {
      ...boxOffice,
      readShard: createShardReader({ url: authority.url, token: authority.token, timeout: LIMITS.validity.shardTimeout, timers }),
    },
    clock,
    timers,
    log: log.child({ part: 'validity' }),
    onChanged: () => {
      learnSigned();
      onChanged();
    },
  });
  const uplink = createUplink({
    broker: broker.machine,
    machine,
    site,
    ledger,
    clock,
    timers,
    random,
    log: log.child({ part: 'uplink' }),
    software,
    boot,
    validity: () => store.state() ?? null,
    onValidityHead: validity.onHead,
    onValidityDelta: validity.onDelta,
    reports: selfReports(events, () => clockQuality(watch.clock(), siteClock.state().width)),
    commands: { publicKey, time: siteClock.now, carryOut: (kind, by) => carryOut(kind, by, { ...events, uplink, validity }) },
  });
  uplink.onStatus(() => {
    onConnection();
    onChanged();
  });
  const watch = createBoxOfficeWatch({
    boxOffice,
    clock,
    timers,
    random,
    openTime: createTimeDoor(publicKey, site),
    onTime: siteClock.learnAsked,
    onChanged: (reachable) => {
      if (reachable) onReached();
      onChanged();
    },
  });
  return {
    boxOffice,
    watch,
    siteClock,
    store,
    validity,
    secrets,
    uplink,
    isOnline: () => uplink.status().state === 'connected',
    poster: (programme) => createPosterSource({ boxOfficeUrl: authority.url, token: authority.token, programme, timers }),
    start: () => {
      siteClock.start();
      uplink.start();
      validity.start();
      watch.start();
    },
    stop: async () => {
      watch.stop();
      await validity.stop();
      await uplink.stop();
      siteClock.stop();
      store.close();
    },
    firstContact: async () => {
      await Promise.all([watch.ask(), validity.refresh()]);
    },
  };
}

function selfReports({ devices, flows, metrics }: SiteLinkEvents, quality: MachineReports['clockQuality']): MachineReports {
  return { devices: () => healthRows(devices()), flows: () => [...flows()], readings: () => flatReadings(metrics()), clockQuality: quality };
}

interface Servants extends Pick<SiteLinkEvents, 'signOutStaff' | 'releasePinLocks'> {
  readonly uplink: Pick<Uplink, 'reportHealth'>;
  readonly validity: ValidityClient;
}

/** What the box office may ask for, and what came of it in one sentence. */
async function carryOut(kind: CommandKind, by: string, { uplink, validity, signOutStaff, releasePinLocks }: Servants): Promise<string> {
  switch (kind) {
    case 'report-health':
      return (await uplink.reportHealth()) ? 'published' : 'no connection any more; it follows with the next';
    case 'resync-validity':
      await validity.refresh();
      return `version ${validity.status().version ?? 'none'}`;
    case 'sign-out-staff':
      return `${signOutStaff()} signed out`;
    case 'release-pin-locks':
      return `${releasePinLocks(by)} taken back`;
    default:
      return unreachable(kind);
  }
}
