import { effect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { StaffMember, UsherState } from '#core/contract/local/usher.ts';
import { createBrowserAgent } from '../agent/agent.ts';
import { Icon, type IconName } from '../design/icon.tsx';
import { createSoundPlayer } from '../gate/sound-player.ts';
import { gate } from '../text/gate.ts';
import { LOCALE, language, say } from '../text/language.ts';
import { shared } from '../text/shared.ts';
import { ROLE, usher as words } from '../text/usher.ts';
import { feel } from './feedback.ts';
import { FindView } from './find-view.tsx';
import { HallsView } from './halls-view.tsx';
import { LogView } from './log-view.tsx';
import { createOverride, type Override } from './model/override.ts';
import { createSearch, type Search } from './model/search.ts';
import { createUsher, type Pane, type Usher } from './model/usher.ts';
import { OverrideDialog } from './override-dialog.tsx';
import { ScanView } from './scan-view.tsx';
import { SignIn } from './sign-in.tsx';
import { Status } from './status.tsx';
import './styles/frame.css';
import './styles/scan.css';
import './styles/sheet.css';
import './styles/panes.css';
import { VerdictSheet } from './verdict-sheet.tsx';
import { useWakeLock } from './wake-lock.ts';

/** `/usher`: the check in somebody's hand. */
export function UsherPage() {
  const sounds = useMemo(createSoundPlayer, []);
  const usher = useMemo(() => createUsher({ agent: createBrowserAgent(), onVerdict: (verdict) => feel(verdict, sounds) }), [sounds]);
  const parts = useMemo(() => ({ search: createSearch(usher), override: createOverride(usher) }), [usher]);
  useEffect(
    () =>
      effect(() => {
        document.documentElement.lang = LOCALE[language.value];
        document.title = `${say(words.title)} · ${say(shared.product)}`;
      }),
    [],
  );
  useEffect(
    () => () => {
      usher.close();
      sounds.close();
    },
    [usher, sounds],
  );
  const state = usher.state.value;
  const staff = state?.staff ?? undefined;
  useWakeLock(staff !== undefined);
  return (
    <div class="usher">
      {state === undefined && <Waiting />}
      {state !== undefined && staff === undefined && (
        <>
          <Head usher={usher} staff={undefined} isOnline={state.online} />
          <SignIn usher={usher} onTouch={sounds.unmute} />
        </>
      )}
      {state !== undefined && staff !== undefined && <Work usher={usher} {...parts} state={state} staff={staff} />}
    </div>
  );
}

function Waiting() {
  return (
    <main class="usher-waiting">
      <div class="spinner" />
      <p role="status">{say(shared.loading)}</p>
    </main>
  );
}

interface WorkProps {
  readonly usher: Usher;
  readonly search: Search;
  readonly override: Override;
  readonly state: UsherState;
  readonly staff: StaffMember;
}

function Work({ usher, search, override, state, staff }: WorkProps) {
  const shown = usher.shown.value;
  const asking = override.asking.value;
  const toSee = state.conflicts.filter(({ conflict, seenBy }) => conflict.state === 'open' && seenBy === undefined).length;
  return (
    <>
      {/* Behind a verdict nothing can be touched by mistake; the camera goes on. */}
      <div class="work" inert={shown !== undefined}>
        <Head usher={usher} staff={staff} isOnline={state.online} />
        <Status usher={usher} state={state} />
        <PaneOf usher={usher} search={search} override={override} state={state} />
        <Tabs usher={usher} toSee={toSee} />
      </div>
      {shown && <VerdictSheet usher={usher} override={override} shown={shown} />}
      {asking && <OverrideDialog override={override} asking={asking} />}
    </>
  );
}

function PaneOf({ usher, search, override, state }: Omit<WorkProps, 'staff'>) {
  switch (usher.pane.value) {
    case 'scan':
      return state.lane === null ? <NoLane /> : <ScanView usher={usher} />;
    case 'find':
      return <FindView search={search} override={override} state={state} />;
    case 'log':
      return <LogView usher={usher} state={state} />;
    case 'halls':
      return <HallsView state={state} />;
  }
}

function NoLane() {
  return (
    <main class="pane usher-waiting">
      <h1>{say(words.noLane)}</h1>
      <p class="soft">{say(words.noLaneMore)}</p>
    </main>
  );
}

interface HeadProps {
  readonly usher: Usher;
  readonly staff: StaffMember | undefined;
  readonly isOnline: boolean;
}

function Head({ usher, staff, isOnline }: HeadProps) {
  const other = language.value === 'zh' ? 'en' : 'zh';
  return (
    <header class="head">
      {staff && (
        <p class="head-who">
          <span class="head-mark" aria-hidden="true">
            {staff.name.slice(0, 1)}
          </span>
          <span class="head-name">
            <strong>{staff.name}</strong>
            <span class="soft">{say(ROLE[staff.role])}</span>
          </span>
        </p>
      )}
      {staff && (
        <p class="head-link" data-online={isOnline && usher.link.value === 'live' ? '' : undefined}>
          <i aria-hidden="true" />
          {say(isOnline ? gate.online : gate.offline)}
        </p>
      )}
      <button
        type="button"
        class="button button-quiet head-button"
        lang={LOCALE[other]}
        onClick={() => {
          language.value = other;
        }}
      >
        {say(shared.languageSwitch)}
      </button>
      {staff && (
        <button type="button" class="button button-quiet head-button" aria-label={say(words.signOut)} onClick={() => void usher.signOut()}>
          <Icon name="leave" />
        </button>
      )}
    </header>
  );
}

const TABS: readonly (readonly [Pane, IconName])[] = [
  ['scan', 'scan'],
  ['find', 'search'],
  ['log', 'list'],
  ['halls', 'seats'],
];

function Tabs({ usher, toSee }: { readonly usher: Usher; readonly toSee: number }) {
  return (
    <nav class="tabs" aria-label={say(words.tabs)}>
      {TABS.map(([pane, icon]) => (
        <button type="button" class="tab" key={pane} aria-current={usher.pane.value === pane ? 'page' : undefined} onClick={() => usher.open(pane)}>
          <Icon name={icon} />
          <span>{say(words[pane])}</span>
          {pane === 'log' && toSee > 0 && (
            <b class="tab-count numeric">
              {toSee}
              <span class="visually-hidden"> {say(words.toSee(String(toSee)))}</span>
            </b>
          )}
        </button>
      ))}
    </nav>
  );
}
