import { type Fault, FaultError } from '#core/base/fault.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../runtime/log.ts';

const RESTORED: Readonly<Record<'ledger' | 'box-office', Fault>> = {
  ledger: {
    code: 'E-STO-RESTORED',
    owner: 'operator',
    message: 'This ledger is an older copy of itself: the box office knows later events of it. A new epoch begins.',
  },
  'box-office': {
    code: 'E-BOX-RESTORED',
    owner: 'operator',
    message: 'The box office has lost events that it had acknowledged: everything that is still here is sent once more. A new epoch begins.',
  },
};

/**
 * Begins a new epoch and answers why. On a full disk the old one stays, and the box office refuses it again on the next connection: then it is tried again.
 */
export function renewEpoch(ledger: Ledger, log: Log, restored: 'ledger' | 'box-office'): string {
  const { code, message } = RESTORED[restored];
  log.error({ code, epoch: ledger.epoch }, message);
  try {
    ledger.renewEpoch(restored === 'ledger' ? 'unacknowledged' : 'everything');
    if (restored === 'box-office') {
      ledger.transaction(() => ledger.append({ t: 'audit', d: { action: 'box-office-restored', by: 'uplink', detail: message.slice(0, 200) } }));
    }
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause;
    log.error({ code: cause.fault.code }, `The new epoch has to wait: ${cause.fault.message}`);
  }
  return message;
}
