import type { BothLanguages } from '#core/contract/values.ts';
import { Icon } from '../../design/icon.tsx';
import { audience } from '../../text/audience.ts';
import { formatDate, formatMoney, formatTime } from '../../text/format.ts';
import { say } from '../../text/language.ts';
import { shared } from '../../text/shared.ts';
import type { Kiosk } from '../model/kiosk.ts';
import { allIn, ordinaryPrice } from '../model/prices.ts';
import { seatsOf } from '../model/seat-choice.ts';
import type { House } from '../model/seat-feed.ts';
import { Frame, Waiting } from '../parts/frame.tsx';
import { seatNames, zoneOf } from '../parts/order.tsx';
import { SeatBanner } from '../parts/seat-banner.tsx';
import { FACE_WORDS, SeatMap } from '../parts/seat-map.tsx';

/** K3: the map, seats picked by the machine on wish, what they cost with everything, and one way out of every problem. */
export function SeatsScreen({ kiosk }: { readonly kiosk: Kiosk }) {
  const { seats } = kiosk;
  const house = seats.house.value;
  if (!house) {
    return (
      <Frame title={say(audience.chooseSeats)} onBack={() => kiosk.back()}>
        {seats.unreadable.value ? <p class="empty">{say(audience.mapGone)}</p> : <Waiting text={say(shared.loading)} />}
      </Frame>
    );
  }
  const zone = zoneOf(kiosk);
  const { show, film } = house;
  return (
    <Frame
      title={say(audience.chooseSeats)}
      lead={`${say(film.title)} · ${formatTime(show.startsAt, zone)} ${formatDate(show.startsAt, zone)} · ${say(show.screenName)}`}
      onBack={() => kiosk.back()}
      look="seats"
      actions={<Chosen kiosk={kiosk} house={house} />}
    >
      <PickForMe kiosk={kiosk} />
      <SeatMap house={house} seats={seats} />
      <Legend house={house} />
    </Frame>
  );
}

function PickForMe({ kiosk }: { readonly kiosk: Kiosk }) {
  const most = kiosk.lobby.value?.site?.seatsPerOrder ?? 6;
  const counts = Array.from({ length: Math.min(6, most) }, (_, index) => index + 1);
  return (
    <fieldset class="pick" aria-label={say(audience.howMany)}>
      <span aria-hidden="true">{say(audience.howMany)}</span>
      {counts.map((count) => (
        <button
          type="button"
          class="button numeric"
          key={count}
          aria-label={say(audience.howManySeats(count))}
          onClick={() => kiosk.seats.pick(count)}
        >
          {count}
        </button>
      ))}
    </fieldset>
  );
}

function Legend({ house }: { readonly house: House }) {
  const has = (kind: string): boolean => house.plan.seats.some((seat) => seat.kind === kind);
  const items: { face: keyof typeof FACE_WORDS; kind?: string; words: BothLanguages }[] = [
    { face: 'Y', words: FACE_WORDS.Y },
    { face: 'S', words: FACE_WORDS.S },
    { face: 'H', words: FACE_WORDS.H },
  ];
  if (has('wheelchair')) items.push({ face: 'F', kind: 'wheelchair', words: audience.wheelchairSpace });
  if (has('couple-left')) items.push({ face: 'F', kind: 'couple-left', words: audience.coupleSeat });
  return (
    <ul class="legend" aria-label={say(audience.legend)}>
      {house.plan.zones.map((zone, index) => {
        const price = ordinaryPrice(house.show, zone.id);
        return (
          <li key={zone.id}>
            <i class="seat" data-face="F" data-zone={index > 0 ? index : undefined} />
            <span>
              {say(zone.name)} {price && <strong class="numeric">{formatMoney(allIn(price))}</strong>}
            </span>
          </li>
        );
      })}
      {items.map((item) => (
        <li key={item.words.en}>
          <i class="seat" data-face={item.face} data-kind={item.kind}>
            {item.kind === 'wheelchair' && <Icon name="wheelchair" />}
          </i>
          {item.kind === 'couple-left' && <i class="seat" data-face={item.face} data-kind="couple-right" />}
          <span>{say(item.words)}</span>
        </li>
      ))}
    </ul>
  );
}

function Chosen({ kiosk, house }: { readonly kiosk: Kiosk; readonly house: House }) {
  const { seats } = kiosk;
  const lines = seats.lines.value;
  const total = seats.total.value;
  const chosen = seatsOf(house.plan, seats.selected.value);
  return (
    <>
      <SeatBanner kiosk={kiosk} house={house} />
      <div class="total-bar">
        <p class="total-what" aria-live="polite">
          {lines.length === 0 ? (
            <span class="soft">{say(audience.noneChosen)}</span>
          ) : (
            <>
              <span class="soft">
                {say(audience.seatsChosen(lines.length))} · {say(seatNames(chosen))}
              </span>
              <strong class="total numeric">{total && formatMoney(total)}</strong>
              <span class="soft">{say(audience.totalWithFee)}</span>
            </>
          )}
        </p>
        <button type="button" class="button button-primary" disabled={lines.length === 0} onClick={() => kiosk.toTypes()}>
          {say(audience.goOn)}
          <Icon name="forward" />
        </button>
      </div>
    </>
  );
}
