import { createDecipheriv, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#core/ports/clock.ts';
import type { NotificationReader } from '../../notification.ts';
import { jsonOf } from '../provider-http.ts';
import { isSignedByWechat } from './wechat-signing.ts';

/**
 * WeChat Pay's callbacks (pay.weixin.qq.com/docs/merchant/products/notification/introduction.html): signed like answers, over the body as it was sent, with a time
 * at most five minutes off; what it is about is sealed with the merchant's APIv3 key (…/wiki/doc/api_external/en/wechatpay/wechatpay4_2.shtml).
 */
export interface WechatNotificationOptions {
  readonly mchId: string;
  /** 32 characters, chosen by the merchant. */
  readonly apiV3Key: string;
  readonly platformKeys: ReadonlyMap<string, KeyObject>;
  readonly clock: Pick<Clock, 'wall'>;
}

const Envelope = z.object({
  id: z.string().min(1).max(64),
  resource: z.object({
    algorithm: z.literal('AEAD_AES_256_GCM'),
    ciphertext: z.string().max(32_768),
    nonce: z.string().length(12),
    associated_data: z.string().max(64).default(''),
  }),
});
/** Of a payment and of a refund alike. */
const About = z.object({ mchid: z.string(), out_trade_no: z.string().min(1).max(32) });

const TAG_BYTES = 16;

export function wechatNotifications({ mchId, apiV3Key, platformKeys, clock }: WechatNotificationOptions): NotificationReader {
  return {
    // The same page: 200 or 204 without a body when it was taken, otherwise an error with these two words, and it comes again.
    heard: { status: 204, type: 'application/json', body: '' },
    refused: { status: 401, type: 'application/json', body: '{"code":"FAIL","message":"not taken"}' },
    read: (headers, body) => {
      if (!isSignedByWechat(headers, body, platformKeys, clock.wall())) return undefined;
      const envelope = Envelope.safeParse(jsonOf(body));
      if (!envelope.success) return undefined;
      const about = About.safeParse(jsonOf(unsealed(envelope.data.resource, apiV3Key)));
      return about.success && about.data.mchid === mchId ? { id: envelope.data.id, merchantOrder: about.data.out_trade_no } : undefined;
    },
  };
}

/** The tag is the end of the text (RFC 5116, 5.1). */
function unsealed({ ciphertext, nonce, associated_data }: z.infer<typeof Envelope>['resource'], key: string): string | undefined {
  const sealed = Buffer.from(ciphertext, 'base64');
  if (sealed.length <= TAG_BYTES) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(associated_data));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    return decipher.update(sealed.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    // Sealed with another key, or changed on its way: an answer, not a defect.
    return undefined;
  }
}
