import type { Alternatives } from '../configuration/real-devices.ts';
import type { Configuration } from '../configuration/schema.ts';
import type { Closure } from '../kiosk/closure.ts';
import type { Admissions } from '../ledger/admissions.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../runtime/log.ts';
import type { Authority } from './authority.ts';
import type { ComposedBroker } from './broker.ts';
import type { ComposedDevices } from './devices.ts';
import type { ComposedPorts } from './ports.ts';
import type { StoreKeeping } from './store-keeping.ts';

/** What the pieces of the composition hand to each other. */

export interface Place {
  readonly name: string;
  readonly url: string;
}

export interface Composition {
  readonly configuration: Configuration;
  /** As what else its devices may be plugged in. */
  readonly alternatives: Alternatives;
  /** The data folder. */
  readonly data: string;
  /** The folder of the program, with `dist/` in it. */
  readonly root: string;
  readonly software: string;
  readonly log: Log;
}

/** What has been started, to be stopped from the last to the first. */
export type Stops = (() => Promise<void> | void)[];

export interface Surrounded extends Composition {
  /** Names this start of the program. */
  readonly boot: string;
  readonly ledger: Ledger;
  readonly storeKeeping: StoreKeeping;
  /** Of this ledger; there is one. */
  readonly admissions: Admissions;
  /** Whether staff have taken the kiosk out of service. */
  readonly closure: Closure;
  readonly broker: ComposedBroker;
  readonly authority: Authority;
  /** What is plugged in. */
  readonly ports: ComposedPorts;
  readonly devices: ComposedDevices;
}
