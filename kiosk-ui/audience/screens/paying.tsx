import { unreachable } from '#core/base/fault.ts';
import type { KioskSession } from '#core/contract/local/kiosk.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import { Icon } from '../../design/icon.tsx';
import { QrCode } from '../../design/qr-code.tsx';
import { audience, TERMINAL_PROMPT } from '../../text/audience.ts';
import { formatCountdown, formatMoney } from '../../text/format.ts';
import { say } from '../../text/language.ts';
import { MONEY_SENTENCE } from '../../text/shared.ts';
import { type Kiosk, secondsUntil } from '../model/kiosk.ts';
import { Frame, Waiting } from '../parts/frame.tsx';
import { OrderSummary } from '../parts/order.tsx';
import { Trouble } from '../parts/trouble.tsx';

type Paying = Extract<KioskSession, { phase: 'paying' }>;
type Failed = Extract<KioskSession, { phase: 'payment-failed' }>;

/** K6: the payment is under way. What the guest does meanwhile depends on the way. */
export function PayingScreen({ kiosk, session }: { readonly kiosk: Kiosk; readonly session: Paying }) {
  const { order } = session;
  const busy = kiosk.busy.value;
  const { title, lead } = wordsOf(session);
  return (
    <Frame
      title={say(title)}
      lead={lead && say(lead)}
      look="paying"
      actions={
        <>
          <Trouble kiosk={kiosk} />
          <div class="total-bar">
            <button type="button" class="button" disabled={busy || session.ending} onClick={() => void kiosk.cancel('start')}>
              {say(busy || session.ending ? audience.cancelling : audience.cancelPayment)}
            </button>
          </div>
        </>
      }
    >
      <p class="pay-amount numeric">{formatMoney(order.total)}</p>
      {session.method === 'qr' ? <CodeToScan kiosk={kiosk} session={session} /> : <UnderWay session={session} />}
      {!session.ending && (
        <p class="pay-within numeric">{say(audience.payWithin(formatCountdown(secondsUntil(session.expiresAt, kiosk.now.value))))}</p>
      )}
      {kiosk.lobby.value?.simulated && session.codeUrl !== undefined && (
        <a class="button pay-simulated" href={session.codeUrl} target="_blank" rel="noopener">
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

function wordsOf(session: Paying): { readonly title: BothLanguages; readonly lead?: BothLanguages } {
  if (session.ending) return { title: audience.cancellingPayment, lead: audience.cancellingPaymentMore };
  switch (session.method) {
    case 'qr':
      return session.userPaying ? { title: audience.goOnOnPhone } : { title: audience.scanToPay, lead: audience.scanToPayMore };
    case 'payment-code':
      return { title: session.userPaying ? audience.goOnOnPhone : audience.codeRead, lead: audience.codeReadMore };
    case 'member':
      return { title: audience.takingBalance };
    case 'card-terminal':
      return { title: audience.cardTerminal, lead: audience.cardTerminalMore };
    default:
      return unreachable(session.method);
  }
}

function CodeToScan({ kiosk, session }: { readonly kiosk: Kiosk; readonly session: Paying }) {
  const { codeUrl } = session;
  if (codeUrl === undefined) return <Waiting text={say(kiosk.busy.value || session.ending ? audience.cancelling : audience.makingCode)} />;
  return (
    <div class="pay-code" data-paying={session.userPaying ? '' : undefined}>
      <QrCode text={codeUrl} label={say(audience.paymentCode)} />
      {session.userPaying && (
        <span class="pay-phone">
          <Icon name="phone" />
        </span>
      )}
    </div>
  );
}

/** What the terminal wants, in the guest's language where it says so in none; otherwise its own words. */
function UnderWay({ session }: { readonly session: Paying }) {
  const { ending, terminalPrompt, terminalText } = session;
  const asked = terminalPrompt === undefined ? (terminalText ?? say(audience.codeRead)) : say(TERMINAL_PROMPT[terminalPrompt]);
  const text = ending ? say(audience.cancelling) : asked;
  return <Waiting text={text} />;
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
