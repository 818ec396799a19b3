import type { KeyObject } from 'node:crypto';
import { type Instant, instant } from '#core/base/time.ts';
import { TIME_CONTEXT, TimeAnswer } from '#core/contract/box-office/time.ts';
import type { Signed } from '#core/contract/box-office/validity.ts';
import type { SiteId } from '#core/contract/identifiers.ts';
import { verifyBody } from '../runtime/ticket-crypto.ts';

/** The box office's time out of its signed answer; undefined when it is not signed by this site's box office, or answers another question. */
export type OpenTime = (signed: Signed, nonce: string) => Instant | undefined;

export function createTimeDoor(publicKey: KeyObject, siteId: SiteId): OpenTime {
  return (signed, nonce) => {
    if (!verifyBody(publicKey, TIME_CONTEXT, signed)) return undefined;
    const answer = TimeAnswer.safeParse(JSON.parse(signed.body));
    return answer.success && answer.data.scope === siteId && answer.data.nonce === nonce ? instant(Date.parse(answer.data.at)) : undefined;
  };
}
