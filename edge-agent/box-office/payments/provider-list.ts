import type { PaymentProvider } from '#core/box-office/payment-provider.ts';
import type { CodeScheme } from '#core/box-office/payment-schedule.ts';
import { METHOD_NAME } from '#core/box-office/ticket-face.ts';
import type { PaymentMethods, ProviderId } from '#core/contract/box-office/sales.ts';
import type { IdempotencyKey } from '#core/contract/identifiers.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import { sha256Hex } from '../../runtime/ticket-crypto.ts';
import type { NotificationReader } from './notification.ts';

/** The providers of this site, in the order of its preference. */
export interface ConfiguredProvider {
  readonly id: ProviderId;
  readonly name: BothLanguages;
  /** Whose payment codes it takes. */
  readonly schemes: readonly CodeScheme[];
  readonly provider: PaymentProvider;
  /** Missing when it tells nothing by itself. */
  readonly notifications?: NotificationReader;
}

export type ProviderList = readonly ConfiguredProvider[];

/** Everything that this site takes. Whether a machine can do it (a scanner, a card terminal) is known by the machine. */
export function paymentMethods(providers: ProviderList): PaymentMethods {
  const byCode = providers.some(({ schemes }) => schemes.length > 0);
  return {
    methods: [
      ...providers.map(({ id, name }) => ({ method: 'qr' as const, provider: id, name })),
      ...(byCode ? [{ method: 'payment-code' as const, name: METHOD_NAME['payment-code'] }] : []),
      { method: 'member', name: METHOD_NAME.member },
      { method: 'card-terminal', name: METHOD_NAME['card-terminal'] },
    ],
  };
}

/** WeChat takes 6 to 32 letters, digits, `_`, `-` or `*` (pay.weixin.qq.com, code-payment-v3, `out_trade_no`); Alipay would take 64. */
const MERCHANT_ORDER_MAX = 32;

/** The number under which a provider knows an attempt: its key, or what stands for a key that is too long. */
export function merchantOrderOf(key: IdempotencyKey): string {
  return key.length <= MERCHANT_ORDER_MAX ? key : sha256Hex(key).slice(0, MERCHANT_ORDER_MAX);
}
