import type { ProviderRefusal } from '#core/box-office/payment-provider.ts';

/** Refusals in words for the guest, the same for every provider. Each says what became of the money. */
export const DECLINED = {
  failure: 'declined',
  reason: { zh: '支付未成功，未扣款，请换一种支付方式', en: 'The payment did not succeed; nothing was charged. Try another way to pay' },
} as const;

export const REFUSAL = {
  code: {
    kind: 'refused',
    failure: 'code-invalid',
    reason: { zh: '付款码无效或已过期，请刷新后再试', en: 'The payment code is not good (any more): show a new one' },
  },
  currency: {
    kind: 'refused',
    failure: 'refused-by-provider',
    reason: { zh: '该支付渠道只收人民币', en: 'This provider takes renminbi only' },
  },
} as const satisfies Readonly<Record<string, ProviderRefusal>>;

export function refusedBy(): ProviderRefusal {
  return {
    kind: 'refused',
    failure: 'refused-by-provider',
    reason: { zh: '支付渠道拒绝了请求', en: 'The payment provider refused the request' },
  };
}
