import { assert } from '#core/base/fault.ts';
import type { Instant } from '#core/base/time.ts';
import { GATE_SECRETS_CONTEXT, type GateSecrets, type RotatingSecret } from '#core/contract/box-office/gate-secrets.ts';
import type { Signed } from '#core/contract/box-office/validity.ts';
import type { SiteId } from '#core/contract/identifiers.ts';
import { sha256Hex, signBody } from '../../runtime/ticket-crypto.ts';
import type { BoxOfficeKeys } from './keys.ts';

/** The secrets that gates need, as they are told: signed, and their hash for the head of the validity data. */
export interface SignedGateSecrets {
  readonly signed: Signed;
  /** SHA-256 of the signed body, in hexadecimal. */
  readonly hash: string;
}

/** The same keys give the same text and the same hash, at every start of the program. */
export function signGateSecrets({ data, rotating, codeKey }: BoxOfficeKeys, scope: SiteId): SignedGateSecrets {
  const secrets: GateSecrets = { scope, rotating: [...rotating], codeKey };
  const signed = signBody(data, GATE_SECRETS_CONTEXT, JSON.stringify(secrets));
  return { signed, hash: sha256Hex(signed.body) };
}

/** The secret that codes are made with now: the newest that has begun. */
export function secretInForce(ring: readonly RotatingSecret[], now: Instant): RotatingSecret {
  const begun = ring.filter(({ notBefore }) => Date.parse(notBefore) <= now);
  const secret = begun.at(-1) ?? ring[0];
  assert(secret !== undefined, 'a box office has a venue secret');
  return secret;
}
