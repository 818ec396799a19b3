import type { Fault } from '#core/base/fault.ts';
import { instant, seconds, toIso } from '#core/base/time.ts';
import type {
  PaymentTerminal,
  TerminalAuthorisation,
  TerminalFinding,
  TerminalInquiry,
  TerminalOutcome,
  TerminalReceipt,
} from '#core/ports/payment-terminal.ts';
import type { Life } from '../kernel/life.ts';
import type { Prng } from '../kernel/prng.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { Charge } from './observation.ts';
import type { LobbyFault } from './plan.ts';

/**
 * A card terminal as a device of the world, with its own books, which outlive the program. It keeps money only when it hears in time that the goods came out, and
 * books it back by itself otherwise; its answers may be late or lost, and it tells of its newest booking alone.
 */
export interface TerminalDevice {
  portOf(life: Life): PaymentTerminal;
  bookings(): readonly TerminalBooking[];
  /** A person gives the guest her money back at the terminal, or out of the till. */
  giveBack(attemptKey: string): void;
}

export interface TerminalBooking {
  readonly attemptKey: string;
  readonly amount: number;
  /** waiting: approved, and nobody has said what became of the goods. */
  readonly state: 'waiting' | 'booked' | 'reversed';
  readonly at: number;
  /** Nobody had asked for it. */
  readonly byItself: boolean;
}

export interface TerminalSurroundings {
  readonly machine: string;
  readonly timeline: Timeline;
  readonly chance: Prng;
  readonly happens: (fault: LobbyFault, often: number) => boolean;
  readonly reached: (mark: string) => void;
}

const CARD_MS = [1_500, 9_000] as const;
const HOST_MS = [300, 2_500] as const;
const ASKS_EVERY_MS = seconds(2);
/** Longer than the product lets it wait for the goods. */
const BOUND_MS = seconds(100);
const CLOCK_TOLERANCE_MS = 600_000;
const LATE_MS = [20_000, 70_000] as const;

export function createTerminalDevice({ machine, timeline, chance, happens, reached }: TerminalSurroundings): TerminalDevice {
  const books: { -readonly [Name in keyof TerminalBooking]: TerminalBooking[Name] }[] = [];
  let isBusy = false;
  let stop: (() => void) | undefined;

  const fault = (message: string): Fault => ({ code: 'E-TRM-NO-ANSWER', owner: 'device', message });
  const unknown = (message: string) => ({ kind: 'unknown', fault: fault(message) }) as const;
  const after = (ms: number, what: string, action: () => void): void => {
    timeline.at(timeline.now() + ms, `terminal of ${machine} ${what}`, action);
  };
  const receiptOf = (index: number): TerminalReceipt => {
    const booking = books[index];
    return {
      terminalId: machine,
      trace: `${index + 1}`,
      amount: { minor: booking?.amount ?? 0, currency: 'CNY' },
      at: toIso(instant(Math.floor(booking?.at ?? 0))),
    };
  };
  const turnBack = (index: number, byItself: boolean): void => {
    const booking = books[index];
    if (booking === undefined || booking.state === 'reversed') return;
    booking.state = 'reversed';
    booking.byItself = byItself;
    timeline.note(`terminal of ${machine} books ${booking.attemptKey} back${byItself ? ' by itself' : ''}`);
    reached(byItself ? 'terminal booked back by itself' : 'terminal booked back as asked');
  };

  /** The goods: asked every two seconds while somebody is there to answer, and decided by the terminal when nobody does. */
  const waitForGoods = (life: Life, index: number, decide: TerminalAuthorisation['decide'], end: (outcome: TerminalOutcome) => void): void => {
    const booking = books[index];
    const given = timeline.now() + BOUND_MS;
    const turn = (): void => {
      if (booking?.state !== 'waiting') return;
      if (timeline.now() >= given || happens('terminal-takes-back', 0.03)) {
        turnBack(index, true);
        end({ kind: 'reversed', receipt: receiptOf(index) });
        return;
      }
      const word = life.isOver ? 'wait' : decide();
      if (word === 'wait') {
        after(ASKS_EVERY_MS, 'asks for the goods', turn);
        return;
      }
      if (word === 'goods-issued') {
        booking.state = 'booked';
        timeline.note(`terminal of ${machine} has booked ${booking.attemptKey}`);
        reached('terminal booked');
        end({ kind: 'approved', receipt: receiptOf(index) });
        return;
      }
      turnBack(index, false);
      end({ kind: 'reversed', receipt: receiptOf(index) });
    };
    turn();
  };

  const authorise = (life: Life, request: TerminalAuthorisation): Promise<TerminalOutcome> =>
    new Promise((resolve) => {
      if (isBusy) {
        resolve({ kind: 'declined', reason: 'terminal-busy' });
        return;
      }
      isBusy = true;
      let isHeard = false;
      const say = (outcome: TerminalOutcome): void => {
        if (isHeard || life.isOver) return;
        isHeard = true;
        resolve(outcome);
      };
      const end = (outcome: TerminalOutcome): void => {
        isBusy = false;
        stop = undefined;
        if (happens('terminal-late', 0.2)) after(chance.between(...LATE_MS), 'answers late', () => say(outcome));
        else say(outcome);
      };
      const lineBreaks = (): boolean => {
        if (!happens('terminal-lost', 0.08)) return false;
        after(seconds(1), 'is not heard any more', () => say(unknown('the line broke')));
        return true;
      };
      let isStopped = false;
      stop = () => {
        isStopped = true;
      };
      lineBreaks();
      after(chance.between(...CARD_MS), 'sees a card', () => {
        if (isStopped) {
          end({ kind: 'aborted' });
          return;
        }
        after(chance.between(...HOST_MS), 'hears its host', () => {
          stop = undefined;
          if (happens('terminal-declines', 0.25)) {
            end({ kind: 'declined', reason: 'card-refused' });
            return;
          }
          const { attemptKey, amount } = request;
          const index = books.push({ attemptKey, amount: amount.minor, state: 'waiting', at: timeline.now(), byItself: false }) - 1;
          timeline.note(`terminal of ${machine} approves ${attemptKey}`);
          if (!lineBreaks() && !isHeard && !life.isOver) request.onApproved(receiptOf(index));
          waitForGoods(life, index, isHeard ? () => 'wait' : () => (isHeard ? 'wait' : request.decide()), end);
        });
      });
    });

  /** As the driver judges what the terminal repeats (`device-drivers/zvt-terminal/receipts.ts`): by number, time and amount. */
  const find = ({ before, approved, amount, startedAt }: TerminalInquiry): TerminalFinding => {
    const newest = books.length - 1;
    if (isBusy || books[newest]?.state === 'waiting') return unknown('it is at work');
    if (newest + 1 <= Number(before?.trace ?? 0)) return { kind: 'not-booked' };
    const isKnown = approved?.trace === `${newest + 1}`;
    const isOlder = !isKnown && (books[newest]?.at ?? 0) < startedAt - CLOCK_TOLERANCE_MS;
    if (books[newest]?.amount !== amount.minor) return isOlder ? { kind: 'not-booked' } : unknown('its newest booking is of another amount');
    if (isOlder) return unknown('its newest booking is older by its clock');
    reached('terminal asked about an old booking');
    return { kind: books[newest].state === 'booked' ? 'approved' : 'reversed', receipt: receiptOf(newest) };
  };

  return {
    bookings: () => books,
    giveBack: (attemptKey) => {
      for (const [index, booking] of books.entries()) if (booking.attemptKey === attemptKey) turnBack(index, false);
    },
    portOf: (life) => {
      const answer = <Answer>(make: () => Answer, lost: Answer): Promise<Answer> =>
        new Promise((resolve) => {
          after(chance.between(...HOST_MS), 'is asked', () => {
            const given = make();
            if (!life.isOver) resolve(happens('terminal-lost', 0.1) ? lost : given);
          });
        });
      return {
        authorise: (request) => authorise(life, request),
        // Nobody ends the terminal's day in an evening.
        endDay: async () => ({ kind: 'ended', total: undefined }),
        abort: () => stop?.(),
        inquire: (inquiry) => answer(() => find(inquiry), unknown('no answer')),
        reverse: ({ trace }) =>
          answer(() => {
            const index = Number(trace) - 1;
            if (isBusy) return unknown('it is at work');
            if (index !== books.length - 1) return { kind: 'refused', fault: fault('another booking came after') };
            turnBack(index, false);
            return { kind: 'reversed', receipt: receiptOf(index) };
          }, unknown('no answer')),
      };
    },
  };
}

/** The terminals' books as the checkers read all money: what waits for word of the goods counts as taken. */
export function chargesOf(terminals: readonly TerminalDevice[], merchantOrderOf: (attemptKey: string) => string | undefined): readonly Charge[] {
  return terminals.flatMap((terminal) =>
    terminal.bookings().flatMap(({ attemptKey, amount, state, at, byItself }) => {
      const merchantOrder = merchantOrderOf(attemptKey);
      const returned = state === 'reversed' ? amount : 0;
      return merchantOrder === undefined ? [] : [{ merchantOrder, amount, state: 'paid' as const, paidAt: at, returned, isKnown: true, byItself }];
    }),
  );
}
