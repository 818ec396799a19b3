import type { ProgrammeSource } from '#core/box-office/programme-source.ts';
import type { Film } from '#core/contract/box-office/programme.ts';
import type { Signed } from '#core/contract/box-office/validity.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { EventAck, EventBatch } from '#core/contract/wire/envelope.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';
import type { Log } from '../runtime/log.ts';

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
}

export interface BoxOffice {
  /**
   * Opens the store, brings the programme up to date and listens.
   * @throws FaultError `E-STO-*` the store, `E-BOX-KEY` a key file, `E-BOX-PORT` the port is taken
   */
  start(): Promise<{ readonly url: string }>;
  /** Ends open requests, stops timers and closes the store. What was decided is kept; open payments are asked about again after the next start. */
  stop(): Promise<void>;
  /** Keeps a batch and applies it, then acknowledges. Everything in one transaction; the same batch may come any number of times and in any order. */
  receive(machine: MachineId, batch: EventBatch): Promise<EventAck>;
  readonly validity: ValidityPublisher;
}

export interface ValidityPublisher {
  /** Ed25519, base64url: what gates pin. Known from the beginning. */
  readonly publicKey: string;
  head(): Promise<Signed>;
  /** Called right after the commit of every change, in the order of versions. */
  onDelta(listen: (delta: Signed, head: Signed) => void): void;
}
