import { Icon } from '../../design/icon.tsx';
import { audience } from '../../text/audience.ts';
import { formatMoney } from '../../text/format.ts';
import { say } from '../../text/language.ts';
import { shared } from '../../text/shared.ts';
import type { Kiosk } from '../model/kiosk.ts';
import { allIn, priceOf, typesIn } from '../model/prices.ts';
import { EscortBanner } from '../parts/escort-banner.tsx';
import { Frame } from '../parts/frame.tsx';
import { SeatBanner } from '../parts/seat-banner.tsx';

/** K4: who sits where, each type with its price. */
export function TypesScreen({ kiosk }: { readonly kiosk: Kiosk }) {
  const { seats } = kiosk;
  const house = seats.house.value;
  const total = seats.total.value;
  if (!house) return null;
  const busy = kiosk.busy.value;
  return (
    <Frame
      title={say(audience.chooseTypes)}
      lead={say(audience.proofNeeded)}
      onBack={() => kiosk.back()}
      actions={
        <>
          <EscortBanner kiosk={kiosk} types={seats.lines.value.map(({ ticketType }) => ticketType)} />
          <SeatBanner kiosk={kiosk} house={house} />
          <div class="total-bar">
            <p class="total-what" aria-live="polite">
              <strong class="total numeric">{total && formatMoney(total)}</strong>
              <span class="soft">{say(audience.totalWithFee)}</span>
            </p>
            <button type="button" class="button button-primary" disabled={busy || !total} onClick={() => void kiosk.confirmSeats()}>
              {say(busy ? audience.keepingSeats : audience.keepSeats)}
              <Icon name="forward" />
            </button>
          </div>
        </>
      }
    >
      <ul class="rows">
        {seats.lines.value.map((line) => (
          <li class="card type-row" key={line.seat.id}>
            <h2>{say(shared.seat(line.seat.row, line.seat.number))}</h2>
            <fieldset class="type-chips" aria-label={say(shared.seat(line.seat.row, line.seat.number))}>
              {typesIn(house.show, line.seat.zone).map((ticketType) => {
                const price = priceOf(house.show, line.seat.zone, ticketType);
                return (
                  <button
                    type="button"
                    class="button type-chip"
                    key={ticketType}
                    aria-pressed={line.ticketType === ticketType}
                    onClick={() => seats.setType(line.seat.id, ticketType)}
                  >
                    <span>{say(audience[ticketType])}</span>
                    <span class="numeric soft">{price && formatMoney(allIn(price))}</span>
                  </button>
                );
              })}
            </fieldset>
          </li>
        ))}
      </ul>
    </Frame>
  );
}
