import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { between, type Monotonic } from '#core/base/time.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../runtime/log.ts';

/** Remembers that another machine speaks under this one's name, for as long as a person should see it. Both of them think so, and only a person knows which one is the copy. */
export interface DoubledName {
  /** @param sign how it was noticed, in one sentence */
  seen(sign: string): void;
  isDoubled(): boolean;
}

export function createDoubledName(ledger: Ledger, clock: Clock, log: Log): DoubledName {
  let lastSeen: Monotonic | undefined;
  const isDoubled = (): boolean => lastSeen !== undefined && between(lastSeen, clock.monotonic()) < LIMITS.uplink.doubledShownFor;
  return {
    seen: (sign) => {
      const isNews = !isDoubled();
      lastSeen = clock.monotonic();
      if (!isNews) return;
      log.error({ code: 'E-NET-TWICE' }, sign);
      try {
        ledger.transaction(() => ledger.append({ t: 'audit', d: { action: 'name-doubled', by: 'uplink', detail: sign.slice(0, 200) } }));
      } catch (cause) {
        if (!(cause instanceof FaultError)) throw cause;
        log.error({ code: cause.fault.code }, `That the name is doubled could not be written down: ${cause.fault.message}`);
      }
    },
    isDoubled,
  };
}
