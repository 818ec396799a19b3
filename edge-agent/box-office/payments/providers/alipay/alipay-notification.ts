import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { hours, minutes } from '#core/base/time.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { NotificationReader } from '../../notification.ts';
import { rsaVerify } from '../rsa.ts';
import { signedText } from './alipay-signing.ts';

/** Alipay's asynchronous notifications (opendocs.alipay.com/open/270/105902, 异步返回结果的验签): a form, signed over its parameters without `sign` and `sign_type`. */
export interface AlipayNotificationOptions {
  readonly appId: string;
  readonly alipayKey: KeyObject;
  readonly clock: Pick<Clock, 'wall'>;
}

const Told = z.object({
  sign_type: z.literal('RSA2'),
  sign: z.string().regex(/^[A-Za-z0-9+/=]{1,1024}$/),
  app_id: z.string(),
  notify_id: z.string().min(1).max(128),
  notify_time: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
  out_trade_no: z.string().min(1).max(64),
});

/** The same page: it comes again for 25 hours until it was taken. */
const AGE_MAX = hours(26);
const AHEAD_MAX = minutes(5);
const PARAMETERS_MAX = 64;

export function alipayNotifications({ appId, alipayKey, clock }: AlipayNotificationOptions): NotificationReader {
  return {
    // Exactly these seven letters, or it comes again.
    heard: { status: 200, type: 'text/plain', body: 'success' },
    refused: { status: 401, type: 'text/plain', body: 'failure' },
    read: (_, body) => {
      const pairs = [...new URLSearchParams(body)];
      const parameters = Object.fromEntries(pairs);
      // A name that is there twice has two meanings.
      if (pairs.length > PARAMETERS_MAX || Object.keys(parameters).length !== pairs.length) return undefined;
      const told = Told.safeParse(parameters);
      if (!told.success || told.data.app_id !== appId) return undefined;
      const { sign, notify_id, notify_time, out_trade_no } = told.data;
      const { sign_type: _type, ...signed } = parameters;
      if (!rsaVerify(signedText(signed), sign, alipayKey)) return undefined;
      const age = clock.wall() - Date.parse(`${notify_time.replace(' ', 'T')}+08:00`);
      return age <= AGE_MAX && age >= -AHEAD_MAX ? { id: notify_id, merchantOrder: out_trade_no } : undefined;
    },
  };
}
