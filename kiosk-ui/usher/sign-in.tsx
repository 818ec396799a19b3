import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { say } from '../text/language.ts';
import { shared } from '../text/shared.ts';
import { usher as words } from '../text/usher.ts';
import { refusalWords } from './model/refusal-words.ts';
import type { Usher } from './model/usher.ts';
import { PinPad } from './pin-pad.tsx';

/** Nobody's page yet: six digits, and it is somebody's. */
export function SignIn({ usher, onTouch }: { readonly usher: Usher; readonly onTouch: () => void }) {
  const [isSending, setSending] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => title.current?.focus(), []);
  const refusal = usher.signInRefusal.value;
  const notice = usher.notice.value;
  const send = async (pin: string): Promise<void> => {
    // The first touch is what browsers want before a page may make a sound.
    onTouch();
    setSending(true);
    await usher.signIn(pin);
    setSending(false);
  };
  const isLocked = refusal?.code === 'locked' || refusal?.code === 'no-staff';
  return (
    <main class="sign-in">
      <div class="sign-in-head">
        <span class="sign-in-bulb" aria-hidden="true" />
        <p class="sign-in-product">
          {say(shared.product)} <span class="soft">{say(words.title)}</span>
        </p>
        <h1 ref={title} tabIndex={-1}>
          {say(words.signInTitle)}
        </h1>
        <p
          class="sign-in-word"
          role="status"
          data-bad={refusal || notice ? '' : undefined}
          key={refusal?.code === 'wrong-pin' ? refusal.triesLeft : 'word'}
        >
          {refusal ? say(refusalWords(refusal, usher.now.value)) : notice ? say(notice.words) : say(words.signInMore)}
        </p>
      </div>
      <PinPad label={say(words.signInTitle)} isLocked={isSending || isLocked} onPin={(pin) => void send(pin)} />
    </main>
  );
}
