import type { KeyObject } from 'node:crypto';
import { rsaSign, rsaVerify } from '../rsa.ts';
import { rawMember } from './raw-member.ts';

/** Alipay's RSA2 (opendocs.alipay.com/common/02kf5q, 自行实现签名; 02mse7, 自行实现验签). */

/** The parameters in the order of their names, joined as `name=value&…`, without empty ones and without the signature itself. */
export function signedText(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .filter(([name, value]) => name !== 'sign' && value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

export function signedForm(parameters: Readonly<Record<string, string>>, key: KeyObject): URLSearchParams {
  return new URLSearchParams({ ...parameters, sign: rsaSign(signedText(parameters), key) });
}

/** The answer of `method` as sent, when Alipay has signed it; `alipay.trade.pay` answers in `alipay_trade_pay_response`. */
export function verifiedAnswer(text: string, method: string, key: KeyObject): string | undefined {
  const answer = rawMember(text, `${method.replaceAll('.', '_')}_response`);
  const sign = rawMember(text, 'sign');
  if (answer === undefined || sign === undefined || !/^"[A-Za-z0-9+/=\\]{1,1024}"$/.test(sign)) return undefined;
  // A slash may be written `\/` in JSON, and no other escape is in base64.
  const signature = sign.slice(1, -1).replaceAll('\\/', '/');
  return rsaVerify(answer, signature, key) ? answer : undefined;
}
