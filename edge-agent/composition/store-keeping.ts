import { statSync } from 'node:fs';
import { join } from 'node:path';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { days } from '#core/base/time.ts';
import type { TechnicianState } from '#core/contract/local/technician.ts';
import type { StoreCondition, StorePressure } from '#core/store/pressure.ts';
import type { Configuration } from '../configuration/schema.ts';
import { readHostIdentity, recogniseHost } from '../ledger/host-identity.ts';
import { keepChain } from '../ledger/keep-chain.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { keepPruned } from '../ledger/prune-records.ts';
import { salvageText } from '../ledger/recover-ledger.ts';
import { systemClock as clock, systemTimers as timers } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import { createBallast } from '../store/ballast.ts';
import { keepLog } from '../store/log-keeper.ts';
import { raiseSuspicion } from '../store/quarantine.ts';
import { watchStore } from '../store/store-watch.ts';

/** Everything that looks after this machine's ledger while it is used: its log, its room, its age, and whether it still holds what was written. */
export interface StoreKeeping {
  pressure(): StorePressure;
  view(): TechnicianState['storage'];
  /** One listener; called after every change of either. */
  onChanged(listen: () => void): void;
  stop(): void;
}

interface Kept {
  readonly configuration: Configuration;
  readonly data: string;
  readonly ledger: Ledger;
  readonly log: Log;
}

const MEGABYTE = 1_048_576;

export function keepStore({ configuration, data, ledger, log }: Kept): StoreKeeping {
  const { storage } = configuration;
  let listen = (): void => undefined;
  let damaged: string | undefined;
  if (ledger.salvaged !== undefined) {
    const { why, quarantine } = ledger.salvaged;
    log.error({ code: 'E-STO-SALVAGED', why, quarantine }, `the ledger was damaged: ${salvageText(ledger.salvaged)}`);
  }
  const logKeeper = keepLog(ledger.database, { timers, onProblem: ({ code, owner, message }) => log.warn({ code, owner }, message) });
  const { p0, p1 } = LIMITS.store.waitingMax;
  const waiting = (lane: 'p0' | 'p1'): number => ledger.chain.ends(lane).head - ledger.chain.ends(lane).through;
  const watch = watchStore({
    database: ledger.database,
    ballast: createBallast(join(data, 'ballast'), storage.ballastMb * MEGABYTE),
    bounds: { ballastBytes: storage.ballastMb * MEGABYTE, lowBytes: storage.lowMb * MEGABYTE, ledgerMaxBytes: storage.ledgerMaxMb * MEGABYTE },
    waitingShare: () => Math.max(waiting('p0') / p0, waiting('p1') / p1),
    timers,
    onChange: (condition) => {
      tellCondition(log, condition);
      listen();
    },
  });
  ledger.onFull(watch.refused);
  // After the first look, which has made room when there was none.
  if (recogniseHost(ledger, readHostIdentity()) === 'moved') {
    log.warn({ code: 'E-STO-MOVED' }, 'this ledger was made on another computer: a new epoch begins');
  }
  const chain = keepChain(ledger, timers, ({ journal, number, why }) => {
    damaged = `journal ${journal}: row ${number} is ${why}`;
    log.error({ code: 'E-STO-CHAIN' }, `the ledger does not hold what was written: ${damaged}; the next start puts it right`);
    raiseSuspicion(data, damaged);
    tellDamage(ledger, log, damaged);
    listen();
  });
  const pruned = keepPruned(ledger, { clock, timers, keep: days(storage.keepSalesDays) });
  return {
    pressure: () => watch.condition().pressure,
    view: () => ({
      pressure: watch.condition().pressure,
      reasons: [...watch.condition().reasons],
      ledgerBytes: statSync(ledger.database.name).size,
      ...(damaged === undefined ? {} : { damaged }),
      ...(ledger.salvaged === undefined ? {} : { salvaged: salvageText(ledger.salvaged) }),
    }),
    onChanged: (listener) => {
      listen = listener;
    },
    stop: () => {
      for (const part of [pruned, chain, watch, logKeeper]) part.stop();
    },
  };
}

/** A full disk keeps it from the audit; the log and the page have it, and the next start tells what it made of it. */
function tellDamage(ledger: Ledger, log: Log, detail: string): void {
  try {
    ledger.transaction(() => ledger.append({ t: 'audit', d: { action: 'ledger-damaged', by: 'agent', detail: detail.slice(0, 200) } }));
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause;
    log.error({ code: cause.fault.code }, `the audit of it has to wait: ${cause.fault.message}`);
  }
}

function tellCondition(log: Log, { pressure, reasons }: StoreCondition): void {
  const code = 'E-STO-ROOM';
  if (pressure === 'full') log.error({ code, reasons }, 'no room: selling has stopped, and the ballast is given up for checking');
  else if (pressure === 'low') log.error({ code, reasons }, 'little room: selling has stopped, checking goes on');
  else if (reasons.length > 0) log.warn({ code, reasons }, 'the room for this machine’s records is running out');
  else log.info('there is room enough again');
}
