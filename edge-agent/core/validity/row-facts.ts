import type { ShowFacts, TicketFacts } from '../admission/facts.ts';
import { read32, read48 } from '../base/big-endian.ts';
import { instant } from '../base/time.ts';
import { utf8Text } from '../base/utf8.ts';
import type { ValidityShow } from '../contract/box-office/validity.ts';
import type { ShowId, TicketId } from '../contract/identifiers.ts';
import { escortsOf } from './row-codec.ts';
import { CLASSES, ESCORTS_SHIFT, FORMS, STANDINGS } from './row-form.ts';

/** Rows as the facts of a decision. A ticket's are made for every scan, so they are read out of the bytes without a detour. */

const NO_ESCORTS: readonly TicketId[] = [];

/** @param row a whole ticket's row, as `rowEnd` has found it */
export function ticketFactsOf(id: TicketId, row: Uint8Array): TicketFacts {
  const kind = row[16] ?? 0;
  return {
    id,
    showId: read32(row, 9).toString() as ShowId,
    seatLabel: utf8Text(row, 25, 25 + (row[24] ?? 0)) ?? '',
    admits: row[15] ?? 0,
    needsProof: (kind & 16) !== 0,
    ticketClass: CLASSES[kind & 3] ?? 'standard',
    escorts: kind >> ESCORTS_SHIFT === 0 ? NO_ESCORTS : escortsOf(row),
    forms: FORMS[(kind >> 2) & 3] ?? 'both',
    standing: STANDINGS[row[17] ?? 0] ?? 'blocked',
    since: instant(read48(row, 18)),
  };
}

export function showFactsOf(show: ValidityShow): ShowFacts {
  const { id, screenId, screenName, filmTitle, reentry, cancelled, escortChildren, whenSplit } = show;
  return {
    id,
    screenId,
    screenName,
    filmTitle,
    startsAt: instant(Date.parse(show.startsAt)),
    entryFrom: instant(Date.parse(show.entryFrom)),
    entryUntil: instant(Date.parse(show.entryUntil)),
    reentry,
    cancelled,
    capacity: show.capacity ?? undefined,
    escortChildren,
    whenSplit,
    homeGate: show.homeGate ?? undefined,
  };
}
