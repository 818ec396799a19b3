import type { KioskSession } from '#core/contract/local/kiosk.ts';
import { Icon } from '../../design/icon.tsx';
import { audience } from '../../text/audience.ts';
import { say } from '../../text/language.ts';
import type { Kiosk } from '../model/kiosk.ts';
import { Frame } from '../parts/frame.tsx';
import { OrderSummary } from '../parts/order.tsx';
import { SpokenPapers } from '../parts/spoken-papers.tsx';

type Printing = Extract<KioskSession, { phase: 'printing' }>;
type Done = Extract<KioskSession, { phase: 'done' }>;

/** K7 and K8: what is already certain, and the ticket that is coming out now. */
export function PrintingScreen({ kiosk, session }: { readonly kiosk: Kiosk; readonly session: Printing }) {
  const { current, count, printed, journey } = session;
  const steps = journey === 'buy' ? [audience.paid, audience.seatsConfirmed] : [audience.orderFound];
  return (
    <Frame title={say(audience.printing(Math.max(1, current), count))} lead={say(audience.takeTickets)} look="printing">
      <ol class="steps">
        {steps.map((step) => (
          <li class="step-done" key={step.en}>
            <Icon name="check" />
            {say(step)}
          </li>
        ))}
        <li class="step-now" aria-current="step">
          <Icon name="ticket" />
          {say(audience.ticketsPrinting)}
        </li>
      </ol>
      <div
        class="progress"
        role="progressbar"
        aria-label={say(audience.ticketsPrinting)}
        aria-valuemin={0}
        aria-valuemax={count}
        aria-valuenow={printed}
      >
        {Array.from({ length: count }, (_, index) => (
          <i key={index} data-state={index < printed ? 'done' : index === current - 1 ? 'now' : undefined} />
        ))}
      </div>
      <SpokenPapers what={audience.onTheTickets} papers={session.spoken === undefined ? [] : [session.spoken]} />
      <div class="card">
        <OrderSummary kiosk={kiosk} order={session.order} />
      </div>
      <div class="slot" aria-hidden="true">
        <div class="slot-mouth" />
        <div class="slot-paper" key={current}>
          <strong class="numeric">
            {Math.max(1, current)}/{count}
          </strong>
          <span />
          <span />
          <i />
        </div>
        <svg
          class="slot-arrow"
          aria-hidden="true"
          viewBox="0 0 40 48"
          fill="none"
          stroke="currentColor"
          stroke-width="5"
          stroke-linecap="round"
          stroke-linejoin="round"
        >
          <path d="M20 4v38M5 28l15 15 15-15" />
        </svg>
      </div>
    </Frame>
  );
}

/** K9: where to go now. It goes away by itself. */
export function DoneScreen({ kiosk, session }: { readonly kiosk: Kiosk; readonly session: Done }) {
  const left = kiosk.idle.returnsIn.value;
  return (
    <Frame
      title={say(audience.done)}
      lead={say(audience.doneMore(session.printed))}
      look="centred done"
      actions={
        <div class="total-bar">
          <p class="total-what soft numeric">{left !== undefined && say(audience.returnsIn(left))}</p>
          <ReceiptWish kiosk={kiosk} receipt={session.receipt} />
          <button type="button" class="button button-primary" onClick={() => void kiosk.leave()}>
            {say(audience.finish)}
          </button>
        </div>
      }
    >
      <div class="done-mark" aria-hidden="true">
        <Icon name="check" />
      </div>
      <SpokenPapers what={audience.onTheTickets} papers={session.spoken ?? []} />
      {session.spokenReceipt !== undefined && <SpokenPapers what={audience.onTheReceipt} papers={[session.spokenReceipt]} />}
      <div class="card">
        <OrderSummary kiosk={kiosk} order={session.order} />
      </div>
    </Frame>
  );
}

/** The receipt on the guest's wish, after the tickets; once. One that did not come out may be asked for again. */
function ReceiptWish({ kiosk, receipt }: { readonly kiosk: Kiosk; readonly receipt: Done['receipt'] }) {
  if (receipt === 'none' || receipt === 'failed') {
    return (
      <>
        {receipt === 'failed' && (
          <p class="soft" role="status">
            {say(audience.receiptFailed)}
          </p>
        )}
        <button type="button" class="button" disabled={kiosk.busy.value} onClick={() => void kiosk.receipt()}>
          {say(audience.receipt)}
        </button>
      </>
    );
  }
  if (receipt === undefined) return null;
  return (
    <p class="soft" role="status">
      {say(receipt === 'printed' ? audience.receiptPrinted : audience.receiptPrinting)}
    </p>
  );
}
