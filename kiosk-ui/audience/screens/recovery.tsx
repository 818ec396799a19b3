import type { KioskSession } from '#core/contract/local/kiosk.ts';
import { Icon } from '../../design/icon.tsx';
import { audience, PRINT_STOP } from '../../text/audience.ts';
import { formatCountdown, formatMoney } from '../../text/format.ts';
import { say } from '../../text/language.ts';
import { MONEY_SENTENCE } from '../../text/shared.ts';
import { type Kiosk, secondsUntil } from '../model/kiosk.ts';
import { Frame } from '../parts/frame.tsx';
import { ClaimCode, OrderSummary } from '../parts/order.tsx';
import { SpokenPapers } from '../parts/spoken-papers.tsx';
import { Trouble } from '../parts/trouble.tsx';

type Unknown = Extract<KioskSession, { phase: 'payment-unknown' }>;
type Stopped = Extract<KioskSession, { phase: 'print-stopped' }>;
type Expired = Extract<KioskSession, { phase: 'hold-expired' }>;
type Refunding = Extract<KioskSession, { phase: 'refunding' }>;

/** K20: nobody can say yet whether money moved. First a wait with an end, then a code with which the guest may leave. */
export function PaymentUnknownScreen({ kiosk, session }: { readonly kiosk: Kiosk; readonly session: Unknown }) {
  const { order } = session;
  const left = secondsUntil(session.claimAt, kiosk.now.value);
  const claim = session.mayLeave || left === 0;
  const span = Math.max(1, (Date.parse(session.claimAt) - Date.parse(session.since)) / 1_000);
  return (
    <Frame
      title={say(claim ? audience.claimTitle : audience.checkingTitle)}
      lead={say(claim ? audience.claimMore : audience.checkingMore)}
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
      <p class="money-sentence money-checking">{say(MONEY_SENTENCE[session.money])}</p>
      {claim ? (
        <ClaimCode kiosk={kiosk} order={order} />
      ) : (
        <>
          <Ring part={left / span} text={formatCountdown(left)} />
          <p class="soft numeric">{say(audience.checkingLeft(formatCountdown(left)))}</p>
          <p class="soft numeric">
            {say(audience.orderNumber(order.orderId))} · {formatMoney(order.total)}
          </p>
        </>
      )}
      <div class="card">
        <OrderSummary kiosk={kiosk} order={order} />
      </div>
    </Frame>
  );
}

function Ring({ part, text }: { readonly part: number; readonly text: string }) {
  const round = 2 * Math.PI * 44;
  return (
    <div class="ring numeric">
      <svg viewBox="0 0 100 100" fill="none" stroke-width="7" stroke-linecap="round" aria-hidden="true">
        <circle cx="50" cy="50" r="44" class="ring-rest" />
        <circle cx="50" cy="50" r="44" class="ring-left" stroke-dasharray={`${round * Math.min(1, part)} ${round}`} transform="rotate(-90 50 50)" />
      </svg>
      <span>{text}</span>
    </div>
  );
}

/** K21 and K22: paid, and not all of it on paper. */
export function PrintStoppedScreen({ kiosk, session }: { readonly kiosk: Kiosk; readonly session: Stopped }) {
  const { printed, count, uncertain, order } = session;
  const busy = kiosk.busy.value;
  return (
    <Frame
      title={say(printed === 0 ? audience.printStoppedNone : audience.printStoppedTitle(printed, count))}
      lead={say(session.canResume ? audience.printerBack : PRINT_STOP[session.stop])}
      look="centred recovery"
      actions={
        <>
          <Trouble kiosk={kiosk} />
          <div class="total-bar">
            <button type="button" class="button" disabled={busy} onClick={() => void kiosk.leave()}>
              {say(audience.finish)}
            </button>
            {session.canResume && (
              <button type="button" class="button button-primary" disabled={busy} onClick={() => void kiosk.resume()}>
                <Icon name="ticket" />
                {say(audience.resumeHere)}
              </button>
            )}
          </div>
        </>
      }
    >
      <p class="money-sentence money-good">{say(MONEY_SENTENCE[session.money])}</p>
      <div
        class="progress"
        role="progressbar"
        aria-label={say(audience.printStoppedTitle(printed, count))}
        aria-valuemin={0}
        aria-valuemax={count}
        aria-valuenow={printed}
      >
        {Array.from({ length: count }, (_, index) => (
          <i key={index} data-state={index < printed ? 'done' : index < printed + uncertain ? 'doubt' : undefined} />
        ))}
      </div>
      {uncertain > 0 && (
        <div class="banner banner-bad">
          <Icon name="alert" />
          <p class="banner-text">{say(audience.uncertainTickets(uncertain))}</p>
        </div>
      )}
      <ClaimCode kiosk={kiosk} order={order} />
      <ClaimSlip kiosk={kiosk} session={session} />
      <p>{say(audience.resumeElsewhere)}</p>
      <div class="card">
        <OrderSummary kiosk={kiosk} order={order} />
      </div>
    </Frame>
  );
}

/** The same on paper: by itself where the printer still can, otherwise when she asks. */
function ClaimSlip({ kiosk, session }: { readonly kiosk: Kiosk; readonly session: Stopped }) {
  const { slip, slipOffered, spokenSlip } = session;
  return (
    <>
      {slip === 'printing' && <p role="status">{say(audience.slipPrinting)}</p>}
      {slip === 'printed' && <p role="status">{say(audience.slipPrinted)}</p>}
      {spokenSlip !== undefined && <SpokenPapers what={audience.onTheSlip} papers={[spokenSlip]} />}
      {slipOffered === true && (
        <button type="button" class="button" disabled={kiosk.busy.value} onClick={() => void kiosk.claimSlip()}>
          {say(audience.slip)}
        </button>
      )}
    </>
  );
}

/** The seats went before anything was paid. */
export function HoldExpiredScreen({ kiosk, session }: { readonly kiosk: Kiosk; readonly session: Expired }) {
  const busy = kiosk.busy.value;
  return (
    <Frame
      title={say(audience.holdExpired)}
      lead={say(audience.holdExpiredMore)}
      look="centred recovery"
      actions={
        <>
          <Trouble kiosk={kiosk} />
          <div class="total-bar">
            <button type="button" class="button" disabled={busy} onClick={() => void kiosk.leave()}>
              {say(audience.finish)}
            </button>
            <button type="button" class="button button-primary" disabled={busy} onClick={() => void kiosk.chooseAgain()}>
              {say(audience.chooseAgain)}
            </button>
          </div>
        </>
      }
    >
      <div class="big-mark" aria-hidden="true">
        <Icon name="clock" />
      </div>
      <p class="money-sentence">{say(MONEY_SENTENCE[session.money])}</p>
    </Frame>
  );
}

/** Money came and seats could not be given: it goes back by itself, and the guest gets the proof. */
export function RefundingScreen({ kiosk, session }: { readonly kiosk: Kiosk; readonly session: Refunding }) {
  const { order, done, reference } = session;
  const amount = formatMoney(order.total);
  return (
    <Frame
      title={say(done ? audience.refundedTitle : audience.refundingTitle)}
      lead={say(done ? audience.refundedMore(amount) : audience.refundingMore(amount))}
      look="centred recovery"
      actions={
        <div class="total-bar">
          <button type="button" class="button button-primary button-wide" onClick={() => void kiosk.leave()}>
            {say(audience.finish)}
          </button>
        </div>
      }
    >
      <p class="money-sentence numeric">{amount}</p>
      <div class="card centred-card">
        <p class="numeric">{say(audience.orderNumber(order.orderId))}</p>
        {reference !== undefined && <p class="numeric">{say(audience.reference(reference))}</p>}
      </div>
      <div class="card">
        <OrderSummary kiosk={kiosk} order={order} />
      </div>
    </Frame>
  );
}
