/**
 * Whose payment code a row of digits is (domain: scan-payload classifier). WeChat: eighteen digits that begin with 10 to 15
 * (pay.weixin.qq.com/doc/v2/merchant/4011937125, `auth_code`). Alipay: 16 to 24 digits that begin with 25 to 30 (opendocs.alipay.com, alipay.trade.pay,
 * `auth_code`). UnionPay: begins with 62.
 */
export type PaymentCodeScheme = 'wechat' | 'alipay' | 'unionpay';

export function paymentCodeScheme(digits: string): PaymentCodeScheme | undefined {
  if (/^1[0-5]\d{16}$/.test(digits)) return 'wechat';
  // No Chinese province has a code from 25 to 30, so no ticket number (which begins with one) is mistaken for Alipay's.
  if (/^(?:2[5-9]|30)\d{14,22}$/.test(digits)) return 'alipay';
  // 62 is Gansu too, but a ticket number has 16 digits and a UnionPay code at least 18.
  if (/^62\d{16,}$/.test(digits)) return 'unionpay';
  return undefined;
}
