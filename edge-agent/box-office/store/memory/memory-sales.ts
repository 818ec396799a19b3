import { assert } from '#core/base/fault.ts';
import { isUnfinished, needsTerminal } from '#core/box-office/payment-schedule.ts';
import type { AttemptRecord, ClaimRecord, OrderRecord, TicketRecord } from '#core/box-office/records.ts';
import type { Attempts, Claims, Orders, Tickets } from '../box-office-store.ts';
import { createJournaledMap, type UndoJournal } from './journaled-map.ts';

export function memoryOrders(journal: UndoJournal): Orders {
  const orders = createJournaledMap<string, OrderRecord>(journal);
  const find = (isWanted: (order: OrderRecord) => boolean): OrderRecord | undefined => orders.values().find(isWanted);
  return {
    find: async (id) => orders.get(id),
    findByKey: async (key) => find((order) => order.key === key),
    findByPickUpCode: async (code) => find((order) => order.pickUpCode === code),
    put: async (order) => {
      const twin = find((other) => other.id !== order.id && (other.key === order.key || other.pickUpCode === order.pickUpCode));
      assert(twin === undefined, 'two orders have two keys and two pick-up codes');
      orders.set(order.id, order);
    },
    lapsedBy: async (at) =>
      orders
        .values()
        .filter((order) => order.status === 'unpaid' && order.holdUntil <= at)
        .sort((a, b) => a.holdUntil - b.holdUntil),
  };
}

export function memoryAttempts(journal: UndoJournal): Attempts {
  const attempts = createJournaledMap<string, AttemptRecord>(journal);
  const byTime = (a: AttemptRecord, b: AttemptRecord): number => a.createdAt - b.createdAt || (a.key < b.key ? -1 : 1);
  return {
    find: async (key) => attempts.get(key),
    ofOrder: async (orderId) =>
      attempts
        .values()
        .filter((attempt) => attempt.orderId === orderId)
        .sort(byTime),
    put: async (attempt) => {
      attempts.set(attempt.key, attempt);
    },
    open: async () =>
      attempts
        .values()
        .filter((attempt) => isUnfinished(attempt))
        .sort(byTime),
    movedBetween: async (from, until) => {
      const isWithin = (at: number | undefined): boolean => at !== undefined && at >= from && at < until;
      return attempts
        .values()
        .filter((attempt) => isWithin(attempt.paidAt) || isWithin(attempt.refundedAt))
        .sort(byTime);
    },
    atTerminals: async () =>
      attempts
        .values()
        .filter((attempt) => needsTerminal(attempt))
        .sort(byTime),
    ofTerminal: async (machine) =>
      attempts
        .values()
        .filter((attempt) => attempt.machine === machine && needsTerminal(attempt))
        .sort(byTime),
  };
}

export function memoryTickets(journal: UndoJournal): Tickets {
  const tickets = createJournaledMap<string, TicketRecord>(journal);
  return {
    find: async (id) => tickets.get(id),
    ofOrder: async (orderId) =>
      tickets
        .values()
        .filter((ticket) => ticket.orderId === orderId)
        .sort((a, b) => a.face.position - b.face.position),
    put: async (ticket) => {
      tickets.set(ticket.id, ticket);
    },
    unprinted: async (endsFrom, limit) =>
      tickets
        .values()
        .filter(({ status, print, face }) => status === 'valid' && print.state !== 'printed' && Date.parse(face.endsAt) >= endsFrom)
        .sort((a, b) => Date.parse(a.face.endsAt) - Date.parse(b.face.endsAt) || (a.id < b.id ? -1 : 1))
        .slice(0, limit),
  };
}

export function memoryClaims(journal: UndoJournal): Claims {
  const claims = createJournaledMap<string, ClaimRecord>(journal);
  return {
    findByKey: async (key) => claims.get(key),
    put: async (claim) => {
      claims.set(claim.key, claim);
    },
  };
}
