import { useLayoutEffect } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { audience } from '../../text/audience.ts';
import { say } from '../../text/language.ts';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

export interface Digits {
  press(digit: string): void;
  erase(): void;
  clear(): void;
}

/** Ten keys on the screen, and a keyboard that does the same. `onEnter` is what the large button beside them does. */
export function Keypad({ digits, onEnter }: { readonly digits: Digits; readonly onEnter: () => void }) {
  // Before the first frame: somebody who types at once loses no digit.
  useLayoutEffect(() => {
    const type = (event: KeyboardEvent): void => {
      if (/^\d$/.test(event.key)) digits.press(event.key);
      else if (event.key === 'Backspace') digits.erase();
      else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) onEnter();
    };
    addEventListener('keydown', type);
    return () => removeEventListener('keydown', type);
  }, []);
  return (
    <fieldset class="keypad" aria-label={say(audience.keypad)}>
      {KEYS.map((key) => (
        <button type="button" class="button key numeric" key={key} onClick={() => digits.press(key)}>
          {key}
        </button>
      ))}
      <button type="button" class="button key" aria-label={say(audience.clearDigits)} onClick={() => digits.clear()}>
        <Icon name="cross" />
      </button>
      <button type="button" class="button key numeric" onClick={() => digits.press('0')}>
        0
      </button>
      <button type="button" class="button key" aria-label={say(audience.deleteDigit)} onClick={() => digits.erase()}>
        <Icon name="erase" />
      </button>
    </fieldset>
  );
}
