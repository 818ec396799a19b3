import { join } from 'node:path';
import type { Instant } from '#core/base/time.ts';
import { toIso } from '#core/base/time.ts';
import { stepStart } from '#core/ticket/rotating.ts';
import { readKeptSecrets } from '../validity/gate-secrets.ts';
import { type Inspection, inspectCode } from './inspect-code.ts';
import { inspectionText } from './inspection-text.ts';
import { KEY_RING_FILE, readKeyRing } from './key-ring.ts';

/** `foyer ticket inspect CODE`: explains any code that a guest may hold under a scanner. */

export const TICKET_USAGE = `  foyer ticket inspect CODE [--json] [--keys FILE]  what a code is, what it says, whether its signature holds
`;

export interface InspectOptions {
  /** What follows `ticket`. */
  readonly words: readonly string[];
  readonly json: boolean;
  /** A file with the ring of keys; the one of the data folder when missing. */
  readonly keys: string | undefined;
  readonly data: string;
  readonly now: Instant;
  readonly timeZone: string;
}

/** @throws FaultError `E-KEY-RING` */
export function runTicketCommand({ words, json, keys, data, now, timeZone }: InspectOptions): { readonly exit: number; readonly text: string } {
  const [action, code, ...more] = words;
  if (action !== 'inspect' || code === undefined || more.length > 0) return { exit: 64, text: `This is how it goes:\n${TICKET_USAGE}` };
  const ring = readKeyRing(keys ?? join(data, KEY_RING_FILE));
  if (ring === undefined && keys !== undefined) return { exit: 66, text: `There is no file ${keys}.` };
  const inspection = inspectCode(scannedBytes(code), { ring, secrets: readKeptSecrets(data), now });
  return { exit: 0, text: json ? JSON.stringify(plain(inspection), null, 2) : inspectionText(inspection, timeZone) };
}

/** A scanner sends a byte for each character; what is none becomes one that nothing accepts. */
function scannedBytes(code: string): Uint8Array {
  return Uint8Array.from(code, (character) => Math.min(character.charCodeAt(0), 0xff));
}

/** The same for a program: times in ISO 8601, what is not known as null. */
function plain(inspection: Inspection): object {
  if (inspection.kind !== 'ticket') return inspection;
  const { payload, form, signature, key, refused } = inspection.ticket;
  const { validFrom, validUntil, issuedAt, seat } = payload;
  return {
    kind: 'ticket',
    form: form.kind,
    signature,
    key: key === undefined ? null : { notBefore: toIso(key.notBefore), notAfter: toIso(key.notAfter) },
    ...(form.kind === 'paper'
      ? {}
      : {
          step: form.step,
          stepFrom: toIso(stepStart(form.step)),
          stepUntil: toIso(stepStart(form.step + 1)),
          checkValueIsGenuine: form.isGenuine ?? null,
        }),
    fields: { ...payload, seat: seat ?? null, validFrom: toIso(validFrom), validUntil: toIso(validUntil), issuedAt: toIso(issuedAt) },
    refused: refused.map(({ reason, evidence }) => ({ reason, evidence })),
  };
}
