import type { RecentScan } from '#core/contract/local/usher.ts';
import { Icon } from '../design/icon.tsx';
import { FaceIcon } from '../gate/face-icon.tsx';
import { FACES } from '../gate/faces.ts';
import { formatCountdown, formatTime } from '../text/format.ts';
import { say } from '../text/language.ts';
import { usher as words } from '../text/usher.ts';
import { mayUndo, type Usher } from './model/usher.ts';
import { messageOfScan, surroundings, ticketWords } from './scan-words.ts';

/** The last checks of this machine, newest first, each with the sign and the colour that it had. */
export function RecentList({ usher, scans }: { readonly usher: Usher; readonly scans: readonly RecentScan[] }) {
  return (
    <ol class="recent" aria-label={say(words.recent)}>
      {scans.map((scan) => (
        <Recent key={`${scan.verdict.scanId} ${scan.verdict.ticket?.used ?? ''}`} usher={usher} scan={scan} />
      ))}
    </ol>
  );
}

function Recent({ usher, scan }: { readonly usher: Usher; readonly scan: RecentScan }) {
  const { verdict, overriddenBy, undone, undoUntil } = scan;
  const timeZone = usher.state.value?.timeZone;
  const message = messageOfScan(verdict, timeZone);
  const { ground, ink, icon } = FACES[message.face];
  const now = usher.now.value;
  return (
    <li class="recent-row" data-undone={undone ? '' : undefined}>
      <span class="recent-sign" style={{ '--face-ground': ground, '--face-ink': ink }}>
        <FaceIcon name={icon} offline={false} />
      </span>
      <span class="recent-words">
        <strong>{say(undone ? words.wasUndone : message.title)}</strong>
        <span class="soft">
          <time class="numeric" dateTime={verdict.at}>
            {formatTime(verdict.at, surroundings(timeZone).timeZone)}
          </time>
          {verdict.ticket && ` · ${say(ticketWords(verdict.ticket))}`}
        </span>
        {overriddenBy !== undefined && <span class="recent-note">{say(words.overriddenBy(overriddenBy))}</span>}
      </span>
      {mayUndo(scan, now) && undoUntil !== undefined && (
        <button type="button" class="button recent-undo" onClick={() => void usher.undo(verdict.scanId)}>
          <Icon name="undo" />
          <span class="visually-hidden">{say(words.undo)} </span>
          <span class="numeric">{formatCountdown((Date.parse(undoUntil) - now) / 1_000)}</span>
        </button>
      )}
    </li>
  );
}
