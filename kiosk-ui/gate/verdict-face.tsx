import type { BothLanguages, Language } from '#core/contract/values.ts';
import { gate } from '../text/gate.ts';
import { LOCALE } from '../text/language.ts';
import { FaceIcon } from './face-icon.tsx';
import { FACES } from './faces.ts';
import './verdict-face.css';
import type { GateMessage } from './message.ts';

interface VerdictFaceProps {
  readonly message: GateMessage;
  /** The page's heading on a gate; a picture of the gate on the bench has a heading of its own. */
  readonly heading: 'h1' | 'p';
  /** A gate speaks both languages at once, Chinese first; an usher's page the one that was chosen, in larger letters. */
  readonly only?: Language;
}

/** The whole of a gate's screen but its foot. It takes the size of its box and is as large as `--mm` says. */
export function VerdictFace({ message, heading, only }: VerdictFaceProps) {
  const { ground, ink, icon, motion } = FACES[message.face];
  return (
    <div
      class="face"
      data-face={message.face}
      data-motion={motion}
      data-offline={message.offline ? '' : undefined}
      style={{ '--face-ground': ground, '--face-ink': ink }}
    >
      <div class="face-frame" key={`frame ${message.key}`} aria-hidden="true" />
      <div class="face-sign" key={`sign ${message.key}`}>
        <FaceIcon name={icon} offline={message.offline} />
      </div>
      {/* One region for speech, never taken away, so that every change of it is spoken. */}
      <div class="face-words" role="status" aria-live="assertive" aria-atomic="true">
        <Words words={message.title} only={only} tag={heading} look="face-title" />
        {message.fact && <Words words={message.fact} only={only} tag="p" look="face-fact" />}
        {message.more && <Words words={message.more} only={only} tag="p" look="face-more" />}
        {message.offline && <Words words={gate.offlineDecision} only={only} tag="p" look="face-note" />}
        {message.unconfirmed && <Words words={gate.unconfirmed} only={only} tag="p" look="face-note" />}
      </div>
    </div>
  );
}

interface WordsProps {
  readonly words: BothLanguages;
  readonly only: Language | undefined;
  readonly tag: 'h1' | 'p';
  readonly look: string;
}

/** Chinese above, English below; once when both are the same. */
function Words({ words: { zh, en }, only, tag: Tag, look }: WordsProps) {
  const hasEnglish = only === 'en' || (only === undefined && en !== zh);
  return (
    <Tag class={look}>
      {only !== 'en' && <span lang={LOCALE.zh}>{zh}</span>}
      {hasEnglish && <span lang={LOCALE.en}>{en}</span>}
    </Tag>
  );
}
