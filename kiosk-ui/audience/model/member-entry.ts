import { computed, type ReadonlySignal, signal } from '@preact/signals';

/** What a member types: the sixteen digits of a card, or four to eight of a PIN. Typed secrets live here alone and go with the screen. */
export interface DigitEntry {
  readonly digits: ReadonlySignal<string>;
  readonly complete: ReadonlySignal<boolean>;
  press(digit: string): void;
  erase(): void;
  clear(): void;
}

export const CARD_DIGITS = 16;
const PIN_LEAST = 4;
const PIN_MOST = 8;

export const createCardEntry = (): DigitEntry => createEntry(CARD_DIGITS, CARD_DIGITS);
export const createPinEntry = (): DigitEntry => createEntry(PIN_LEAST, PIN_MOST);

function createEntry(least: number, most: number): DigitEntry {
  const digits = signal('');
  return {
    digits,
    complete: computed(() => digits.value.length >= least),
    press(digit) {
      if (/^\d$/.test(digit) && digits.value.length < most) digits.value += digit;
    },
    erase() {
      digits.value = digits.value.slice(0, -1);
    },
    clear() {
      digits.value = '';
    },
  };
}
