import { computed, type ReadonlySignal, signal } from '@preact/signals';

/** A pick-up code is 6 + 6 digits (collect number and verify code), typed into one field that splits by itself. */
export const CODE_LENGTH = 12;
const HALF = CODE_LENGTH / 2;

export interface CodeEntry {
  readonly digits: ReadonlySignal<string>;
  readonly halves: ReadonlySignal<readonly [string, string]>;
  readonly complete: ReadonlySignal<boolean>;
  /** Anything but one digit is ignored, as is the thirteenth. */
  press(digit: string): void;
  erase(): void;
  clear(): void;
}

export function createCodeEntry(): CodeEntry {
  const digits = signal('');
  return {
    digits,
    halves: computed(() => [digits.value.slice(0, HALF), digits.value.slice(HALF)] as const),
    complete: computed(() => digits.value.length === CODE_LENGTH),
    press(digit) {
      if (/^\d$/.test(digit) && digits.value.length < CODE_LENGTH) digits.value += digit;
    },
    erase() {
      digits.value = digits.value.slice(0, -1);
    },
    clear() {
      digits.value = '';
    },
  };
}
