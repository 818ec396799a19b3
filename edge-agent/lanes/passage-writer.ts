import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { PassageDetail } from '../ledger/admissions.ts';
import type { Log } from '../runtime/log.ts';

/** Passages cannot be refused: the body has passed. One that cannot be written waits in memory; should the process end first, it becomes `unconfirmed`. */
export interface PassageWriter {
  write(passage: PassageDetail): void;
  /** Tries again what a full disk has kept back. */
  flush(): void;
}

export function createPassageWriter(record: (passage: PassageDetail) => void, log: Log): PassageWriter {
  const waiting: PassageDetail[] = [];
  const flush = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      try {
        record(next);
      } catch (cause) {
        if (!(cause instanceof FaultError)) throw cause;
        log.error({ code: cause.fault.code, owner: cause.fault.owner, waiting: waiting.length }, cause.fault.message);
        return;
      }
      waiting.shift();
    }
  };
  return {
    write: (passage) => {
      if (waiting.length < LIMITS.gate.unwrittenPassagesMax) waiting.push(passage);
      else log.error({ code: 'E-LAN-PASSAGE', outcome: passage.outcome }, 'A passage was not kept: the store has refused too many.');
      flush();
    },
    flush,
  };
}
