import { effect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { StaffState } from '#core/contract/local/staff.ts';
import { type Agent, createBrowserAgent } from '../agent/agent.ts';
import { Icon } from '../design/icon.tsx';
import { kioskPixelsPerMm } from '../design/scale.ts';
import { desk as words } from '../text/desk.ts';
import { LOCALE, language, say } from '../text/language.ts';
import { shared } from '../text/shared.ts';
import { ROLE } from '../text/usher.ts';
import { PinPad } from '../usher/pin-pad.tsx';
import { AskingDialog } from './asking-dialog.tsx';
import { FindPanel } from './find-panel.tsx';
import { LockPanel } from './lock-panel.tsx';
import { MachinePanel } from './machine-panel.tsx';
import { MoneyPanel } from './money-panel.tsx';
import { OrderPanel } from './order-panel.tsx';
import { createStaffDesk, type StaffDesk } from './staff-model.ts';
import './staff.css';

/** K12. Reached by holding the sign in the corner of the guests' screen; it goes back there by itself when nobody is signed in any more. */
export function StaffPage() {
  const agent = useMemo(createBrowserAgent, []);
  const desk = useMemo(() => createStaffDesk({ agent, newKey: () => crypto.randomUUID(), onSignedOut: () => location.assign('/') }), [agent]);
  useEffect(() => attachToPage(desk), [desk]);
  useEffect(() => void readScale(agent), [agent]);
  const state = desk.state.value;
  return (
    <div class="desk">
      <Head desk={desk} state={state} />
      {state?.staff ? <Signed desk={desk} state={state} /> : <SignIn desk={desk} />}
      <AskingDialog desk={desk} />
    </div>
  );
}

/** Millimetres are those of the kiosk's display. */
async function readScale(agent: Agent): Promise<void> {
  const lobby = await agent.call('readLobby');
  if (lobby.kind === 'done') kioskPixelsPerMm.value = lobby.value.pixelsPerMm;
}

function attachToPage(desk: StaffDesk): () => void {
  const touch = (): void => desk.touch();
  addEventListener('pointerdown', touch);
  addEventListener('keydown', touch);
  const stop = effect(() => {
    document.documentElement.lang = LOCALE[language.value];
    document.title = `${say(words.title)} · ${say(shared.product)}`;
  });
  return () => {
    removeEventListener('pointerdown', touch);
    removeEventListener('keydown', touch);
    stop();
    desk.close();
  };
}

function Head({ desk, state }: { readonly desk: StaffDesk; readonly state: StaffState | undefined }) {
  const left = state?.until ? Math.max(0, Math.ceil((Date.parse(state.until) - desk.now.value) / 1_000)) : undefined;
  const other = language.value === 'zh' ? 'en' : 'zh';
  return (
    <header class="desk-head">
      <p class="desk-name">
        <strong>{state?.staff ? state.staff.name : say(words.title)}</strong>
        <span class="soft">
          {state?.staff ? say(ROLE[state.staff.role]) : ''} {state?.machine ?? ''}
        </span>
        {left !== undefined && <span class="soft numeric">{say(words.signedOutIn(String(left)))}</span>}
      </p>
      <div class="desk-actions">
        <button
          type="button"
          class="button"
          lang={LOCALE[other]}
          onClick={() => {
            language.value = other;
          }}
        >
          {say(shared.languageSwitch)}
        </button>
        {state?.staff ? (
          <button type="button" class="button" onClick={() => void desk.signOut()}>
            <Icon name="leave" />
            {say(words.signOut)}
          </button>
        ) : (
          <a class="button" href="/">
            {say(words.toGuests)}
          </a>
        )}
      </div>
    </header>
  );
}

function SignIn({ desk }: { readonly desk: StaffDesk }) {
  const notice = desk.notice.value;
  return (
    <main class="desk-sign-in">
      <h1>{say(words.signIn)}</h1>
      <p class={notice ? 'desk-notice' : 'soft'} data-bad={notice?.isBad ? '' : undefined} role="status">
        {say(notice?.words ?? words.signInMore)}
      </p>
      <PinPad label={say(words.signIn)} isLocked={desk.isBusy.value || desk.isLocked.value} onPin={(pin) => void desk.signIn(pin)} />
    </main>
  );
}

function Signed({ desk, state }: { readonly desk: StaffDesk; readonly state: StaffState }) {
  const notice = desk.notice.value;
  return (
    <main class="desk-main">
      <h1 class="visually-hidden">{say(words.title)}</h1>
      <p class="desk-notice" data-bad={notice?.isBad ? '' : undefined} role="status">
        {notice ? say(notice.words) : ''}
      </p>
      {state.rights.includes('order.resume') && <FindPanel desk={desk} state={state} />}
      {desk.order.value && <OrderPanel desk={desk} state={state} order={desk.order.value} />}
      <MoneyPanel desk={desk} state={state} />
      {state.locks && <LockPanel desk={desk} locks={state.locks} />}
      {state.kiosk && <MachinePanel desk={desk} state={state} kiosk={state.kiosk} />}
    </main>
  );
}
