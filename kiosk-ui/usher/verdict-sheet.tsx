import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../design/icon.tsx';
import { VerdictFace } from '../gate/verdict-face.tsx';
import { formatCountdown } from '../text/format.ts';
import { language, say } from '../text/language.ts';
import { usher as words } from '../text/usher.ts';
import type { Override } from './model/override.ts';
import type { Shown } from './model/stage.ts';
import type { Usher } from './model/usher.ts';
import { messageOfScan, ticketWords } from './scan-words.ts';

interface VerdictSheetProps {
  readonly usher: Usher;
  readonly override: Override;
  readonly shown: Shown;
}

/** The whole display for one verdict, and under the thumb what can be done about it. The camera goes on behind: the next code takes its place. */
export function VerdictSheet({ usher, override, shown: { verdict, number } }: VerdictSheetProps) {
  const next = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => next.current?.focus(), [number]);
  const message = messageOfScan(verdict, usher.state.value?.timeZone);
  const undoable = usher.undoable.value;
  const left = undoable?.undoUntil === undefined ? 0 : (Date.parse(undoable.undoUntil) - usher.now.value) / 1_000;
  const { ticket } = verdict;
  return (
    <section
      class="sheet"
      role="dialog"
      aria-modal="true"
      aria-label={say(message.title)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') usher.dismiss();
      }}
    >
      <div class="sheet-face">
        <VerdictFace message={{ ...message, key: `${message.key} ${number}` }} heading="h1" only={language.value} />
      </div>
      <footer class="sheet-foot">
        {undoable && (
          <button type="button" class="button sheet-side" onClick={() => void usher.undo(verdict.scanId)}>
            <Icon name="undo" />
            {say(words.undoLeft(formatCountdown(left)))}
          </button>
        )}
        {verdict.reason !== undefined && ticket !== undefined && (
          <button type="button" class="button sheet-side" onClick={() => override.ask({ scanId: verdict.scanId }, ticketWords(ticket))}>
            <Icon name="shield" />
            {say(words.letIn)}
          </button>
        )}
        {verdict.reason !== undefined && ticket === undefined && (
          <button
            type="button"
            class="button sheet-side"
            onClick={() => {
              usher.dismiss();
              usher.open('find');
            }}
          >
            <Icon name="search" />
            {say(words.lookUp)}
          </button>
        )}
        <button type="button" class="button button-primary sheet-next" ref={next} onClick={() => usher.dismiss()}>
          {say(words.nextGuest)}
        </button>
      </footer>
    </section>
  );
}
