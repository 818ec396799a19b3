import type { TicketTypeId } from '#core/contract/box-office/programme.ts';
import { Icon } from '../../design/icon.tsx';
import { audience } from '../../text/audience.ts';
import { say } from '../../text/language.ts';
import { lacksGrownUp } from '../model/escort.ts';
import type { Kiosk } from '../model/kiosk.ts';

/** Children who would stand before the gate: nothing is forbidden, and nobody is surprised. */
export function EscortBanner({ kiosk, types }: { readonly kiosk: Kiosk; readonly types: readonly TicketTypeId[] }) {
  const show = kiosk.seats.house.value?.show;
  if (!show || !lacksGrownUp(show, types)) return null;
  return (
    <div class="banner" role="status">
      <Icon name="alert" />
      <p class="banner-text">{say(audience.childNeedsAdult)}</p>
    </div>
  );
}
