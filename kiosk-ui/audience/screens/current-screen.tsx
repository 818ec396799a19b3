import { unreachable } from '#core/base/fault.ts';
import type { Kiosk } from '../model/kiosk.ts';
import type { Browse } from '../model/screen.ts';
import { AttractScreen } from './attract.tsx';
import { ChoosePaymentScreen, PresentCodeScreen } from './choose-payment.tsx';
import { CollectScreen, EnterCodeScreen } from './collect.tsx';
import { ConfirmingScreen } from './confirming.tsx';
import { FilmsScreen } from './films.tsx';
import { MemberScreen } from './member.tsx';
import { PayingScreen, PaymentFailedScreen } from './paying.tsx';
import { DoneScreen, PrintingScreen } from './printing.tsx';
import { HoldExpiredScreen, PaymentUnknownScreen, PrintStoppedScreen, RefundingScreen } from './recovery.tsx';
import { ReviewScreen } from './review.tsx';
import { SeatsScreen } from './seats.tsx';
import { ShowsScreen } from './shows.tsx';
import { TypesScreen } from './types.tsx';

/** The agent's word first; while it says that nothing is promised, the screen that the guest browses to. */
export function CurrentScreen({ kiosk }: { readonly kiosk: Kiosk }) {
  const session = kiosk.session.value;
  switch (session.phase) {
    case 'idle':
      return <BrowsingScreen kiosk={kiosk} browse={kiosk.browse.value} />;
    case 'review':
      return <ReviewScreen kiosk={kiosk} order={session.order} />;
    case 'choose-payment':
      return <ChoosePaymentScreen kiosk={kiosk} session={session} />;
    case 'present-code':
      return <PresentCodeScreen kiosk={kiosk} session={session} />;
    case 'member':
      return <MemberScreen kiosk={kiosk} session={session} />;
    case 'confirming':
      return <ConfirmingScreen kiosk={kiosk} session={session} />;
    case 'paying':
      return <PayingScreen kiosk={kiosk} session={session} />;
    case 'payment-failed':
      return <PaymentFailedScreen kiosk={kiosk} session={session} />;
    case 'payment-unknown':
      return <PaymentUnknownScreen kiosk={kiosk} session={session} />;
    case 'collect':
      return <CollectScreen kiosk={kiosk} order={session.order} />;
    case 'printing':
      return <PrintingScreen kiosk={kiosk} session={session} />;
    case 'print-stopped':
      return <PrintStoppedScreen kiosk={kiosk} session={session} />;
    case 'done':
      return <DoneScreen kiosk={kiosk} session={session} />;
    case 'hold-expired':
      return <HoldExpiredScreen kiosk={kiosk} session={session} />;
    case 'refunding':
      return <RefundingScreen kiosk={kiosk} session={session} />;
    default:
      return unreachable(session);
  }
}

function BrowsingScreen({ kiosk, browse }: { readonly kiosk: Kiosk; readonly browse: Browse }) {
  switch (browse.at) {
    case 'attract':
      return <AttractScreen kiosk={kiosk} />;
    case 'films':
      return <FilmsScreen kiosk={kiosk} />;
    case 'shows':
      return <ShowsScreen kiosk={kiosk} place={browse} />;
    case 'seats':
      return <SeatsScreen kiosk={kiosk} />;
    case 'types':
      return <TypesScreen kiosk={kiosk} />;
    case 'enter-code':
      return <EnterCodeScreen kiosk={kiosk} />;
    default:
      return unreachable(browse);
  }
}
