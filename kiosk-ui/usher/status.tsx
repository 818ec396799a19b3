import type { ComponentChildren } from 'preact';
import type { UsherState } from '#core/contract/local/usher.ts';
import { Icon, type IconName } from '../design/icon.tsx';
import { agoWords } from '../gate/message.ts';
import { say } from '../text/language.ts';
import { usher as words } from '../text/usher.ts';
import type { Usher } from './model/usher.ts';

/** What an usher must know before the next guest: no machine, no network, no other gates. Nothing stands here while all is well. */
export function Status({ usher, state }: { readonly usher: Usher; readonly state: UsherState }) {
  const link = usher.link.value;
  const notice = usher.notice.value;
  const missing = state.site.state === 'split' ? state.site.members.filter(({ reachable }) => !reachable).map(({ machine }) => machine) : [];
  return (
    <div class="status">
      {(link === 'lost' || link === 'silent') && (
        <Line tone="bad" icon="alert" role="alert">
          {say(link === 'lost' ? words.linkLost : words.linkSilent)}
        </Line>
      )}
      {!state.online && (
        <Line tone="warn" icon="cloudOff" role="status">
          <strong>{say(words.offline)}</strong> {listAge(state.dataAgeSeconds)}
          {state.unsent > 0 && ` · ${say(words.unsent(String(state.unsent)))}`}
        </Line>
      )}
      {missing.length > 0 && (
        <Line tone="split" icon="alert" role="status">
          {say(words.split(missing.join(' · ')))}
        </Line>
      )}
      {notice && (
        <Line key={notice.number} tone={notice.tone} icon={notice.tone === 'good' ? 'check' : 'alert'} role="alert">
          {say(notice.words)}
        </Line>
      )}
    </div>
  );
}

function listAge(seconds: number | null): string {
  if (seconds === null) return say(words.noList);
  const { zh, en } = agoWords(seconds * 1_000);
  return say(words.listAge(zh, en));
}

interface LineProps {
  readonly tone: 'bad' | 'good' | 'warn' | 'split';
  readonly icon: IconName;
  readonly role: 'alert' | 'status';
  readonly children: ComponentChildren;
}

function Line({ tone, icon, role, children }: LineProps) {
  return (
    <p class="status-line" data-tone={tone} role={role}>
      <Icon name={icon} />
      <span>{children}</span>
    </p>
  );
}
