import { toIso } from '#core/base/time.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { HealthDocument, Hello, Presence } from '#core/contract/wire/envelope.ts';
import type { LanePositions } from '#core/outbox/delivery.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** What a machine says of itself, beside its events. */
export interface OwnWords {
  presence(s: Presence['s']): Presence;
  hello(): Hello;
  health(found: Pick<HealthDocument, 'devices' | 'flows'>, deadLetters: number): HealthDocument;
}

interface Speaker {
  readonly machine: MachineId;
  readonly boot: string;
  readonly software: string;
  readonly ledger: Pick<Ledger, 'epoch'>;
  readonly clock: Clock;
  readonly validity: () => Hello['validity'];
}

interface Moment {
  readonly session: () => string;
  readonly positions: () => LanePositions;
  /** Of the last command that was taken. */
  readonly counter: () => number;
}

export function ownWords({ machine, boot, software, ledger, clock, validity }: Speaker, { session, positions, counter }: Moment): OwnWords {
  const now = (): string => toIso(clock.wall());
  return {
    presence: (s) => ({ v: 1, s, sess: session(), boot, ...(s === 'on' ? { at: now() } : {}) }),
    hello: () => {
      const { p0, p1 } = positions();
      const held = validity();
      return {
        v: 1,
        dev: machine,
        sess: session(),
        boot,
        epoch: ledger.epoch,
        lanes: [
          { lane: 'p0', ...p0 },
          { lane: 'p1', ...p1 },
        ],
        validity: held === null ? null : { epoch: held.epoch, version: held.version },
        command: counter(),
        software,
        at: now(),
      };
    },
    health: (found, deadLetters) => {
      const { p0, p1 } = positions();
      const waiting = { p0: p0.next - 1 - p0.through, p1: p1.next - 1 - p1.through };
      return { v: 1, dev: machine, sess: session(), boot, software, at: now(), ...found, waiting, deadLetters };
    },
  };
}

export function toBytes(message: Presence | Hello): Uint8Array {
  return Buffer.from(JSON.stringify(message), 'utf8');
}
