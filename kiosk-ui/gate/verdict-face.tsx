import type { BothLanguages } from '#core/contract/values.ts';
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
}

/** The whole of a gate's screen but its foot. It takes the size of its box and is as large as `--mm` says. */
export function VerdictFace({ message, heading }: VerdictFaceProps) {
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
        <InBoth words={message.title} tag={heading} look="face-title" />
        {message.fact && <InBoth words={message.fact} tag="p" look="face-fact" />}
        {message.more && <InBoth words={message.more} tag="p" look="face-more" />}
        {message.offline && <InBoth words={gate.offlineDecision} tag="p" look="face-offline" />}
      </div>
    </div>
  );
}

interface InBothProps {
  readonly words: BothLanguages;
  readonly tag: 'h1' | 'p';
  readonly look: string;
}

/** Chinese above, English below; once when both are the same. */
function InBoth({ words: { zh, en }, tag: Tag, look }: InBothProps) {
  return (
    <Tag class={look}>
      <span lang={LOCALE.zh}>{zh}</span>
      {en !== zh && <span lang={LOCALE.en}>{en}</span>}
    </Tag>
  );
}
