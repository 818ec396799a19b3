import { unreachable } from '#core/base/fault.ts';
import type { SeatId } from '#core/contract/identifiers.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import { audience } from '../../text/audience.ts';
import { formatMoney } from '../../text/format.ts';
import { language, say } from '../../text/language.ts';
import type { Kiosk } from '../model/kiosk.ts';
import { seatsOf } from '../model/seat-choice.ts';
import type { House } from '../model/seat-feed.ts';
import type { SeatNotice } from '../model/seat-refusal.ts';
import { seatNames } from './order.tsx';

interface Wording {
  readonly text: BothLanguages;
  /** The one touch that puts it right. */
  readonly fix?: { readonly label: BothLanguages; readonly act: () => void } | undefined;
}

/** What the seats have to say about the last wish: which seats, and one touch that puts it right. */
export function SeatBanner({ kiosk, house }: { readonly kiosk: Kiosk; readonly house: House }) {
  const notice = kiosk.seats.notice.value;
  if (kiosk.trouble.value) {
    return (
      <div class="banner banner-bad" role="alert">
        <p class="banner-text">
          <strong>{say(audience.cannotSellNow)}</strong> {say(audience.cannotSellMore)}
        </p>
      </div>
    );
  }
  if (!notice) return null;
  const { text, fix } = wordingOf(notice, kiosk, house);
  return (
    <div class="banner" role="alert">
      <p class="banner-text">{say(text)}</p>
      {fix && (
        <button type="button" class="button" onClick={fix.act}>
          {say(fix.label)}
        </button>
      )}
    </div>
  );
}

function wordingOf(notice: SeatNotice, kiosk: Kiosk, { plan }: House): Wording {
  const named = (ids: readonly SeatId[]): string => seatNames(seatsOf(plan, ids))[language.value];
  const both = (make: (names: string) => BothLanguages, ids: readonly SeatId[]): BothLanguages => make(named(ids));
  const offer = (label: (names: string) => BothLanguages, seats: readonly SeatId[]): Wording['fix'] =>
    seats.length > 0 ? { label: both(label, seats), act: () => kiosk.seats.take(seats) } : undefined;
  switch (notice.kind) {
    case 'gap':
      return { text: both(audience.gapLeft, notice.seats), fix: offer(audience.gapFix, notice.offer) };
    case 'lost':
      return { text: both(audience.seatsLost, notice.seats), fix: offer(audience.seatsOffer, notice.offer) };
    case 'couple':
      return { text: audience.coupleSplit, fix: offer(audience.gapFix, notice.offer) };
    case 'limit':
      return { text: audience.seatLimit(notice.limit) };
    case 'none-left':
      return { text: audience.noBestSeats(notice.count) };
    case 'price':
      return {
        text: audience.priceChanged(formatMoney(notice.from), formatMoney(notice.to)),
        fix: { label: audience.acceptPrice(formatMoney(notice.to)), act: () => void kiosk.acceptPrice(notice.to) },
      };
    case 'hold-gone':
      return { text: audience.holdGone };
    case 'sale-ended':
      return { text: audience.saleEnded };
    case 'unavailable':
      return {
        text: {
          zh: `${audience.cannotSellNow.zh}。${audience.cannotSellMore.zh}`,
          en: `${audience.cannotSellNow.en}. ${audience.cannotSellMore.en}`,
        },
      };
    default:
      return unreachable(notice);
  }
}
