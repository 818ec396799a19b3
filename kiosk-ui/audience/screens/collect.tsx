import type { SessionOrder } from '#core/contract/local/kiosk.ts';
import { Icon } from '../../design/icon.tsx';
import { audience } from '../../text/audience.ts';
import { say } from '../../text/language.ts';
import { shared } from '../../text/shared.ts';
import { CODE_LENGTH } from '../model/code-entry.ts';
import type { Kiosk } from '../model/kiosk.ts';
import { Frame } from '../parts/frame.tsx';
import { Keypad } from '../parts/keypad.tsx';
import { OrderSummary } from '../parts/order.tsx';
import { ScanPicture } from '../parts/scan-picture.tsx';
import { Trouble } from '../parts/trouble.tsx';

/** K10: hold a code to the reader, or type it. A keyboard types too. */
export function EnterCodeScreen({ kiosk }: { readonly kiosk: Kiosk }) {
  const { code } = kiosk;
  const scan = kiosk.flow('scan').available;
  return (
    <Frame
      title={say(audience.collectTitle)}
      lead={say(scan ? audience.collectScan : audience.collectTypeOnly)}
      onBack={() => kiosk.back()}
      look="enter-code"
    >
      {scan && <ScanPicture />}
      <div class="code-side">
        {scan && <p class="soft code-or">{say(audience.collectType)}</p>}
        <CodeField kiosk={kiosk} />
        <Keypad digits={code} onEnter={() => void kiosk.find()} />
        <button
          type="button"
          class="button button-primary button-wide"
          disabled={!code.complete.value || kiosk.busy.value}
          onClick={() => void kiosk.find()}
        >
          {say(kiosk.busy.value ? audience.finding : audience.find)}
        </button>
      </div>
    </Frame>
  );
}

function CodeField({ kiosk }: { readonly kiosk: Kiosk }) {
  const [number, verify] = kiosk.code.halves.value;
  const slots = CODE_LENGTH / 2;
  return (
    <div class="code-field">
      {[
        { label: audience.pickUpNumber, digits: number, open: true },
        { label: audience.verifyCode, digits: verify, open: number.length === slots },
      ].map(({ label, digits, open }) => (
        <div class="code-half" key={label.en}>
          <span class="soft">{say(label)}</span>
          <span class="code-digits numeric" aria-hidden="true">
            {Array.from({ length: slots }, (_, index) => (
              <b key={index} data-next={open && index === digits.length ? '' : undefined}>
                {digits[index] ?? ''}
              </b>
            ))}
          </span>
        </div>
      ))}
      <p class="visually-hidden" role="status">
        {say(audience.codeEntered(kiosk.code.digits.value.split('').join(' ')))}
      </p>
    </div>
  );
}

/** K11: what was found, and one touch to print it. */
export function CollectScreen({ kiosk, order }: { readonly kiosk: Kiosk; readonly order: SessionOrder }) {
  const pending = order.lines.filter((line) => line.printState === undefined || line.printState === 'pending');
  return (
    <Frame
      title={say(audience.yourTickets)}
      onBack={() => kiosk.back()}
      actions={
        <>
          <Trouble kiosk={kiosk} />
          <div class="total-bar">
            <button
              type="button"
              class="button button-primary button-wide"
              disabled={pending.length === 0 || kiosk.busy.value}
              onClick={() => void kiosk.print()}
            >
              <Icon name="ticket" />
              {say(audience.printAll(pending.length))}
            </button>
          </div>
        </>
      }
    >
      <div class="card">
        <OrderSummary kiosk={kiosk} order={order} />
      </div>
      <ul class="rows">
        {order.lines.map((line) => (
          <li class="card ticket-row" key={line.seatId} data-state={line.printState}>
            <Icon name={line.printState === 'printed' ? 'check' : line.printState === 'uncertain' ? 'alert' : 'ticket'} />
            <strong>{say(shared.seat(line.row, line.number))}</strong>
            <span>{say(audience[line.ticketType])}</span>
            <span class="soft">
              {say(
                line.printState === 'printed'
                  ? audience.alreadyPrinted
                  : line.printState === 'uncertain'
                    ? audience.askStaffTicket
                    : audience.toBePrinted,
              )}
            </span>
          </li>
        ))}
      </ul>
    </Frame>
  );
}
