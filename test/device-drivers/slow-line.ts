import { toHex } from '#core/base/bytes.ts';
import { milliseconds } from '#core/base/time.ts';
import type { Clock, Timers } from '#core/ports/clock.ts';
import type { Transport } from '#core/ports/link.ts';

/** Ten bits a byte at 9600 baud. */
const MS_PER_BYTE = 10_000 / 9_600;

export interface Spoken {
  readonly at: number;
  readonly frame: string;
}

/** A line at 9600 baud: every byte takes its time, in both directions. What the host says is noted when its first byte leaves. */
export function slowLine(transport: Transport, { clock, timers }: { readonly clock: Clock; readonly timers: Timers }, spoken: Spoken[]): Transport {
  return {
    place: transport.place,
    open: async (events) => {
      const opened = await transport.open({
        ...events,
        bytes: (bytes) => void timers.after(milliseconds(bytes.length * MS_PER_BYTE), () => events.bytes(bytes)),
      });
      if (!opened.ok) return opened;
      const link = opened.value;
      return {
        ok: true,
        value: {
          get isOpen() {
            return link.isOpen;
          },
          write: async (bytes) => {
            spoken.push({ at: clock.monotonic(), frame: toHex(bytes) });
            timers.after(milliseconds(bytes.length * MS_PER_BYTE), () => void link.write(bytes));
            return { ok: true, value: undefined };
          },
          close: () => link.close(),
        },
      };
    },
  };
}
