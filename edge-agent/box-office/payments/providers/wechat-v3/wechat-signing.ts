import type { KeyObject } from 'node:crypto';
import { rsaSign, rsaVerify } from '../rsa.ts';

/** WeChat Pay's APIv3 signatures (pay.weixin.qq.com/docs/merchant/development/interface-rules/signature-generation.html and signature-verification.html). */

export interface WechatSigner {
  readonly mchId: string;
  /** Serial number of the merchant's API certificate. */
  readonly serial: string;
  readonly privateKey: KeyObject;
}

/** @param pathAndQuery as sent, from the first `/` after the host */
export function authorization(signer: WechatSigner, method: string, pathAndQuery: string, body: string, timestamp: string, nonce: string): string {
  const signature = rsaSign(`${method}\n${pathAndQuery}\n${timestamp}\n${nonce}\n${body}\n`, signer.privateKey);
  const parts = { mchid: signer.mchId, nonce_str: nonce, signature, timestamp, serial_no: signer.serial };
  return `WECHATPAY2-SHA256-RSA2048 ${Object.entries(parts)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}`;
}

/** Answers are at most five minutes old or ahead, so that none can be played again later (same page, 检查时间戳). */
const AGE_MAX_SECONDS = 300;

/** @param keys by the serial of a platform certificate, or by the id of WeChat Pay's public key (`PUB_KEY_ID_…`) */
export function isSignedByWechat(headers: Headers, body: string, keys: ReadonlyMap<string, KeyObject>, nowMs: number): boolean {
  const [timestamp, nonce, signature, serial] = ['timestamp', 'nonce', 'signature', 'serial'].map((name) => headers.get(`wechatpay-${name}`) ?? '');
  const key = keys.get(serial ?? '');
  if (key === undefined || timestamp === undefined || !/^\d{1,12}$/.test(timestamp) || signature === undefined) return false;
  if (Math.abs(nowMs / 1_000 - Number(timestamp)) > AGE_MAX_SECONDS) return false;
  return rsaVerify(`${timestamp}\n${nonce}\n${body}\n`, signature, key);
}
