import type { SessionOrder } from '#core/contract/local/kiosk.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import { posterPath } from '../../agent/routes.ts';
import { QrCode } from '../../design/qr-code.tsx';
import { audience } from '../../text/audience.ts';
import { formatDate, formatPickUpCode, formatTime } from '../../text/format.ts';
import { say } from '../../text/language.ts';
import { shared } from '../../text/shared.ts';
import type { Kiosk } from '../model/kiosk.ts';

/** The site's time zone; what a clock shows before the site is known matters to nobody. */
export function zoneOf(kiosk: Kiosk): string {
  return kiosk.lobby.value?.site?.timeZone ?? 'UTC';
}

/** Seats of one row are named together: "Row 5 Seats 8, 9". */
export function seatNames(seats: readonly { readonly row: string; readonly number: string }[]): BothLanguages {
  const rows = new Map<string, string[]>();
  for (const { row, number } of seats) rows.set(row, [...(rows.get(row) ?? []), number]);
  const names = [...rows].map(([row, numbers]) => shared.seats(row, numbers));
  return { zh: names.map((name) => name.zh).join('；'), en: names.map((name) => name.en).join('; ') };
}

/** The film of an order, when the programme that this page has read still knows its show. */
export function posterOf(kiosk: Kiosk, order: SessionOrder): string | undefined {
  const show = kiosk.programme.value?.shows.find((candidate) => candidate.id === order.showId);
  return show && posterPath(show.filmId);
}

/** Film, time, screen and seats of an order: the same picture on every screen that has one. */
export function OrderSummary({ kiosk, order }: { readonly kiosk: Kiosk; readonly order: SessionOrder }) {
  const zone = zoneOf(kiosk);
  const poster = posterOf(kiosk, order);
  return (
    <div class="order-summary">
      {poster && <img class="poster order-poster" src={poster} alt="" />}
      <div class="order-facts">
        <h2>{say(order.film)}</h2>
        <dl>
          <div>
            <dt>{say(audience.timeLabel)}</dt>
            <dd>
              <strong class="numeric">{formatTime(order.startsAt, zone)}</strong> {formatDate(order.startsAt, zone)}
            </dd>
          </div>
          <div>
            <dt>{say(audience.screenLabel)}</dt>
            <dd>{say(order.screenName)}</dd>
          </div>
          <div>
            <dt>{say(audience.seatsLabel)}</dt>
            <dd>{say(seatNames(order.lines))}</dd>
          </div>
        </dl>
      </div>
    </div>
  );
}

/** The code with which an order can be collected anywhere, to be read, typed or photographed. */
export function ClaimCode({ kiosk, order }: { readonly kiosk: Kiosk; readonly order: SessionOrder }) {
  const phone = kiosk.lobby.value?.site?.phone;
  return (
    <div class="claim card">
      <QrCode text={order.pickUpCode} label={say(audience.pickUpCode)} />
      <div class="claim-words">
        <h2>{say(audience.pickUpCode)}</h2>
        <p class="claim-digits numeric">{formatPickUpCode(order.pickUpCode)}</p>
        <p class="soft">{say(audience.photoHint)}</p>
        <p class="soft numeric">{say(audience.orderNumber(order.orderId))}</p>
        {phone && <p class="soft numeric">{say(audience.call(phone))}</p>}
      </div>
    </div>
  );
}
