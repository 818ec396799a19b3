import type { SessionOrder } from '#core/contract/local/kiosk.ts';
import { Icon } from '../../design/icon.tsx';
import { audience } from '../../text/audience.ts';
import { formatCountdown, formatMoney } from '../../text/format.ts';
import { say } from '../../text/language.ts';
import { shared } from '../../text/shared.ts';
import { holdShown, type Kiosk } from '../model/kiosk.ts';
import { EscortBanner } from '../parts/escort-banner.tsx';
import { Frame } from '../parts/frame.tsx';
import { OrderSummary } from '../parts/order.tsx';
import { Trouble } from '../parts/trouble.tsx';

/** K5: everything that is about to be paid, the rules of refunds, and how long the seats are kept. */
export function ReviewScreen({ kiosk, order }: { readonly kiosk: Kiosk; readonly order: SessionOrder }) {
  const busy = kiosk.busy.value;
  const policy = kiosk.lobby.value?.site?.refundPolicy;
  return (
    <Frame
      title={say(audience.review)}
      lead={<HoldLeft kiosk={kiosk} order={order} />}
      onBack={() => void kiosk.cancel('seats')}
      backLabel={say(audience.changeSeats)}
      actions={
        <>
          <EscortBanner kiosk={kiosk} types={order.lines.map(({ ticketType }) => ticketType)} />
          <Trouble kiosk={kiosk} />
          <div class="total-bar">
            <p class="total-what">
              <strong class="total numeric">{formatMoney(order.total)}</strong>
              <span class="soft">{say(audience.totalWithFee)}</span>
            </p>
            <button type="button" class="button button-primary" disabled={busy} onClick={() => void kiosk.pay()}>
              {say(audience.agreeAndPay)}
              <Icon name="forward" />
            </button>
          </div>
        </>
      }
    >
      <div class="card review-card">
        <OrderSummary kiosk={kiosk} order={order} />
        <Bill order={order} />
      </div>
      {policy && (
        <div class="card policy">
          <h2>{say(audience.refundPolicy)}</h2>
          <p class="soft">{say(policy)}</p>
        </div>
      )}
    </Frame>
  );
}

export function HoldLeft({ kiosk, order }: { readonly kiosk: Kiosk; readonly order: SessionOrder }) {
  const left = holdShown(order.holdUntil, kiosk.now.value);
  return (
    <span class={`hold-left numeric ${left < 120 ? 'hold-short' : ''}`}>
      <Icon name="clock" />
      {say(audience.seatsKept(formatCountdown(left)))}
    </span>
  );
}

function Bill({ order }: { readonly order: SessionOrder }) {
  const fee = order.lines.reduce((sum, line) => sum + line.fee.minor, 0);
  return (
    <ul class="bill">
      {order.lines.map((line) => (
        <li key={line.seatId}>
          <span>
            {say(shared.seat(line.row, line.number))} · {say(audience[line.ticketType])}
          </span>
          <span class="numeric">{formatMoney(line.price)}</span>
        </li>
      ))}
      {fee > 0 && (
        <li>
          <span>{say(audience.bookingFee(order.lines.length))}</span>
          <span class="numeric">{formatMoney({ minor: fee, currency: order.total.currency })}</span>
        </li>
      )}
      <li class="bill-total">
        <span>{say(audience.total)}</span>
        <span class="numeric">{formatMoney(order.total)}</span>
      </li>
    </ul>
  );
}
