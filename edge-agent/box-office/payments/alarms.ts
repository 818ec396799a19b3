import type { AttemptEffect } from '#core/box-office/payment-attempt.ts';
import type { IdempotencyKey } from '#core/contract/identifiers.ts';
import type { Log } from '../../runtime/log.ts';

export type AlarmCode = Extract<AttemptEffect, { kind: 'alarm' }>['code'];

const ALARM: Readonly<Record<AlarmCode, string>> = {
  'E-PAY-REFUND':
    'Money could not be given back. A provider is asked again, and a person has to call it; of a card terminal a person has to give the money back.',
  'E-PAY-AMOUNT': 'Another amount was taken than was asked for. The money goes back.',
  'E-PAY-MANUAL':
    'Nobody can say whether a guest has paid, after many tries. It is asked again, slowly; a person has to ask the payment provider, or look into the card terminal.',
};

/** The attempt's key is a number of ours, not one of a guest: it may be logged, and it is what a provider's support asks for. */
export function tellAlarms(log: Log, attempt: IdempotencyKey, alarms: readonly AlarmCode[]): void {
  for (const code of alarms) log.error({ code, attempt }, ALARM[code]);
}
