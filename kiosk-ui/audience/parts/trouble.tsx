import { audience } from '../../text/audience.ts';
import { say } from '../../text/language.ts';
import type { Kiosk } from '../model/kiosk.ts';

/** The last command got no answer; nothing on the screen has changed and it may be tried again. */
export function Trouble({ kiosk }: { readonly kiosk: Kiosk }) {
  if (!kiosk.trouble.value) return null;
  return (
    <div class="banner banner-bad" role="alert">
      <p class="banner-text">{say(audience.noConnection)}</p>
    </div>
  );
}
