import { toHex } from '#core/base/bytes.ts';
import { milliseconds } from '#core/base/time.ts';
import type { Clock, Timers } from '#core/ports/clock.ts';
import type { Transport } from '#core/ports/link.ts';
import { tapped } from '#test/support/tapped-transport.ts';

/** Ten bits a byte at 9600 baud. */
const MS_PER_BYTE = 10_000 / 9_600;

export interface Spoken {
  readonly at: number;
  readonly frame: string;
}

/** A line at 9600 baud: every byte takes its time, in both directions. What the host says is noted when its first byte leaves. */
export function slowLine(transport: Transport, { clock, timers }: { readonly clock: Clock; readonly timers: Timers }, spoken: Spoken[]): Transport {
  return tapped(transport, {
    toHost: (bytes, pass) => void timers.after(milliseconds(bytes.length * MS_PER_BYTE), () => pass(bytes)),
    toDevice: async (bytes, pass) => {
      spoken.push({ at: clock.monotonic(), frame: toHex(bytes) });
      timers.after(milliseconds(bytes.length * MS_PER_BYTE), () => void pass(bytes));
      return { ok: true, value: undefined };
    },
  });
}
