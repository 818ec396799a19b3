import type { Ledger } from '#agent/ledger/ledger.ts';
import { systemClock as clock, systemRandom as random } from '#agent/runtime/clock.ts';
import { ulid } from '#core/base/ulid.ts';
import { type EventId, type LaneId, MachineId, type ShowId, SiteId, type TicketId } from '#core/contract/identifiers.ts';
import type { EventBody } from '#core/contract/wire/events.ts';

export const DRAIN_SITE = SiteId.parse('36090702');
export const DRAIN_MACHINE = MachineId.parse('gate-1');

/** Written this many to a commit: what happened while the gate was alone is the benchmark's beginning, not its subject. */
const SCANS_A_COMMIT = 100;

/** What `count` guests leave in the outbox of a gate that nobody hears. */
export function scanOffline(ledger: Ledger, count: number): void {
  for (let from = 0; from < count; from += SCANS_A_COMMIT) {
    ledger.transaction(() => {
      for (let guest = from; guest < Math.min(count, from + SCANS_A_COMMIT); guest++) ledger.append(scanOf(guest));
    });
  }
}

export function scanOf(guest: number): Extract<EventBody, { t: 'scan' }> {
  return {
    t: 'scan',
    d: {
      scanId: ulid(clock.wall(), random.bytes(10)) as EventId,
      lane: 'lane-1' as LaneId,
      direction: 'entry',
      verdict: 'admit',
      reasons: [],
      ticketId: (1_000_000_000_000_000n + BigInt(guest)).toString() as TicketId,
      showId: '4001' as ShowId,
      codeHash: 'a1b2c3',
      dataVersion: 7,
      dataAgeSeconds: 12,
      clockErrorMs: 40,
      offline: true,
      confirmation: 'unconfirmed',
    },
  };
}
