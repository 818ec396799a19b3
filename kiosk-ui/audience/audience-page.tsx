import { effect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { createBrowserAgent } from '../agent/agent.ts';
import { Modal } from '../design/modal.tsx';
import { kioskPixelsPerMm } from '../design/scale.ts';
import { audience } from '../text/audience.ts';
import { formatTime } from '../text/format.ts';
import { DEFAULT_LANGUAGE, LOCALE, language, say } from '../text/language.ts';
import { shared } from '../text/shared.ts';
import './styles/frame.css';
import './styles/attract.css';
import './styles/browse.css';
import './styles/order.css';
import './styles/pay-and-print.css';
import './styles/seat-map.css';
import { createKiosk } from './model/create-kiosk.ts';
import type { Kiosk } from './model/kiosk.ts';
import { CodeNotice } from './parts/code-notice.tsx';
import { Footer } from './parts/footer.tsx';
import { zoneOf } from './parts/order.tsx';
import { CurrentScreen } from './screens/current-screen.tsx';

/** What a browser would offer a finger that rests, drags or pinches. */
const UNWANTED = ['contextmenu', 'dragstart', 'gesturestart'] as const;

export function AudiencePage() {
  const kiosk = useMemo(
    () =>
      createKiosk({
        agent: createBrowserAgent(),
        onCleared: () => {
          language.value = DEFAULT_LANGUAGE;
        },
      }),
    [],
  );
  useEffect(() => attachToPage(kiosk), [kiosk]);
  const unheard = kiosk.link.state.value === 'silent' || kiosk.link.state.value === 'lost';
  return (
    <div class="kiosk" data-screen={kiosk.screen.value}>
      <Masthead kiosk={kiosk} />
      <main class="stage" inert={unheard}>
        <CodeNotice kiosk={kiosk} />
        <CurrentScreen kiosk={kiosk} key={kiosk.screen.value} />
      </main>
      <div class="foot" inert={unheard}>
        <Footer kiosk={kiosk} />
      </div>
      <IdleQuestion kiosk={kiosk} />
      <LinkCover kiosk={kiosk} />
    </div>
  );
}

/** Everything outside the elements: listeners, the language and the settings of the document. */
function attachToPage(kiosk: Kiosk): () => void {
  const root = document.documentElement;
  const touch = (): void => kiosk.idle.touch();
  const keys = (event: KeyboardEvent): void => {
    touch();
    if (event.key === 'Escape' && !document.querySelector('dialog[open]')) kiosk.back();
  };
  const prevent = (event: Event): void => event.preventDefault();
  addEventListener('pointerdown', touch);
  addEventListener('keydown', keys);
  for (const name of UNWANTED) addEventListener(name, prevent);
  const stops = [
    effect(() => {
      root.lang = LOCALE[language.value];
      const site = kiosk.lobby.value?.site;
      document.title = site ? say(site.name) : say(shared.product);
    }),
    effect(() => {
      root.toggleAttribute('data-large-text', kiosk.settings.largeText.value);
      root.toggleAttribute('data-high-contrast', kiosk.settings.highContrast.value);
    }),
    effect(() => {
      kioskPixelsPerMm.value = kiosk.lobby.value?.pixelsPerMm;
    }),
  ];
  return () => {
    removeEventListener('pointerdown', touch);
    removeEventListener('keydown', keys);
    for (const name of UNWANTED) removeEventListener(name, prevent);
    for (const stop of stops) stop();
    kiosk.close();
  };
}

/** So long nobody rests a finger there by chance. */
const STAFF_HOLD_MS = 3_000;

/** The way in for staff: the cinema's name in the corner, held. It asks for a PIN, so that finding it opens nothing. */
function staffDoor(name: HTMLElement | null): void {
  if (name === null) return;
  let holding: number | undefined;
  const letGo = (): void => window.clearTimeout(holding);
  name.onpointerdown = () => {
    letGo();
    holding = window.setTimeout(() => location.assign('/staff'), STAFF_HOLD_MS);
  };
  name.onpointerup = letGo;
  name.onpointerleave = letGo;
  name.onpointercancel = letGo;
}

function Masthead({ kiosk }: { readonly kiosk: Kiosk }) {
  const site = kiosk.lobby.value?.site;
  return (
    <header class="masthead">
      <p class="masthead-name" ref={staffDoor}>
        <span class="masthead-bulb" aria-hidden="true" />
        {site ? say(site.name) : say(shared.product)}
      </p>
      <p class="masthead-clock numeric">{formatTime(new Date(kiosk.now.value).toISOString(), zoneOf(kiosk))}</p>
    </header>
  );
}

function IdleQuestion({ kiosk }: { readonly kiosk: Kiosk }) {
  const left = kiosk.idle.warning.value;
  if (left === undefined) return null;
  return (
    <Modal title={say(audience.stillThere)} onClose={() => kiosk.idle.touch()}>
      <p class="idle-left numeric" role="timer">
        {left}
      </p>
      <p>{say(audience.stillThereMore(left))}</p>
      <div class="panel-actions">
        <button type="button" class="button button-primary" onClick={() => kiosk.idle.touch()}>
          {say(audience.stayHere)}
        </button>
      </div>
    </Modal>
  );
}

/** The agent is silent: nothing that is touched would be heard, so nothing can be touched. */
function LinkCover({ kiosk }: { readonly kiosk: Kiosk }) {
  const state = kiosk.link.state.value;
  if (state === 'live' || state === 'connecting') return null;
  const gone = state === 'lost';
  return (
    <div class="cover" role="alert" data-gone={gone ? '' : undefined}>
      <div class="panel">
        {!gone && <div class="spinner" />}
        <h2>{say(gone ? shared.outOfService : shared.oneMoment)}</h2>
        <p>{say(gone ? shared.outOfServiceMore : shared.oneMomentMore)}</p>
      </div>
    </div>
  );
}
