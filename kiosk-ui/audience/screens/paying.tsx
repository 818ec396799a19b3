import type { KioskSession } from '#core/contract/local/kiosk.ts';
import { Icon } from '../../design/icon.tsx';
import { QrCode } from '../../design/qr-code.tsx';
import { audience } from '../../text/audience.ts';
import { formatCountdown, formatMoney } from '../../text/format.ts';
import { say } from '../../text/language.ts';
import { MONEY_SENTENCE } from '../../text/shared.ts';
import { type Kiosk, secondsUntil } from '../model/kiosk.ts';
import { Frame, Waiting } from '../parts/frame.tsx';
import { OrderSummary } from '../parts/order.tsx';
import { Trouble } from '../parts/trouble.tsx';

type Paying = Extract<KioskSession, { phase: 'paying' }>;
type Failed = Extract<KioskSession, { phase: 'payment-failed' }>;

/** K6: one code for the guest's phone, and how long it is good for. */
export function PayingScreen({ kiosk, session }: { readonly kiosk: Kiosk; readonly session: Paying }) {
  const { codeUrl, order } = session;
  const busy = kiosk.busy.value;
  return (
    <Frame
      title={say(session.userPaying ? audience.goOnOnPhone : audience.scanToPay)}
      lead={session.userPaying ? undefined : say(audience.scanToPayMore)}
      look="paying"
      actions={
        <>
          <Trouble kiosk={kiosk} />
          <div class="total-bar">
            <button type="button" class="button" disabled={busy} onClick={() => void kiosk.cancel('start')}>
              {say(busy ? audience.cancelling : audience.cancelPayment)}
            </button>
          </div>
        </>
      }
    >
      <p class="pay-amount numeric">{formatMoney(order.total)}</p>
      {codeUrl === undefined ? (
        <Waiting text={say(audience.makingCode)} />
      ) : (
        <div class="pay-code" data-paying={session.userPaying ? '' : undefined}>
          <QrCode text={codeUrl} label={say(audience.paymentCode)} />
          {session.userPaying && (
            <span class="pay-phone">
              <Icon name="phone" />
            </span>
          )}
        </div>
      )}
      <p class="pay-within numeric">{say(audience.payWithin(formatCountdown(secondsUntil(session.expiresAt, kiosk.now.value))))}</p>
      {kiosk.lobby.value?.simulated && codeUrl !== undefined && (
        <a class="button pay-simulated" href={codeUrl} target="_blank" rel="noopener">
          <Icon name="phone" />
          {say(audience.openAsPhone)}
        </a>
      )}
      <p class="soft pay-what">
        {say(order.film)} · {say(order.screenName)}
      </p>
    </Frame>
  );
}

/** The attempt ended without money; another one may be made while the seats are kept. */
export function PaymentFailedScreen({ kiosk, session }: { readonly kiosk: Kiosk; readonly session: Failed }) {
  const busy = kiosk.busy.value;
  return (
    <Frame
      title={say(audience.paymentFailed)}
      lead={say(session.reason)}
      look="centred"
      actions={
        <>
          <Trouble kiosk={kiosk} />
          <div class="total-bar">
            <button type="button" class="button" disabled={busy} onClick={() => void kiosk.cancel('start')}>
              {say(audience.giveUp)}
            </button>
            <button type="button" class="button button-primary" disabled={busy} onClick={() => void kiosk.pay()}>
              {say(audience.payAgain)}
            </button>
          </div>
        </>
      }
    >
      <p class="money-sentence">{say(MONEY_SENTENCE[session.money])}</p>
      <div class="card">
        <OrderSummary kiosk={kiosk} order={session.order} />
      </div>
    </Frame>
  );
}
