import type { CardRead, CardReader } from '#core/ports/card-reader.ts';
import type { Driver } from '#core/ports/driver.ts';
import type { HealthReason } from '#core/ports/health.ts';
import { reasonsOf } from './osdp-faults.ts';
import type { OsdpPd } from './osdp-line.ts';
import { joinPd } from './pd-session.ts';

export interface OsdpReaderOptions {
  readonly pd: OsdpPd;
  /** Which of the device's readers; most have one, 0. */
  readonly reader: number;
}

/** A card reader, with or without a keypad, that speaks OSDP. What it reads is a bare number: it looks somebody up and lets nobody in. */
export const osdpReaderDriver: Driver<CardReader, OsdpReaderOptions> = {
  name: 'osdp-reader',
  connect: (context, { pd, reader }) => {
    let listen: ((read: CardRead) => void) | undefined;
    return joinPd(context, pd, () => ({
      port: {
        onCard: (listener) => {
          listen = listener;
        },
      },
      online: () => undefined,
      levels: (levels) => {
        const reasons: readonly HealthReason[] = [...reasonsOf(levels), ...(pd.isInstalling ? (['being-installed'] as const) : [])];
        context.onHealth(reasons.length > 0 ? { kind: 'degraded', reasons } : { kind: 'ready', reasons: [] });
      },
      event: (event) => {
        const at = context.clock.monotonic();
        if (event.kind === 'card' && event.reader === reader) listen?.({ kind: 'wiegand', bits: event.bits, data: event.data, at });
        if (event.kind === 'keys' && event.reader === reader) listen?.({ kind: 'keypad', keys: event.keys, at });
      },
      end: () => {
        listen = undefined;
      },
    }));
  },
};
