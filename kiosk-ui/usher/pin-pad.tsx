import { useLayoutEffect, useState } from 'preact/hooks';
import { Icon } from '../design/icon.tsx';
import { say } from '../text/language.ts';
import { usher as words } from '../text/usher.ts';
import './styles/pin-pad.css';

interface PinPadProps {
  /** What the PIN is for, to those who hear the page. */
  readonly label: string;
  /** Of a lock, or while an answer is awaited. */
  readonly isLocked: boolean;
  /** Six digits; they are forgotten here whatever the answer is. */
  readonly onPin: (pin: string) => void;
}

const PIN_DIGITS = 6;
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Keys for a thumb. The sixth digit sends; a keyboard types too, unless it is writing a note. */
export function PinPad({ label, isLocked, onPin }: PinPadProps) {
  const [digits, setDigits] = useState('');
  const press = (digit: string): void => {
    if (isLocked) return;
    const next = digits + digit;
    setDigits(next.length === PIN_DIGITS ? '' : next);
    if (next.length === PIN_DIGITS) onPin(next);
  };
  const erase = (): void => setDigits(digits.slice(0, -1));
  useLayoutEffect(() => {
    const type = (event: KeyboardEvent): void => {
      if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
      if (/^\d$/.test(event.key)) press(event.key);
      else if (event.key === 'Backspace') erase();
    };
    addEventListener('keydown', type);
    return () => removeEventListener('keydown', type);
  });
  return (
    <fieldset class="pin" aria-label={label}>
      <p class="pin-dots" aria-hidden="true">
        {Array.from({ length: PIN_DIGITS }, (_, index) => (
          <i key={index} data-full={index < digits.length ? '' : undefined} />
        ))}
      </p>
      <p class="visually-hidden" role="status">
        {say(words.pinDigits(String(digits.length)))}
      </p>
      <div class="pin-keys">
        {KEYS.map((key) => (
          <button type="button" class="button pin-key numeric" key={key} aria-disabled={isLocked} onClick={() => press(key)}>
            {key}
          </button>
        ))}
        <button type="button" class="button pin-key numeric pin-zero" aria-disabled={isLocked} onClick={() => press('0')}>
          0
        </button>
        <button type="button" class="button button-quiet pin-key" aria-label={say(words.erase)} onClick={erase}>
          <Icon name="erase" />
        </button>
      </div>
    </fieldset>
  );
}
