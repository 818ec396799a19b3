import type { FoundTicket, UsherState } from '#core/contract/local/usher.ts';
import { Icon } from '../design/icon.tsx';
import { formatTime } from '../text/format.ts';
import { REFUSAL_TITLE } from '../text/gate.ts';
import { say } from '../text/language.ts';
import { NOTHING_FOUND, usher as words } from '../text/usher.ts';
import { Empty } from './empty.tsx';
import type { Override } from './model/override.ts';
import type { Search } from './model/search.ts';
import { surroundings, ticketWords } from './scan-words.ts';

interface FindViewProps {
  readonly search: Search;
  readonly override: Override;
  readonly state: UsherState;
}

/** A ticket whose code cannot be shown is found by its number. */
export function FindView({ search, override, state }: FindViewProps) {
  const result = search.result.value;
  return (
    <main class="pane">
      <h1>{say(words.find)}</h1>
      <form
        class="typed"
        onSubmit={(event) => {
          event.preventDefault();
          void search.find();
        }}
      >
        <input
          class="field"
          type="search"
          maxLength={512}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          aria-label={say(words.findLabel)}
          placeholder={say(words.findLabel)}
          value={search.query.value}
          onInput={({ currentTarget }) => search.type(currentTarget.value)}
        />
        <button type="submit" class="button button-primary" aria-label={say(words.findDo)}>
          <Icon name="search" />
        </button>
      </form>
      <div class="found" aria-live="polite">
        {result.at === 'nothing' && <Empty icon="search" title={words.findLabel} more={words.findHint} />}
        {result.at === 'asking' && <p class="soft">{say(words.finding)}</p>}
        {result.at === 'found' && result.tickets.length === 0 && (
          <Empty icon="search" title={NOTHING_FOUND[result.kind]} more={words.nothingFoundMore} />
        )}
        {result.at === 'found' && result.tickets.length > 0 && (
          <>
            <p class="soft">{say(words.found(String(result.tickets.length)))}</p>
            <ul class="found-list">
              {result.tickets.map((ticket) => (
                <Found key={ticket.id} ticket={ticket} override={override} state={state} />
              ))}
            </ul>
          </>
        )}
      </div>
    </main>
  );
}

interface FoundProps {
  readonly ticket: FoundTicket;
  readonly override: Override;
  readonly state: UsherState;
}

function Found({ ticket, override, state }: FoundProps) {
  const { filmTitle, startsAt, standing, used, admits, lastEntry, needsProof } = ticket;
  const { timeZone } = surroundings(state.timeZone);
  const isGood = standing === 'valid' && used < admits;
  return (
    <li class="found-ticket" data-good={isGood ? '' : undefined}>
      <p class="found-head">
        {startsAt !== undefined && <span class="found-time numeric">{formatTime(startsAt, timeZone)}</span>}
        <strong>{filmTitle ? say(filmTitle) : ticket.id}</strong>
      </p>
      <p class="found-seat">{say(ticketWords(ticket))}</p>
      <p class="found-chips">
        <span class="chip" data-tone={standing === 'valid' ? 'good' : 'bad'}>
          {say(standing === 'valid' ? words.valid : REFUSAL_TITLE[standing])}
        </span>
        <span class="chip" data-tone={used === 0 ? undefined : 'warn'}>
          {say(used === 0 ? words.notUsed : words.usedOf(String(used), String(admits)))}
        </span>
        {needsProof && <span class="chip">{say(words.proof)}</span>}
      </p>
      {lastEntry && <p class="soft">{say(words.usedAt(formatTime(lastEntry.at, timeZone), `${lastEntry.machine} · ${lastEntry.lane}`))}</p>}
      <p class="soft numeric found-number">{ticket.id.replace(/(\d{4})(?=\d)/g, '$1 ')}</p>
      <button type="button" class="button button-wide" onClick={() => override.ask({ ticketId: ticket.id }, ticketWords(ticket))}>
        <Icon name="shield" />
        {say(words.letIn)}
      </button>
    </li>
  );
}
