import { characterOf, KEY, MODIFIER, REPORT_BYTES } from './frame.ts';

export type KeyEvent =
  | { readonly kind: 'begun' }
  | { readonly kind: 'code'; readonly data: Uint8Array }
  /** Longer than any code may be; told when it passes the limit, the rest up to its end is dropped. */
  | { readonly kind: 'overlong'; readonly head: Uint8Array }
  /** A key that types nothing, a report that is none, or a code whose Enter never came. */
  | { readonly kind: 'garbage' };

/** Reports of a keyboard to codes, edge by edge. No timer inside: silence is an input. Memory is one code. */
export interface KeyDecoder {
  push(report: Uint8Array): KeyEvent[];
  /** No key for as long as ends a code that has lost its Enter. */
  idle(): KeyEvent[];
  readonly isInCode: boolean;
}

export function createKeyDecoder(codeBytesMax: number): KeyDecoder {
  const held = new Uint8Array(codeBytesMax);
  let length = 0;
  let isOverlong = false;
  let down: ReadonlySet<number> = new Set();
  /** Digits typed on the keypad while Alt is down: the number of a character, whatever the layout. */
  let altNumber: number | undefined;

  const put = (character: number, events: KeyEvent[]): void => {
    if (isOverlong) return;
    if (length === codeBytesMax) {
      isOverlong = true;
      events.push({ kind: 'overlong', head: held.slice() });
      return;
    }
    if (length === 0) events.push({ kind: 'begun' });
    held[length++] = character;
  };

  const finish = (events: KeyEvent[]): void => {
    if (length > 0 && !isOverlong) events.push({ kind: 'code', data: held.slice(0, length) });
    length = 0;
    isOverlong = false;
  };

  const press = (usage: number, modifiers: number, events: KeyEvent[]): void => {
    if (usage === KEY.enter || usage === KEY.keypadEnter || usage === KEY.tab) {
      finish(events);
      return;
    }
    if ((modifiers & MODIFIER.alt) !== 0 && usage >= KEY.keypad1 && usage <= KEY.keypad0) {
      altNumber = ((altNumber ?? 0) * 10 + ((usage - KEY.keypad1 + 1) % 10)) % 1_000;
      return;
    }
    const character = characterOf(usage, (modifiers & MODIFIER.shift) !== 0);
    if (character === undefined) events.push({ kind: 'garbage' });
    else put(character, events);
  };

  const take = (report: Uint8Array, events: KeyEvent[]): void => {
    const modifiers = report[0] ?? 0;
    const keys = report.subarray(2);
    if (keys.includes(KEY.rollOver)) {
      events.push({ kind: 'garbage' });
      return;
    }
    if (altNumber !== undefined && (modifiers & MODIFIER.alt) === 0) {
      // Beyond a byte it is no character of a code.
      if (altNumber > 0xff) events.push({ kind: 'garbage' });
      else put(altNumber, events);
      altNumber = undefined;
    }
    const now = new Set<number>();
    for (const usage of keys) {
      if (usage === 0 || now.has(usage)) continue;
      now.add(usage);
      if (!down.has(usage)) press(usage, modifiers, events);
    }
    down = now;
  };

  return {
    push: (report) => {
      const events: KeyEvent[] = [];
      if (report.length === REPORT_BYTES) take(report, events);
      else if (report.length === REPORT_BYTES + 1) take(report.subarray(1), events);
      else events.push({ kind: 'garbage' });
      return events;
    },
    idle: () => {
      const isBroken = length > 0 && !isOverlong;
      length = 0;
      isOverlong = false;
      altNumber = undefined;
      return isBroken ? [{ kind: 'garbage' }] : [];
    },
    get isInCode() {
      return length > 0;
    },
  };
}
