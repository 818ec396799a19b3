import { FaultError } from '#core/base/fault.ts';
import { seconds } from '#core/base/time.ts';
import { findingsOf } from '#core/box-office/money-view.ts';
import { IdempotencyKey } from '#core/contract/identifiers.ts';
import { isEndOfLife } from '../kernel/life.ts';
import type { Prng } from '../kernel/prng.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { KioskHost } from './kiosk-host.ts';
import type { OfficeBooks, Paper } from './observation.ts';
import type { LobbyFault } from './plan.ts';
import type { TerminalDevice } from './terminal-device.ts';

/**
 * Somebody of the house who comes by every so often: looks into the output and says what came out of a ticket that is in doubt, prints one again when a guest
 * has lost it, and gives the money back for what was not printed.
 */
export interface StaffSurroundings {
  readonly timeline: Timeline;
  readonly chance: Prng;
  readonly kiosks: readonly KioskHost[];
  readonly books: OfficeBooks;
  readonly terminals: readonly TerminalDevice[];
  readonly papers: () => readonly Paper[];
  readonly happens: (fault: LobbyFault, often: number) => boolean;
  readonly reached: (mark: string) => void;
}

const ROUND_MS = [8_000, 30_000] as const;
/** What a person calls in doubt is not what is still moving. */
const SETTLED_MS = seconds(30);
const BY = 'Mei';

export function planStaff(around: StaffSurroundings, from: number, until: number): void {
  const { timeline, chance } = around;
  const round = (): void => {
    if (timeline.now() > until) return;
    goRound(around);
    timeline.at(timeline.now() + chance.between(...ROUND_MS), 'staff come by', round);
  };
  timeline.at(from + chance.between(...ROUND_MS), 'staff come by', round);
}

function goRound(around: StaffSurroundings): void {
  const { kiosks, chance } = around;
  const up = kiosks.filter((each) => each.kiosk() !== undefined);
  if (up.length === 0) return;
  const host = chance.pick(up);
  resolveDoubt(around, host);
  settlePayment(around, host);
  if (host.guest !== undefined || !host.view.isFree()) return;
  if (around.happens('reprint-asked', 0.3)) reprint(around, host);
  if (around.happens('refund-asked', 0.6)) giveBack(around, host);
}

function resolveDoubt({ timeline, chance, books, papers, reached }: StaffSurroundings, host: KioskHost): void {
  const doubtful = [...books.tickets.values()].filter(({ print }) => print.state === 'uncertain' && print.machine === host.machine);
  if (doubtful.length === 0) return;
  const { id } = chance.pick(doubtful);
  const mine = papers().filter(({ ticketId }) => ticketId === id);
  if (mine.some(({ at }) => timeline.now() - at < SETTLED_MS)) return;
  const outcome = mine.some(({ kind }) => kind === 'whole') ? 'printed' : 'not-printed';
  timeline.note(`staff say that ${id} is ${outcome}`);
  reached(`staff say ${outcome}`);
  void host.client()?.resolvePrint({ params: { ticketId: id }, body: { outcome, reason: 'looked into the output', by: BY } });
}

/** What was left to a person is looked up in the terminal's journal; money that it will not give back is given back by hand. */
function settlePayment({ timeline, books, terminals, reached }: StaffSurroundings, host: KioskHost): void {
  const left = [...books.attempts.values()].find((attempt) => attempt.machine === host.machine && findingsOf(attempt).length > 0);
  if (left === undefined) return;
  const { key: attemptKey } = left;
  const booking = terminals.flatMap((terminal) => terminal.bookings()).find((each) => each.attemptKey === attemptKey);
  if (booking?.state === 'waiting') return;
  const [first] = findingsOf(left);
  const found = first === 'booked' ? (booking?.state === 'booked' ? 'booked' : 'not-booked') : first === 'given-back' ? first : 'let-go';
  if (found === 'given-back') for (const terminal of terminals) terminal.giveBack(attemptKey);
  timeline.note(`staff say of the payment ${attemptKey}: ${found}`);
  reached(`staff settle ${found}`);
  void host.client()?.settlePayment({ params: { attemptKey }, body: { found, by: BY } });
}

function reprint({ timeline, chance, books, reached }: StaffSurroundings, host: KioskHost): void {
  const printed = [...books.tickets.values()].filter(({ print, status }) => print.state === 'printed' && status === 'valid');
  if (printed.length === 0) return;
  const { id, orderId } = chance.pick(printed);
  timeline.note(`staff print ${id} again at ${host.machine}`);
  reached('staff reprint');
  host
    .kiosk()
    ?.reprint({ ticketId: id, orderId, by: BY, reason: 'lost' })
    .catch((cause: unknown) => {
      // Nothing was written, so nothing is printed.
      if (!(cause instanceof FaultError) && !isEndOfLife(cause)) throw cause;
    });
}

function giveBack({ timeline, chance, books, reached }: StaffSurroundings, host: KioskHost): void {
  const open = [...books.orders.values()].filter(
    ({ id, status }) =>
      status === 'confirmed' && [...books.tickets.values()].some(({ orderId, print }) => orderId === id && print.state === 'pending'),
  );
  if (open.length === 0) return;
  const { id } = chance.pick(open);
  timeline.note(`staff give the money of ${id} back`);
  reached('staff give money back');
  void host.client()?.refundOrder({
    params: { orderId: id },
    body: { refundKey: IdempotencyKey.parse(`staff-${id}`), reason: 'wrong-show', by: BY },
  });
}
