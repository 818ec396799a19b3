import { readFileSync } from 'node:fs';
import { FaultError } from '#core/base/fault.ts';
import { type AuditedCommands, createAuditedCommands } from '../ledger/audited-commands.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { systemClock, systemRandom, systemTimers } from '../runtime/clock.ts';
import { StoreUnknownError } from '../store/transactor.ts';
import { type EmbeddedBoxOffice, startEmbeddedBoxOffice } from './embedded-box-office.ts';
import type { Composition, Stops } from './parts.ts';
import { layWire, type Wire } from './wire.ts';

/** Where the authority is, as this machine reaches it. */
export interface Authority {
  readonly url: string;
  readonly token: string;
  readonly validityKey: string;
  readonly embedded?: EmbeddedBoxOffice;
  /** Between this machine and an embedded box office, so that the bench can cut it. */
  readonly wire?: Wire;
}

export async function reachAuthority(
  { configuration, data, log }: Composition,
  ledger: Pick<Ledger, 'database' | 'transaction' | 'append'>,
  stops: Stops,
): Promise<Authority> {
  const { boxOffice, machine, site } = configuration;
  if (boxOffice.kind === 'remote') {
    return { url: boxOffice.url, token: readSecret(boxOffice.tokenFile), validityKey: readSecret(boxOffice.validityKeyFile) };
  }
  const embedded = await startEmbeddedBoxOffice(boxOffice, {
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    data,
    machine,
    site,
    audit: auditInto(ledger),
    log,
  });
  stops.push(() => embedded.stop());
  const wire = await layWire(embedded.url);
  stops.push(() => wire.cut());
  return { url: wire.url, token: embedded.token, validityKey: embedded.validityKey, embedded, wire };
}

function auditInto(ledger: Pick<Ledger, 'database' | 'transaction' | 'append'>): AuditedCommands['tell'] {
  const audited = createAuditedCommands(ledger);
  return (wish, by, detail) => {
    try {
      audited.tell(wish, by, detail);
    } catch (cause) {
      // Nobody knows what the ledger holds now: the process ends, whatever the one who asked is answered.
      if (cause instanceof StoreUnknownError) setImmediate(() => raise(cause));
      throw cause;
    }
  };
}

function raise(cause: Error): never {
  throw cause;
}

/** @throws FaultError `E-CFG-SECRET` */
function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new FaultError(
      {
        code: 'E-CFG-SECRET',
        owner: 'configuration',
        message: `${file} cannot be read.`,
        remedy: "Copy this machine's file from the box office's data folder, readable by the agent's user alone.",
      },
      { cause },
    );
  }
}
