import type { LobbyChecker, LobbyCheckerContext } from '../observation.ts';
import { nothingIsStuck } from './l1-nothing-is-stuck.ts';
import { moneyIsAccountedFor } from './m1-money-is-accounted-for.ts';
import { oneKeptCharge } from './m2-one-kept-charge.ts';
import { oneAutomaticPrint } from './m3-one-automatic-print.ts';
import { nothingPrintedUnpaid } from './m4-nothing-printed-unpaid.ts';
import { booksAgree } from './m5-the-books-agree.ts';
import { printedNeedsProof } from './p1-printed-needs-proof.ts';
import { noSaleWithoutRoom } from './r1-no-sale-without-room.ts';
import { kioskNumbersWithoutGaps } from './s6-numbers-without-gaps.ts';
import { oneOrderForASeat } from './t1-one-order-for-a-seat.ts';
import { seatsStayUnderPayment } from './t2-seats-stay-under-payment.ts';
import { eventsOnceInEffect } from './x2-events-once-in-effect.ts';

/** Everything that is promised of a lobby, as watchers. D1 is held by the runner. */
export const LOBBY_CHECKERS: readonly ((context: LobbyCheckerContext) => LobbyChecker)[] = [
  moneyIsAccountedFor,
  oneKeptCharge,
  oneAutomaticPrint,
  nothingPrintedUnpaid,
  booksAgree,
  eventsOnceInEffect,
  kioskNumbersWithoutGaps,
  oneOrderForASeat,
  seatsStayUnderPayment,
  printedNeedsProof,
  noSaleWithoutRoom,
  nothingIsStuck,
];
