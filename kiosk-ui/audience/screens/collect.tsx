import { useLayoutEffect } from 'preact/hooks';
import type { SessionOrder } from '#core/contract/local/kiosk.ts';
import { Icon } from '../../design/icon.tsx';
import { audience } from '../../text/audience.ts';
import { say } from '../../text/language.ts';
import { shared } from '../../text/shared.ts';
import { CODE_LENGTH } from '../model/code-entry.ts';
import type { Kiosk } from '../model/kiosk.ts';
import { Frame } from '../parts/frame.tsx';
import { OrderSummary } from '../parts/order.tsx';
import { Trouble } from '../parts/trouble.tsx';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** K10: hold a code to the reader, or type it. A keyboard types too. */
export function EnterCodeScreen({ kiosk }: { readonly kiosk: Kiosk }) {
  const { code } = kiosk;
  const scan = kiosk.flow('scan').available;
  // Before the first frame: somebody who types at once loses no digit.
  useLayoutEffect(() => {
    const type = (event: KeyboardEvent): void => {
      if (/^\d$/.test(event.key)) code.press(event.key);
      else if (event.key === 'Backspace') code.erase();
      else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) void kiosk.find();
    };
    addEventListener('keydown', type);
    return () => removeEventListener('keydown', type);
  }, []);
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
        <fieldset class="keypad" aria-label={say(audience.keypad)}>
          {KEYS.map((key) => (
            <button type="button" class="button key numeric" key={key} onClick={() => code.press(key)}>
              {key}
            </button>
          ))}
          <button type="button" class="button key" aria-label={say(audience.clearDigits)} onClick={() => code.clear()}>
            <Icon name="cross" />
          </button>
          <button type="button" class="button key numeric" onClick={() => code.press('0')}>
            0
          </button>
          <button type="button" class="button key" aria-label={say(audience.deleteDigit)} onClick={() => code.erase()}>
            <Icon name="erase" />
          </button>
        </fieldset>
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

/** A phone that comes to the reader's light, again and again. */
function ScanPicture() {
  return (
    <div class="scan-picture" aria-hidden="true">
      <svg aria-hidden="true" viewBox="0 0 200 150" fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round" stroke-linejoin="round">
        <g class="scan-phone">
          <rect x="72" y="6" width="56" height="92" rx="9" class="fill-raised" />
          <path d="M84 30h12v12H84zM104 30h12v12h-12zM84 50h12v12H84zM104 50h4m8 0v12h-8M92 76h16" />
        </g>
        <path class="scan-light" d="M62 118 84 84h32l22 34Z" />
        <path d="M48 120h104l8 24H40Z" class="fill-surface" />
        <path d="M72 132h56" class="scan-beam" />
      </svg>
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
