import { z } from 'zod';
import { SiteId, TicketId } from '../identifiers.ts';
import { IsoTime } from '../values.ts';

/**
 * What gates need to know and nobody else may: the secrets behind the changing codes of phones, and the key of the hashes by which codes of other systems are
 * listed. Over HTTP to a machine with a token only; never over MQTT, never in a log. Whoever steals them can freshen a code that he has a picture of, and try
 * out foreign codes against their hashes; he cannot make a ticket.
 */

/** 32 bytes in base64url. */
const Secret = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** A venue secret; two overlap while one is replaced, and a gate believes a code of either. */
export const RotatingSecret = z.strictObject({
  id: z.int().min(0).max(255),
  secret: Secret,
  /** Both instants included. Codes are made with the newest secret that has begun. */
  notBefore: IsoTime,
  notAfter: IsoTime,
});
export type RotatingSecret = z.infer<typeof RotatingSecret>;

/** One JSON text stands for one set of secrets: it has no time in it, so that its SHA-256 can be compared with `secretsHash` of the head. */
export const GateSecrets = z.strictObject({ scope: SiteId, rotating: z.array(RotatingSecret).min(1).max(8), codeKey: Secret });
export type GateSecrets = z.infer<typeof GateSecrets>;

/** Signed together with the body, by the key that signs validity data. */
export const GATE_SECRETS_CONTEXT = 'foyer/gate-secrets/v1\n';

/** What a phone shows for a ticket until `validUntil`. */
export const RotatingCode = z.strictObject({ ticketId: TicketId, code: z.string().length(171), step: z.int().min(0), validUntil: IsoTime });
export type RotatingCode = z.infer<typeof RotatingCode>;

export const RotatingCodeRefusal = z.discriminatedUnion('code', [
  /** The ticket was given back. */
  z.strictObject({ code: z.literal('not-good') }),
]);
export type RotatingCodeRefusal = z.infer<typeof RotatingCodeRefusal>;
