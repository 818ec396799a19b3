import { FaultError } from '#core/base/fault.ts';
import { plus, toIso } from '#core/base/time.ts';
import type { MachineId, SiteId } from '#core/contract/identifiers.ts';
import type { StaffPrinter, StaffRefusal, StaffRight, StaffState } from '#core/contract/local/staff.ts';
import type { SignInRefusal, StaffMember } from '#core/contract/local/usher.ts';
import type { EventBody } from '#core/contract/wire/events.ts';
import type { Clock, Timers } from '#core/ports/clock.ts';
import { may } from '#core/staff/rights.ts';
import type { BoxOfficeClient, CallFailure } from '../box-office-client/box-office-client.ts';
import type { Closure } from '../kiosk/closure.ts';
import type { Kiosk } from '../kiosk/kiosk.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../runtime/log.ts';
import type { DeskCommands } from './lock-release.ts';
import type { MoneyWatch } from './money-watch.ts';
import type { NotedOrders } from './noted-orders.ts';
import type { Sessions } from './sessions.ts';
import type { PinAnswer, Staff } from './staff.ts';

/** What stands before everything that staff do: the session, the right, and the line in the audit. */

export interface StaffDeskParts {
  readonly machine: MachineId;
  readonly site: SiteId;
  readonly staff: Staff;
  readonly sessions: Sessions;
  readonly boxOffice: Pick<BoxOfficeClient, 'readOrder' | 'findOrder' | 'resolvePrint' | 'refundOrder' | 'settlePayment'>;
  readonly money: Pick<MoneyWatch, 'read' | 'refresh'>;
  readonly noted: NotedOrders;
  /** Missing on a machine that is no kiosk. */
  readonly kiosk?: DeskKiosk;
  /** At the box office's machine alone. */
  readonly commands?: DeskCommands;
  readonly ledger: Pick<Ledger, 'transaction' | 'append'>;
  readonly timeZone: () => string | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

export interface DeskKiosk {
  readonly kiosk: Pick<Kiosk, 'session' | 'leave' | 'resumeOrder' | 'reprint' | 'printerPowerCycled'>;
  readonly closure: Closure;
  readonly printers: () => readonly StaffPrinter[];
  readonly recent: () => NonNullable<StaffState['kiosk']>['recent'];
  /** It was closed or opened. */
  readonly onClosure: () => void;
}

type AuditAction = Extract<EventBody, { t: 'audit' }>['d']['action'];

export const refuse = (refusal: StaffRefusal) => ({ kind: 'refused', refusal }) as const;
export type Refused = ReturnType<typeof refuse>;
export const DONE = { kind: 'done' } as const;

export interface DeskGuard {
  /** Whoever has this right, or why not. */
  allowed(token: string | undefined, right: StaffRight): StaffMember | Refused;
  /** In the audit before anything moves; when that fails nothing does. `also` is in the same transaction. */
  audit(action: AuditAction, by: string, detail: string, also?: () => void): typeof DONE | Refused;
}

const DETAIL_MAX = 200;

export function createDeskGuard({ sessions, ledger, log }: Pick<StaffDeskParts, 'sessions' | 'ledger' | 'log'>): DeskGuard {
  return {
    allowed: (token, right) => {
      const member = sessions.holder(token);
      if (member === undefined) return refuse({ code: 'not-signed-in' });
      return may(member, right) ? member : refuse({ code: 'no-right' });
    },
    audit: (action, by, detail, also) => {
      try {
        ledger.transaction(() => {
          also?.();
          ledger.append({ t: 'audit', d: { action, by, detail: detail.slice(0, DETAIL_MAX) } });
        });
        return DONE;
      } catch (cause) {
        return notWritten(cause, log);
      }
    },
  };
}

/** The disk is full, or broken for a moment: nothing was done. */
export function notWritten(cause: unknown, log: Log): Refused {
  if (!(cause instanceof FaultError)) throw cause;
  log.error({ code: cause.fault.code }, cause.fault.message);
  return refuse({ code: 'not-written' });
}

export function failed(failure: CallFailure<unknown>): Refused {
  return refuse({ code: 'fault' in failure && failure.fault.code === 'E-BOX-MISSING' ? 'unknown' : 'unavailable' });
}

type FailedPin = Exclude<PinAnswer, { kind: 'member' | 'busy' }>;

export function pinRefusal(answer: FailedPin, clock: Clock): SignInRefusal {
  switch (answer.kind) {
    case 'wrong':
      return { code: 'wrong-pin', triesLeft: answer.triesLeft };
    case 'locked':
      return { code: 'locked', until: toIso(plus(clock.wall(), answer.left)) };
    case 'no-staff':
      return { code: 'no-staff' };
  }
}

export function pinRefusalOf(answer: FailedPin, clock: Clock): StaffRefusal {
  const refusal = pinRefusal(answer, clock);
  // Somebody was signed in a moment ago; the last of the staff has been removed since.
  return refusal.code === 'no-staff' ? { code: 'no-right' } : refusal;
}
