import type { Conflict } from '#core/contract/wire/events.ts';
import { formatDate, formatTime } from '../text/format.ts';
import { say } from '../text/language.ts';
import { technician as words } from '../text/technician.ts';
import { spanWords } from './time-words.ts';

interface ConflictListProps {
  readonly conflicts: readonly Conflict[];
  readonly timeZone: string | undefined;
}

/** Tickets that were let in too often, each with every entry that stands: where, when, how well that gate knew the time, and how old its data were. */
export function ConflictList({ conflicts, timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone }: ConflictListProps) {
  if (conflicts.length === 0) return null;
  return (
    <section class="card conflicts" aria-labelledby="conflicts-title">
      <h2 id="conflicts-title">{say(words.conflicts)}</h2>
      <ul>
        {conflicts.map((conflict) => (
          <ConflictRow key={conflict.ticketId} conflict={conflict} timeZone={timeZone} />
        ))}
      </ul>
    </section>
  );
}

function ConflictRow({ conflict: { ticketId, state, entries, second }, timeZone }: { readonly conflict: Conflict; readonly timeZone: string }) {
  return (
    <li class="conflict" data-tone={state === 'open' ? 'bad' : 'quiet'}>
      <p class="conflict-title">
        <strong class="numeric">{say(words.conflictTicket(ticketId))}</strong>
        <span class="conflict-state">{say(state === 'open' ? words.conflictOpen : words.conflictSettled)}</span>
        {second.length === 0 && <span class="staff-quiet staff-small">{say(words.conflictUnknown)}</span>}
      </p>
      <ol class="staff-small">
        {entries.map(({ scanId, machine, lane, at, clockErrorMs, dataVersion, dataAgeSeconds }) => (
          <li key={scanId}>
            <time dateTime={at} class="numeric" title={formatDate(at, timeZone)}>
              {formatTime(at, timeZone)}
            </time>
            <span>
              {machine} · {lane}
            </span>
            <span class="staff-quiet">
              {say(clockErrorMs < 0 ? words.clockOfUnknown : words.clockOf(`${clockErrorMs} ms`))} · {dataWords(dataVersion, dataAgeSeconds)}
            </span>
            {second.includes(scanId) && <span class="conflict-second">{say(words.conflictSecond)}</span>}
          </li>
        ))}
      </ol>
    </li>
  );
}

function dataWords(version: number, ageSeconds: number): string {
  return version < 0 ? say(words.noData) : say(words.dataOf(String(version), say(spanWords(ageSeconds * 1_000))));
}
