import { plus, toIso } from '#core/base/time.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { ReprintTask, ScanSearch, StaffState } from '#core/contract/local/staff.ts';
import type { StaffMember } from '#core/contract/local/usher.ts';
import { may, mayApprove, rightsOf } from '#core/staff/rights.ts';
import type { StaffSource } from '../local-api/staff-handlers.ts';
import { createDeskGuard, DONE, failed, pinRefusal, pinRefusalOf, refuse, type StaffDeskParts } from './desk-guard.ts';
import { createPaperDesk } from './desk-paper.ts';
import { createLockReleaseDesk, type LockReleaseDesk } from './lock-release.ts';
import type { MoneyWatch } from './money-watch.ts';
import { createOrderSearch, type OrderSearch } from './order-search.ts';
import { staffOrderView } from './staff-order-view.ts';

export interface StaffDesk extends StaffSource, Pick<OrderSearch, 'scanned'> {}

/** What staff do at a kiosk, or at the box office's machine: who may, the audit before it, and the box office's word about it. Nothing happens without a session. */
export function createStaffDesk(parts: StaffDeskParts): StaffDesk {
  const { staff, sessions, money, noted, boxOffice, clock } = parts;
  const guard = createDeskGuard(parts);
  const { allowed, audit } = guard;
  const { lastReprint, letGo, ...paper } = createPaperDesk(parts, guard);
  const { scanOf, ...search } = createOrderSearch(parts, guard);
  const locks = createLockReleaseDesk(parts, guard);
  return {
    ...paper,
    ...search,
    state: (token) => stateOf(parts, { reprint: lastReprint(), search: token === undefined ? null : scanOf(token), locks }, token),
    releaseLocks: locks.release,
    signIn: async (pin) => {
      const answer = await staff.verify(pin, 'staff-page');
      if (answer.kind === 'busy') return answer;
      if (answer.kind !== 'member') return { kind: 'refused', refusal: pinRefusal(answer, clock) };
      await money.refresh();
      return { kind: 'done', token: sessions.open(answer.credential) };
    },
    signOut: (token) => {
      const member = sessions.holder(token);
      sessions.close(token);
      if (member !== undefined) audit('staff-signed-out', member.name, 'by hand');
    },
    touch: (token) => sessions.touch(token),
    order: async (token, orderId) => {
      const member = allowed(token, 'order.resume');
      if ('kind' in member) return member;
      const found = await boxOffice.readOrder({ params: { orderId } });
      return found.ok ? { kind: 'done', order: staffOrderView(found.value) } : failed(found.error);
    },
    refund: async (token, orderId, { refundKey, reason, approval }) => {
      const member = allowed(token, 'order.refund');
      if ('kind' in member) return member;
      const second = approval === undefined ? undefined : await staff.verify(approval, 'staff-page');
      if (second !== undefined && second.kind !== 'member') return second.kind === 'busy' ? second : refuse(pinRefusalOf(second, clock));
      if (second !== undefined && !mayApprove(member, second.member)) return refuse({ code: 'not-two-people' });
      const approvedBy = second?.member.name;
      const agreed = approvedBy === undefined ? {} : { approvedBy };
      const written = audit('refund-asked', member.name, `${orderId} ${reason}${approvedBy === undefined ? '' : `, agreed by ${approvedBy}`}`);
      if (written.kind !== 'done') return written;
      await letGo(orderId);
      const refunded = await boxOffice.refundOrder({ params: { orderId }, body: { refundKey, reason, by: member.name, ...agreed } });
      await money.refresh();
      if (refunded.ok) return DONE;
      return refunded.error.kind === 'refused' ? refuse({ code: 'not-refunded', refusal: refunded.error.refusal }) : failed(refunded.error);
    },
    settle: async (token, orderId, why) => {
      const member = allowed(token, 'order.refund');
      if ('kind' in member) return member;
      const isOpen = money.read()?.view.items.some((item) => item.kind === 'order-unknown' && item.orderId === orderId) === true;
      if (!isOpen || noted.read().some((each) => each.orderId === orderId)) return refuse({ code: 'not-open' });
      // The line in the audit is the deed. The box office shows the order until it arrives there, which nobody waits for: it may be away.
      const written = audit('order-settled', member.name, `${orderId} ${why}`, () => noted.note(orderId, why, member.name, clock.wall()));
      if (written.kind === 'done') void money.refresh();
      return written;
    },
    settlePayment: async (token, attemptKey, found) => {
      const member = allowed(token, 'order.refund');
      if ('kind' in member) return member;
      const item = money.read()?.view.items.find(({ payment }) => payment?.key === attemptKey && payment.findings.includes(found));
      if (item === undefined) return refuse({ code: 'not-open' });
      const written = audit('payment-settled', member.name, `${item.orderId} ${attemptKey} ${found}`);
      if (written.kind !== 'done') return written;
      const settled = await boxOffice.settlePayment({ params: { attemptKey }, body: { found, by: member.name } });
      await money.refresh();
      if (settled.ok) return DONE;
      return settled.error.kind === 'refused' ? refuse({ code: 'not-open' }) : failed(settled.error);
    },
    setClosed: (token, { closed, why }) => {
      const member = allowed(token, 'machine.close');
      if ('kind' in member) return member;
      if (parts.kiosk === undefined) return refuse({ code: 'no-kiosk' });
      const { closure, onClosure } = parts.kiosk;
      const written = closed
        ? audit('kiosk-closed', member.name, why, () => closure.close(member.name, why, clock.wall()))
        : audit('kiosk-opened', member.name, `closed since ${closure.closed()?.since ?? 'never'}`, () => closure.open());
      if (written.kind === 'done') onClosure();
      return written;
    },
  };
}

function stateOf(
  { machine, sessions, money, noted, kiosk, clock, timeZone }: StaffDeskParts,
  { reprint, search, locks }: { readonly reprint: ReprintTask | undefined; readonly search: ScanSearch | null; readonly locks: LockReleaseDesk },
  token: string | undefined,
): StaffState {
  const at = clock.wall();
  const member = sessions.holder(token);
  const left = sessions.left(token);
  const zone = timeZone();
  const common = { machine, at: toIso(at), ...(zone === undefined ? {} : { timeZone: zone }) };
  if (member === undefined || left === undefined)
    return { ...common, staff: null, rights: [], until: null, kiosk: null, money: null, noted: [], locks: null };
  const isOrders = may(member, 'order.resume');
  return {
    ...common,
    staff: member,
    rights: [...rightsOf(member)],
    until: toIso(plus(at, left)),
    kiosk:
      kiosk === undefined
        ? null
        : {
            phase: kiosk.kiosk.session().phase,
            closed: kiosk.closure.closed() ?? null,
            printers: [...kiosk.printers()],
            reprint: may(member, 'ticket.reprint') ? (reprint ?? null) : null,
            search,
            recent: isOrders ? kiosk.recent() : [],
          },
    money: moneyFor(member, machine, money.read()),
    noted: may(member, 'money.view') ? [...noted.read()] : [],
    locks: locks.view(member),
  };
}

/** Whoever is not of the house's own people sees what is open on this machine alone; a technician nothing. */
function moneyFor(member: StaffMember, machine: MachineId, read: ReturnType<MoneyWatch['read']>): StaffState['money'] {
  if (read === undefined || !may(member, 'money.view')) return null;
  if (may(member, 'money.site')) return read;
  return { ...read, view: { ...read.view, items: read.view.items.filter((item) => item.machine === machine) } };
}
