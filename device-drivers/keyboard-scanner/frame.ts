/**
 * What a scanner in keyboard mode says: the input report of a boot keyboard (HID 1.11, appendix B.1), eight bytes:
 *
 *     modifiers  00  key × 6
 *
 * - modifiers: bit 0 left Ctrl, 1 left Shift, 2 left Alt, 3 left GUI, 4 to 7 the same on the right;
 * - keys: the usages (HID Usage Tables, page 07) of all keys that are down now, 00 for none, 01 in all six when more are down than fit.
 *
 * A key counts when it goes down. The same character twice needs a report between in which it is up. On a device that numbers its reports one byte with the
 * number stands before these eight.
 */
export const KEY = { rollOver: 0x01, enter: 0x28, tab: 0x2b, keypadEnter: 0x58, keypad1: 0x59, keypad0: 0x62 } as const;

export const MODIFIER = { shift: 0x22, alt: 0x44 } as const;

export const REPORT_BYTES = 8;

/** What each key types, alone and with Shift, on a US keyboard: usages 04 to 38 and 54 to 63. */
const PLAIN = "abcdefghijklmnopqrstuvwxyz1234567890\0\0\0\0 -=[]\\\\;'`,./";
const SHIFTED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()\0\0\0\0 _+{}||:"~<>?';
const KEYPAD = '/*-+\x001234567890.';
const FIRST_KEY = 0x04;
const FIRST_KEYPAD_KEY = 0x54;

/** The character's code, or undefined for a key that types none. */
export function characterOf(usage: number, isShifted: boolean): number | undefined {
  const typed = usage >= FIRST_KEYPAD_KEY ? KEYPAD.charCodeAt(usage - FIRST_KEYPAD_KEY) : (isShifted ? SHIFTED : PLAIN).charCodeAt(usage - FIRST_KEY);
  return typed > 0 ? typed : undefined;
}

/** The key and the Shift that type a character; undefined when no single key does. */
export function keyOf(character: number): { readonly usage: number; readonly isShifted: boolean } | undefined {
  const wanted = String.fromCharCode(character);
  for (const [row, isShifted] of [[PLAIN, false] as const, [SHIFTED, true] as const]) {
    const index = wanted === '\0' ? -1 : row.indexOf(wanted);
    if (index >= 0) return { usage: FIRST_KEY + index, isShifted };
  }
  return undefined;
}
