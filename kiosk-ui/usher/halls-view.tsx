import type { HallCount, UsherState } from '#core/contract/local/usher.ts';
import { formatTime } from '../text/format.ts';
import { say } from '../text/language.ts';
import { usher as words } from '../text/usher.ts';
import { Empty } from './empty.tsx';
import { surroundings } from './scan-words.ts';

/** Who is in, who has bought, and who is missing though the film has begun. */
export function HallsView({ state: { halls, timeZone } }: { readonly state: UsherState }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls and holds no control must be reachable by keys
    <main class="pane" tabIndex={0} aria-labelledby="halls-title">
      <h1 id="halls-title">{say(words.hallsTitle)}</h1>
      {halls.length === 0 && <Empty icon="seats" title={words.noHalls} more={words.noHallsMore} />}
      <ul class="halls">
        {halls.map((hall) => (
          <Hall key={hall.showId} hall={hall} timeZone={surroundings(timeZone).timeZone} />
        ))}
      </ul>
    </main>
  );
}

function Hall({ hall: { filmTitle, screenName, startsAt, inside, sold, late }, timeZone }: { readonly hall: HallCount; readonly timeZone: string }) {
  return (
    <li class="hall">
      <p class="hall-head">
        <span class="hall-time numeric">{formatTime(startsAt, timeZone)}</span>
        <span class="hall-name">
          <strong>{say(screenName)}</strong>
          <span class="soft">{say(filmTitle)}</span>
        </span>
        {late > 0 && (
          <span class="hall-late">
            <b class="numeric">{late}</b> {say(words.late)}
          </span>
        )}
      </p>
      <meter min={0} max={Math.max(1, sold)} value={inside} aria-label={say(words.insideOf(String(inside), String(sold)))} />
      <p class="hall-counts">
        <span>
          <b class="numeric">{inside}</b> {say(words.inside)}
        </span>
        <span class="soft">
          <span class="numeric">{sold}</span> {say(words.sold)}
        </span>
      </p>
    </li>
  );
}
