import { LIMITS } from '#core/base/limits.ts';
import { type Monotonic, plus, toIso } from '#core/base/time.ts';
import { TicketId } from '#core/contract/identifiers.ts';
import type { ScanSearch } from '#core/contract/local/staff.ts';
import type { ScannedCode } from '#core/ports/scanner.ts';
import { kioskScan } from '../kiosk/scan-context.ts';
import type { StaffSource } from '../local-api/staff-handlers.ts';
import { type DeskGuard, DONE, failed, refuse, type StaffDeskParts } from './desk-guard.ts';
import { staffOrderView } from './staff-order-view.ts';

/** Finds an order, old or open, for whoever may see one. What was typed or scanned is kept nowhere and never shown again: a pick-up code opens an order. */
export interface OrderSearch extends Pick<StaffSource, 'find' | 'awaitScan'> {
  /** From the kiosk's scanner. False when nobody has asked for a code, so that it is the guest's. */
  scanned(code: Pick<ScannedCode, 'bytes'>): boolean;
  /** Of this session; null when it searches nothing. */
  scanOf(token: string): ScanSearch | null;
}

/** One at a time: the machine has one scanner, and whoever asked last stands at it. */
interface Turn {
  readonly token: string;
  readonly until: Monotonic;
  readonly state: ScanSearch;
}

export function createOrderSearch(parts: StaffDeskParts, { allowed }: DeskGuard): OrderSearch {
  const { boxOffice, clock, sessions, site } = parts;
  let turn: Turn | undefined;

  const find: OrderSearch['find'] = async (token, text) => {
    const member = allowed(token, 'order.resume');
    if ('kind' in member) return member;
    const code = codeOf(text, site);
    if (typeof code !== 'string') return refuse(code);
    const found = await boxOffice.findOrder({ body: { code } });
    if (found.ok) return { kind: 'done', order: staffOrderView(found.value) };
    if (found.error.kind !== 'refused') return failed(found.error);
    return refuse({ code: found.error.refusal.code === 'other-site' ? 'other-cinema' : 'no-such-order' });
  };

  const settle = async (mine: Turn, text: string): Promise<void> => {
    const answer = await find(mine.token, text);
    // Somebody has asked for another code meanwhile: this one's answer is nobody's any more.
    if (turn !== mine) return;
    turn = { ...mine, state: answer.kind === 'done' ? { kind: 'found', order: answer.order } : scanRefused(answer) };
  };

  return {
    find,
    awaitScan: (token) => {
      const member = allowed(token, 'order.resume');
      if ('kind' in member) return member;
      if (token === undefined || parts.kiosk === undefined) return refuse({ code: 'no-kiosk' });
      const { scanWait } = LIMITS.staff;
      turn = { token, until: plus(clock.monotonic(), scanWait), state: { kind: 'waiting', until: toIso(plus(clock.wall(), scanWait)) } };
      return DONE;
    },
    scanned: ({ bytes }) => {
      if (turn?.state.kind !== 'waiting' || clock.monotonic() >= turn.until || sessions.holder(turn.token) === undefined) return false;
      turn = { ...turn, state: { kind: 'looking' } };
      void settle(turn, String.fromCharCode(...bytes.subarray(0, CODE_LENGTH_MAX + 1)));
      return true;
    },
    scanOf: (token) => {
      if (turn?.token !== token) return null;
      return turn.state.kind === 'waiting' && clock.monotonic() >= turn.until ? null : turn.state;
    },
  };
}

const scanRefused = (answer: Exclude<Awaited<ReturnType<OrderSearch['find']>>, { kind: 'done' }>): ScanSearch => ({
  kind: 'refused',
  refusal: answer.kind === 'busy' ? { code: 'unavailable' } : answer.refusal,
});

/** As in the contract of the box office. */
const CODE_LENGTH_MAX = 256;

/** What the box office is asked for. The digits of a payment code, and of a member's card, do not leave this machine. */
function codeOf(text: string, site: StaffDeskParts['site']): string | { readonly code: 'no-such-order' | 'other-cinema' } {
  const typed = text.trim();
  // Before its form is told: one that begins like 28 would pass for a payment code.
  if (TicketId.safeParse(typed).success && typed.startsWith(site)) return typed;
  const scan = kioskScan(new TextEncoder().encode(typed), site, undefined);
  switch (scan.kind) {
    case 'lookup':
      return scan.code;
    case 'payment-code':
    case 'member-card':
    case 'no-card':
      return { code: 'no-such-order' };
    case 'wrong-kind':
      if (scan.reason === 'other-site') return { code: 'other-cinema' };
      // The number of an order is no code that a guest shows: the box office reads it, and a pick-up code as people write it.
      return scan.reason === 'payment-code' || typed === '' || typed.length > CODE_LENGTH_MAX ? { code: 'no-such-order' } : typed;
  }
}
