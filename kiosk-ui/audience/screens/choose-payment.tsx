import type { KioskSession, PaymentTile } from '#core/contract/local/kiosk.ts';
import { Icon, type IconName } from '../../design/icon.tsx';
import { audience, PAYMENT_HINT } from '../../text/audience.ts';
import { formatMoney } from '../../text/format.ts';
import { say } from '../../text/language.ts';
import type { Kiosk } from '../model/kiosk.ts';
import { Frame, Waiting } from '../parts/frame.tsx';
import { ScanPicture } from '../parts/scan-picture.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { HoldLeft } from './review.tsx';

type Choosing = Extract<KioskSession, { phase: 'choose-payment' }>;
type Presenting = Extract<KioskSession, { phase: 'present-code' }>;

const ICON: Readonly<Record<PaymentTile['method'], IconName>> = {
  qr: 'phone',
  'payment-code': 'scan',
  member: 'person',
  'card-terminal': 'keys',
};

/** K6: one tile for each way to pay. */
export function ChoosePaymentScreen({ kiosk, session }: { readonly kiosk: Kiosk; readonly session: Choosing }) {
  const { tiles, order } = session;
  return (
    <Frame
      title={say(audience.howToPay)}
      lead={<HoldLeft kiosk={kiosk} order={order} />}
      onBack={() => kiosk.back()}
      look="choose-payment"
      actions={<Trouble kiosk={kiosk} />}
    >
      <p class="pay-amount numeric">{formatMoney(order.total)}</p>
      {tiles.length === 0 ? (
        <Waiting text={say(audience.readingWaysToPay)} />
      ) : (
        <ul class="pay-tiles">
          {tiles.map((tile) => (
            <li key={`${tile.method}/${tile.provider ?? ''}`}>
              <button type="button" class="button pay-tile" disabled={kiosk.busy.value} onClick={() => void kiosk.choosePayment(tile)}>
                <Icon name={ICON[tile.method]} />
                <span class="pay-tile-words">
                  <strong>{say(tile.name)}</strong>
                  <span class="soft">{say(PAYMENT_HINT[tile.method])}</span>
                </span>
                <Icon name="forward" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </Frame>
  );
}

/** K6: the machine reads the guest's phone. Where to hold it is shown, and nothing of the code ever is. */
export function PresentCodeScreen({ kiosk, session }: { readonly kiosk: Kiosk; readonly session: Presenting }) {
  const { order } = session;
  return (
    <Frame
      title={say(audience.presentCode)}
      lead={say(audience.presentCodeMore)}
      onBack={() => kiosk.back()}
      look="paying"
      actions={<Trouble kiosk={kiosk} />}
    >
      <p class="pay-amount numeric">{formatMoney(order.total)}</p>
      <ScanPicture />
      <p class="soft">{say(audience.presentCodeWhere)}</p>
      <p class="pay-within">
        <HoldLeft kiosk={kiosk} order={order} />
      </p>
    </Frame>
  );
}
