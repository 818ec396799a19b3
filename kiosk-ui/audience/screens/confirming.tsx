import type { KioskSession } from '#core/contract/local/kiosk.ts';
import { Icon } from '../../design/icon.tsx';
import { audience } from '../../text/audience.ts';
import { say } from '../../text/language.ts';
import { MONEY_SENTENCE } from '../../text/shared.ts';
import { type Kiosk, secondsUntil } from '../model/kiosk.ts';
import { Frame } from '../parts/frame.tsx';
import { ClaimCode, OrderSummary } from '../parts/order.tsx';
import { Trouble } from '../parts/trouble.tsx';

type Confirming = Extract<KioskSession, { phase: 'confirming' }>;

/** K7: the money is here, the box office has still to say that the seats are. After a minute the guest gets the code and may leave. */
export function ConfirmingScreen({ kiosk, session }: { readonly kiosk: Kiosk; readonly session: Confirming }) {
  const { order } = session;
  const claim = session.mayLeave || secondsUntil(session.claimAt, kiosk.now.value) === 0;
  return (
    <Frame
      title={say(audience.confirmingTitle)}
      lead={claim ? say(audience.claimMore) : undefined}
      look="centred recovery"
      actions={
        session.mayLeave && (
          <>
            <Trouble kiosk={kiosk} />
            <div class="total-bar">
              <button type="button" class="button button-primary button-wide" onClick={() => void kiosk.leave()}>
                {say(audience.finish)}
              </button>
            </div>
          </>
        )
      }
    >
      <p class="money-sentence money-good">{say(MONEY_SENTENCE[session.money])}</p>
      {claim ? (
        <ClaimCode kiosk={kiosk} order={order} />
      ) : (
        <ul class="steps">
          <li class="step-done">
            <Icon name="check" />
            {say(audience.paid)}
          </li>
          <li class="step-now">
            <Icon name="clock" />
            {say(audience.confirmingSeats)}
          </li>
        </ul>
      )}
      <p class="soft numeric">{say(audience.orderNumber(order.orderId))}</p>
      <div class="card">
        <OrderSummary kiosk={kiosk} order={order} />
      </div>
    </Frame>
  );
}
