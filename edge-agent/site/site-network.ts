import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { hours, type Monotonic, minus, plus } from '#core/base/time.ts';
import type { MachineId, ShowId, SiteId } from '#core/contract/identifiers.ts';
import type { SiteView } from '#core/contract/local/usher.ts';
import { SITE_PROTOCOL, type SiteMessage } from '#core/contract/wire/site.ts';
import type { Clock, Timer, Timers } from '#core/ports/clock.ts';
import type { SiteClaims } from '#core/site/site-claims.ts';
import type { Admissions } from '../ledger/admissions.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createSiteRows, type SiteRows } from '../ledger/site-rows.ts';
import type { Log } from '../runtime/log.ts';
import { type ClaimDesk, createClaimDesk } from './claim-desk.ts';
import { createMessageDesk } from './message-desk.ts';
import { createRestoredDisk } from './restored-disk.ts';
import { createRowExchange, type RowExchange } from './row-exchange.ts';
import type { SiteLines } from './site-lines.ts';
import { createSiteMembers, type SiteMembers } from './site-members.ts';

/**
 * This machine as one of the gates of the site: it claims admissions from the others, keeps everybody's, and knows who can be reached. There is no leader and
 * nothing between two gates but the line; whoever is there works with whoever is there.
 */
export interface SiteNetwork {
  readonly claims: SiteClaims;
  start(): Promise<void>;
  stop(): Promise<void>;
  view(): SiteView;
  /** Gates that would have to be asked and cannot be. */
  missing(): readonly MachineId[];
  /** True from the moment on at which another gate proves that this disk was restored from an older copy, until our own rows have come back. */
  isRestoring(): boolean;
}

export interface SiteNetworkOptions {
  readonly machine: MachineId;
  readonly site: SiteId;
  /** Names this start of the program. */
  readonly session: string;
  /** The build, as the other machines show it. */
  readonly software: string;
  /** Whether guests are let in at this machine. */
  readonly admits: boolean;
  /** The other machines of the site, as the configuration names them. */
  readonly members: readonly MachineId[];
  /** Machines that are found are members as well, also after a restart as long as admissions of theirs are kept. */
  readonly takesFound: boolean;
  readonly lines: SiteLines;
  readonly ledger: Ledger;
  readonly admissions: Admissions;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Whether the validity data know the show no more. */
  readonly isShowOver: (show: ShowId) => boolean;
  /** The view, the admissions of others or a conflict changed. */
  readonly onChanged: () => void;
}

const PRUNE_EVERY = hours(1);
/** Rows looked at in one beat, some milliseconds. */
const PRUNE_SLICE = 500;

export function createSiteNetwork(options: SiteNetworkOptions): SiteNetwork {
  const { machine, site, session, software, admits, lines, ledger, clock, timers, log } = options;
  const rows = createSiteRows(ledger, options.admissions);
  const send = (to: MachineId, message: SiteMessage): void => lines.send(to, message);
  const restored = createRestoredDisk({ machine, rows, now: clock.wall, log });
  const desk = createClaimDesk({ machine, clock, timers, rowsOf: rows.ofTicket, send, isRestoring: restored.isRestoring });
  const exchange = createRowExchange({
    rows,
    send,
    onMerged: (changed) => {
      desk.written(changed);
      options.onChanged();
    },
    onFault: ({ fault }) => log.error({ code: fault.code }, `Admissions of other gates have to wait: ${fault.message}`),
  });
  const members = createSiteMembers({
    machine,
    clock,
    onMembers: desk.setMembers,
    onReachable: (name, isReachable) => {
      desk.setReachable(name, isReachable);
      log.info({ member: name, isReachable }, 'site');
      tellState();
    },
    onPassedOver: (name, what) => {
      log.warn({ code: 'E-SIT-LATER', member: name }, `${name} says what this build does not know and passes over: ${what}. It runs a later build.`);
      options.onChanged();
    },
    onProtocol: options.onChanged,
  });
  const takeMessage = createMessageDesk({ site, lines, members, desk, exchange, restored });
  const tellState = createStateTeller(options, members);
  const prune = createPruning(options, rows);
  let beats = 0;
  let beat: Timer | undefined;

  const hello = (to: MachineId): SiteMessage => {
    const vector = [...exchange.vectorFor(to)];
    return { t: 'hello', v: SITE_PROTOCOL, site, machine, software, session, admits, stamp: desk.stamp(), vector };
  };
  const onBeat = (): void => {
    beats += 1;
    for (const name of members.beat()) lines.cut(name, members.isReachable(name) ? 'it is silent' : 'it has not said hello');
    for (const name of members.reachable()) send(name, { t: 'ping', k: beats, vector: [...exchange.newsFor(name)] });
    restored.tick();
    desk.tick();
    prune();
    beat = timers.after(LIMITS.site.pingEvery, onBeat);
  };

  return {
    claims: desk,
    isRestoring: restored.isRestoring,
    missing: members.missing,
    view: members.view,
    start: async () => {
      for (const name of options.members) members.add(name);
      if (options.takesFound) for (const entry of rows.vector()) members.add(entry.machine);
      tellState();
      ledger.onAppended(createOwnWatch(rows, desk, exchange));
      beat = timers.after(LIMITS.site.pingEvery, onBeat);
      await lines.start({
        onLine: (name, isUp) => {
          if (!members.add(name)) {
            lines.cut(name, 'there is no place for another member');
            return;
          }
          if (!isUp) exchange.closed(name);
          members.lineChanged(name, isUp);
          if (isUp) send(name, hello(name));
        },
        onMessage: takeMessage,
        onFound: (name) => {
          if (members.add(name)) tellState();
        },
      });
    },
    stop: async () => {
      beat?.cancel();
      desk.stop();
      await lines.stop();
    },
  };
}

/** After a commit of our own: the claims that it ends, and the news for everybody else. */
function createOwnWatch(rows: SiteRows, desk: ClaimDesk, exchange: RowExchange): () => void {
  const origin = rows.origin();
  let seen = 0;
  return () => {
    // Most events are no admissions.
    if (rows.through(origin) === seen) return;
    const own = rows.changes(origin, seen, LIMITS.site.rowsInMessage);
    seen = own.through;
    desk.written(own.rows);
    exchange.push();
  };
}

/** The view, to whoever shows it; and to the audit when the site falls apart or comes together. */
function createStateTeller({ ledger, log, onChanged }: SiteNetworkOptions, members: SiteMembers): () => void {
  let told: SiteView['state'] = 'alone';
  return () => {
    const { state } = members.view();
    const before = told;
    told = state;
    onChanged();
    // Before the first time that all were together nothing has fallen apart.
    if (state === before || state === 'alone' || (state === 'split' && before === 'alone')) return;
    const detail = state === 'whole' ? 'every gate can be reached' : `not reached: ${members.missing().join(', ')}`.slice(0, 200);
    attempt(log, () =>
      ledger.transaction(() => ledger.append({ t: 'audit', d: { action: state === 'whole' ? 'site-whole' : 'site-split', by: 'site', detail } })),
    );
  };
}

/** A little at a time, so that a scan never waits for it. */
function createPruning({ clock, log, isShowOver }: SiteNetworkOptions, rows: SiteRows): () => void {
  let next: Monotonic = plus(clock.monotonic(), PRUNE_EVERY);
  return () => {
    if (clock.monotonic() < next) return;
    const isEnd = attempt(log, () => rows.prune(minus(clock.wall(), LIMITS.site.rowsKept), isShowOver, PRUNE_SLICE)) ?? true;
    next = plus(clock.monotonic(), isEnd ? PRUNE_EVERY : LIMITS.site.pingEvery);
  };
}

/** A store that cannot write now and will later is a fact of life; everything else is not ours to handle. */
function attempt<T>(log: Log, work: () => T): T | undefined {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause;
    log.error({ code: cause.fault.code }, cause.fault.message);
    return undefined;
  }
}
