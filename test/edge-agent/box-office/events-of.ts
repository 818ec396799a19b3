import { systemRandom } from '#agent/runtime/clock.ts';
import { instant } from '#core/base/time.ts';
import { ulid } from '#core/base/ulid.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import { EventBatch } from '#core/contract/wire/envelope.ts';

/** What machines send, made for tests. */

export const EPOCH = '00112233aabbccdd';

export function newEventId(): string {
  return ulid(instant(Date.UTC(2026, 9, 31)), systemRandom.bytes(10));
}

const stamp = () => ({ id: newEventId(), at: '2026-10-31T11:00:00.000Z', mono: 1 });

export type EventLike = ReturnType<typeof stamp> & { readonly t: string; readonly d: object };

export function printEvent(
  ticket: { readonly id: string; readonly orderId: string; readonly leaseId: string },
  outcome: 'started' | 'printed' | 'not-printed' | 'uncertain',
): EventLike {
  const d = { jobId: 'J1', leaseId: ticket.leaseId, orderId: ticket.orderId, ticketId: ticket.id, outcome, evidence: 'none' };
  return { ...stamp(), t: 'print', d };
}

export function scanEvent(ticketId: string, verdict: 'admit' | 'refuse' = 'admit', scanId = newEventId()): EventLike {
  const d = {
    scanId,
    lane: 'lane-1',
    direction: 'entry',
    verdict,
    reasons: [],
    ticketId,
    codeHash: 'abc123',
    dataVersion: 1,
    dataAgeSeconds: 0,
    clockErrorMs: 0,
    offline: false,
    confirmation: 'alone',
  };
  return { ...stamp(), t: 'scan', d };
}

export function passageEvent(scanId: string, outcome: 'passed' | 'not-passed' | 'held' | 'release-failed' | 'unconfirmed'): EventLike {
  return { ...stamp(), t: 'passage', d: { scanId, lane: 'lane-1', direction: 'entry', outcome } };
}

export function commandEvent(id: string, state: 'taken' | 'succeeded' | 'failed'): EventLike {
  return { ...stamp(), t: 'command', d: { id, kind: 'sign-out-staff', state } };
}

export function auditEvent(detail = 'x', action: 'agent-started' | 'order-unknown' | 'order-settled' = 'agent-started'): EventLike {
  return { ...stamp(), t: 'audit', d: { action, by: 'test', detail } };
}

export function batchOf(dev: MachineId, from: number, ev: readonly EventLike[], changes: object = {}): EventBatch {
  return EventBatch.parse({ v: 1, dev, epoch: EPOCH, lane: 'p0', from, boot: 'b1', hist: false, ev, ...changes });
}
