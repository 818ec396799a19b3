import { useState } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { Modal } from '../../design/modal.tsx';
import { audience } from '../../text/audience.ts';
import { LOCALE, language, say } from '../../text/language.ts';
import { shared } from '../../text/shared.ts';
import type { Kiosk } from '../model/kiosk.ts';
import type { ScreenName } from '../model/screen.ts';

/** Where a guest may drop everything: nowhere that money or paper is on its way. */
const MAY_START_AGAIN: ReadonlySet<ScreenName> = new Set(['films', 'shows', 'seats', 'types', 'enter-code', 'collect', 'review']);

/** The foot of every screen: language, size of text, contrast, and the way back to the start, which asks once. */
export function Footer({ kiosk }: { readonly kiosk: Kiosk }) {
  const [asks, setAsks] = useState(false);
  const { largeText, highContrast } = kiosk.settings;
  const other = language.value === 'zh' ? 'en' : 'zh';
  const mayStartAgain = MAY_START_AGAIN.has(kiosk.screen.value);
  const startAgain = (): void => {
    setAsks(false);
    if (kiosk.screen.value === 'review') void kiosk.cancel('start');
    else void kiosk.leave();
  };
  return (
    <footer class="footer">
      <button
        type="button"
        class="button"
        lang={LOCALE[other]}
        onClick={() => {
          language.value = other;
        }}
      >
        <Icon name="globe" />
        {say(shared.languageSwitch)}
      </button>
      <button
        type="button"
        class="button button-setting"
        aria-pressed={largeText.value}
        aria-label={say(audience.largeText)}
        onClick={() => {
          largeText.value = !largeText.value;
        }}
      >
        <Icon name="text" />
        <span class="setting-word">{say(audience.largeText)}</span>
      </button>
      <button
        type="button"
        class="button button-setting"
        aria-pressed={highContrast.value}
        aria-label={say(audience.highContrast)}
        onClick={() => {
          highContrast.value = !highContrast.value;
        }}
      >
        <Icon name="contrast" />
        <span class="setting-word">{say(audience.highContrast)}</span>
      </button>
      {mayStartAgain && (
        <button type="button" class="button start-again" aria-label={say(audience.startAgain)} onClick={() => setAsks(true)}>
          <Icon name="restart" />
          <span class="setting-word">{say(audience.startAgain)}</span>
        </button>
      )}
      {asks && mayStartAgain && (
        <Modal title={say(audience.startAgainAsk)} onClose={() => setAsks(false)}>
          <div class="panel-actions">
            <button type="button" class="button button-primary" onClick={() => setAsks(false)}>
              {say(audience.startAgainNo)}
            </button>
            <button type="button" class="button" onClick={startAgain}>
              {say(audience.startAgainYes)}
            </button>
          </div>
        </Modal>
      )}
    </footer>
  );
}
