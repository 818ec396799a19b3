import type { UsherState } from '#core/contract/local/usher.ts';
import type { ConflictEntry } from '#core/contract/wire/events.ts';
import { Icon } from '../design/icon.tsx';
import { spanWords } from '../technician/time-words.ts';
import { formatTime } from '../text/format.ts';
import { say } from '../text/language.ts';
import { usher as words } from '../text/usher.ts';
import { Empty } from './empty.tsx';
import type { Usher } from './model/usher.ts';
import { RecentList } from './recent-list.tsx';
import { surroundings } from './scan-words.ts';

/** What happened: first the tickets that were let in too often, then the last checks. */
export function LogView({ usher, state: { conflicts, recent } }: { readonly usher: Usher; readonly state: UsherState }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls and holds no control must be reachable by keys
    <main class="pane" tabIndex={0} aria-labelledby="recent-title">
      {conflicts.length > 0 && (
        <section class="pane-part" aria-labelledby="conflicts-title">
          <h2 id="conflicts-title">{say(words.conflicts)}</h2>
          <p class="soft">{say(words.conflictsMore)}</p>
          <ul class="conflicts">
            {conflicts.map((each) => (
              <ConflictCard key={each.conflict.ticketId} usher={usher} each={each} />
            ))}
          </ul>
        </section>
      )}
      <section class="pane-part" aria-labelledby="recent-title">
        <h1 id="recent-title">{say(words.recent)}</h1>
        {recent.length === 0 ? <Empty icon="list" title={words.noRecent} more={words.noRecentMore} /> : <RecentList usher={usher} scans={recent} />}
      </section>
    </main>
  );
}

function ConflictCard({ usher, each: { conflict, seenBy } }: { readonly usher: Usher; readonly each: UsherState['conflicts'][number] }) {
  const { ticketId, entries, second, state } = conflict;
  return (
    <li class="conflict" data-open={state === 'open' && seenBy === undefined ? '' : undefined}>
      <p class="conflict-head">
        <Icon name="twice" />
        <span>
          {say(words.ticket)} <span class="numeric">{ticketId.replace(/(\d{4})(?=\d)/g, '$1 ')}</span>
        </span>
        {state === 'settled' && <span class="chip">{say(words.settled)}</span>}
      </p>
      <ol class="conflict-entries">
        {entries.map((entry) => (
          <Entry key={entry.scanId} entry={entry} isSecond={second.length === 0 ? undefined : second.includes(entry.scanId)} usher={usher} />
        ))}
      </ol>
      {second.length === 0 && <p class="soft">{say(words.orderUnknown)}</p>}
      {seenBy === undefined ? (
        <button type="button" class="button button-wide" onClick={() => void usher.markSeen(ticketId)}>
          <Icon name="check" />
          {say(words.conflictSeen)}
        </button>
      ) : (
        <p class="conflict-seen">
          <Icon name="check" /> {say(words.seenBy(seenBy))}
        </p>
      )}
    </li>
  );
}

interface EntryProps {
  readonly usher: Usher;
  readonly entry: ConflictEntry;
  /** Undefined when the clocks cannot tell. */
  readonly isSecond: boolean | undefined;
}

function Entry({ usher, entry: { machine, lane, at, clockErrorMs, dataAgeSeconds, confirmation }, isSecond }: EntryProps) {
  const { timeZone } = surroundings(usher.state.value?.timeZone);
  const age = spanWords(dataAgeSeconds * 1_000);
  return (
    <li data-second={isSecond === true ? '' : undefined}>
      <span class="conflict-order">{isSecond === undefined ? '?' : say(isSecond ? words.second : words.first)}</span>
      <span class="conflict-where">
        <strong>
          {machine} · {lane}
        </strong>
        <span class="soft">
          <time class="numeric" dateTime={at}>
            {formatTime(at, timeZone)}
          </time>{' '}
          {say(clockErrorMs < 0 ? words.clockUnknown : words.clockError((clockErrorMs / 1_000).toFixed(1)))}
        </span>
        <span class="soft">
          {dataAgeSeconds >= 0 && say({ zh: words.dataAged(age.zh).zh, en: words.dataAged(age.en).en })}
          {confirmation === 'unconfirmed' && ` · ${say(words.wasAlone)}`}
        </span>
      </span>
    </li>
  );
}
