import { unreachable } from '../base/fault.ts';
import type { PaymentRequest } from '../contract/box-office/sales.ts';
import type { Sale } from './sale.ts';

/** What the box office is asked to begin; undefined when it cannot be asked (again): the secret that it takes is gone. */
export function paymentRequest({ attemptKey, choice, secret, machine }: Sale): PaymentRequest | undefined {
  if (attemptKey === undefined || choice === undefined) return undefined;
  switch (choice.method) {
    case 'qr':
      return { attemptKey, method: 'qr', ...(choice.provider === undefined ? {} : { provider: choice.provider }) };
    case 'payment-code':
      return secret?.kind === 'payment-code' ? { attemptKey, method: 'payment-code', code: secret.code } : undefined;
    case 'member':
      return secret?.kind === 'member' ? { attemptKey, method: 'member', card: secret.card, pin: secret.pin } : undefined;
    case 'card-terminal':
      return { attemptKey, method: 'card-terminal', machine };
    default:
      return unreachable(choice.method);
  }
}
