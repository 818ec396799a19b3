import type { z } from 'zod';
import { LIMITS } from '#core/base/limits.ts';
import { LookupRefusal } from '#core/contract/box-office/sales.ts';
import type { OrderId } from '#core/contract/identifiers.ts';
import type { KioskSession } from '#core/contract/local/kiosk.ts';
import type { ReprintOrder, ReprintTask, ResolveWhy } from '#core/contract/local/staff.ts';
import { may } from '#core/staff/rights.ts';
import type { Kiosk } from '../kiosk/kiosk.ts';
import type { StaffOutcome, StaffSource } from '../local-api/staff-handlers.ts';
import { type DeskGuard, type DeskKiosk, DONE, failed, notWritten, type Refused, refuse, type StaffDeskParts } from './desk-guard.ts';

/** What staff do about paper: the word about a ticket that may be printed, the rest of an order here, a ticket once more, a printer that was switched off and on. */
export interface PaperDesk extends Pick<StaffSource, 'resolve' | 'resume' | 'reprint' | 'powerCycled'> {
  /** The last one, and how it ended. */
  lastReprint(): ReprintTask | undefined;
  /** This kiosk holds nothing of the order any more for a guest whose printing has stopped. */
  letGo(orderId: OrderId): Promise<void>;
}

/** What a person found says whether the ticket counts as printed. */
const FOUND: Readonly<Record<ResolveWhy, 'printed' | 'not-printed'>> = {
  'guest-has-it': 'printed',
  'found-in-output': 'printed',
  'nothing-came-out': 'not-printed',
  destroyed: 'not-printed',
};

/** Screens before which nobody stands who still has something to do; or what goes on there goes on without her. */
function isFree(session: KioskSession): boolean {
  switch (session.phase) {
    case 'idle':
    case 'collect':
    case 'print-stopped':
    case 'done':
    case 'hold-expired':
      return true;
    case 'payment-unknown':
    case 'confirming':
      return session.mayLeave;
    case 'refunding':
      return session.done;
    case 'review':
    case 'choose-payment':
    case 'present-code':
    case 'member':
    case 'paying':
    case 'payment-failed':
    case 'printing':
      return false;
  }
}

/** With their pauses within what a page waits for an answer. */
const GIVE_BACK_TRIES = 10;

export function createPaperDesk(parts: StaffDeskParts, { allowed, audit }: DeskGuard): PaperDesk {
  const { money, boxOffice, machine } = parts;
  let reprint: ReprintTask | undefined;

  const freeKiosk = async (): Promise<DeskKiosk | Refused> => {
    if (parts.kiosk === undefined) return refuse({ code: 'no-kiosk' });
    const { kiosk } = parts.kiosk;
    const session = kiosk.session();
    if (!isFree(session)) return refuse({ code: 'kiosk-busy' });
    if (session.phase !== 'idle') await kiosk.leave();
    return parts.kiosk;
  };

  /** What a stopped printing gives back reaches the box office as an event, a moment later: asked before that, half of the order would be missing. */
  const givenBack = async (orderId: OrderId): Promise<void> => {
    for (let tries = 0; tries < GIVE_BACK_TRIES; tries++) {
      const read = await boxOffice.readOrder({ params: { orderId } });
      if (!read.ok || !read.value.tickets.some(({ printState, printedBy }) => printState === 'claimed' && printedBy === machine)) return;
      await new Promise<void>((resolve) => parts.timers.after(LIMITS.staff.giveBackPause, resolve));
    }
  };

  const runReprint = async (
    { kiosk }: DeskKiosk,
    orderId: OrderId,
    { ticketId, reason }: z.output<typeof ReprintOrder>,
    by: string,
  ): Promise<StaffOutcome> => {
    reprint = { ticketId, outcome: { kind: 'under-way' } };
    const ended = kiosk.reprint({ orderId, ticketId, by, reason }).then((result): StaffOutcome => {
      reprint = { ticketId, outcome: reprintOutcome(result) };
      return result.kind === 'not-now' ? refuse({ code: 'kiosk-busy' }) : DONE;
    }, unwritten);
    // A page waits some seconds for an answer; a paper may take two minutes. How it ended stands in the state.
    const soon = new Promise<StaffOutcome>((resolve) => parts.timers.after(LIMITS.sale.commandTimeout, () => resolve(DONE)));
    return Promise.race([ended, soon]);
  };
  const unwritten = (cause: unknown): Refused => {
    reprint = undefined;
    return notWritten(cause, parts.log);
  };

  return {
    lastReprint: () => reprint,
    letGo: async (orderId) => {
      const session = parts.kiosk?.kiosk.session();
      if (session?.phase !== 'print-stopped' || session.order.orderId !== orderId) return;
      await parts.kiosk?.kiosk.leave();
      await givenBack(orderId);
    },
    resolve: async (token, ticketId, why) => {
      const member = allowed(token, 'print.resolve');
      if ('kind' in member) return member;
      const item = money.read()?.view.items.find((each) => each.ticketId === ticketId);
      // Whoever stands here cannot look into the output of another machine; the house's own people can ask.
      if (!may(member, 'money.site') && item?.machine !== machine) return refuse({ code: 'other-machine', machine: item?.machine ?? '' });
      const written = audit('print-resolved', member.name, `${ticketId} ${FOUND[why]}: ${why}`);
      if (written.kind !== 'done') return written;
      const body = { outcome: FOUND[why], by: member.name, reason: `${why} at ${machine}` };
      const resolved = await boxOffice.resolvePrint({ params: { ticketId }, body });
      await money.refresh();
      if (resolved.ok) return DONE;
      return resolved.error.kind === 'refused' ? refuse(resolved.error.refusal) : failed(resolved.error);
    },
    resume: async (token, orderId) => {
      const member = allowed(token, 'order.resume');
      if ('kind' in member) return member;
      const free = await freeKiosk();
      if ('kind' in free) return free;
      const written = audit('order-resumed', member.name, orderId);
      if (written.kind !== 'done') return written;
      await givenBack(orderId);
      const { reply } = await free.kiosk.resumeOrder(orderId);
      switch (reply.kind) {
        case 'session':
          return DONE;
        case 'not-now':
          return refuse({ code: 'kiosk-busy' });
        case 'unavailable':
          return refuse({ code: 'unavailable' });
        case 'refused':
          return lookupRefusal(reply.refusal);
      }
    },
    reprint: async (token, orderId, wish) => {
      const member = allowed(token, 'ticket.reprint');
      if ('kind' in member) return member;
      if (reprint?.outcome.kind === 'under-way') return refuse({ code: 'kiosk-busy' });
      const free = await freeKiosk();
      // The kiosk writes its own line into the audit, with the reason, before it asks for the ticket.
      return 'kind' in free ? free : runReprint(free, orderId, wish, member.name);
    },
    powerCycled: (token, printer) => {
      const member = allowed(token, 'device.service');
      if ('kind' in member) return member;
      if (parts.kiosk === undefined) return refuse({ code: 'no-kiosk' });
      try {
        return parts.kiosk.kiosk.printerPowerCycled(printer, member.name) ? DONE : refuse({ code: 'unknown' });
      } catch (cause) {
        return notWritten(cause, parts.log);
      }
    },
  };
}

function lookupRefusal(refusal: Extract<Awaited<ReturnType<Kiosk['resumeOrder']>>['reply'], { kind: 'refused' }>['refusal']): StaffOutcome {
  const parsed = LookupRefusal.safeParse(refusal);
  return parsed.success ? refuse({ code: 'not-found', refusal: parsed.data }) : refuse({ code: 'kiosk-busy' });
}

function reprintOutcome(result: Awaited<ReturnType<Kiosk['reprint']>>): ReprintTask['outcome'] {
  switch (result.kind) {
    case 'printed':
      return { kind: 'printed', number: result.number };
    case 'uncertain':
      return { kind: 'uncertain', number: result.number };
    case 'not-printed':
    case 'away':
      return { kind: result.kind };
    case 'refused':
      return { kind: 'refused', refusal: result.refusal };
    case 'not-now':
      return { kind: 'busy' };
  }
}
