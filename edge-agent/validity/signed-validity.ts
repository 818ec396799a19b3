import type { KeyObject } from 'node:crypto';
import type { z } from 'zod';
import type { Fault } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { SIGNING_CONTEXT, type Signed, ValidityDelta, ValidityHead, ValidityManifest } from '#core/contract/box-office/validity.ts';
import type { SiteId } from '#core/contract/identifiers.ts';
import { readMustIgnore } from '#core/contract/must-ignore.ts';
import { CHANGES_IN_DELTA, readChanges } from '#core/validity/changes.ts';
import type { OpenedDelta } from '../ledger/validity-store.ts';
import { verifyBody } from '../runtime/ticket-crypto.ts';

/** The door of the validity data: signature first, then form, then whether it is meant for this site. What comes out of here can be believed. */
export interface ValidityDoor {
  head(signed: Signed): Result<ValidityHead, Fault>;
  delta(signed: Signed): Result<OpenedDelta, Fault>;
  manifest(signed: Signed): Result<ValidityManifest, Fault>;
}

const SCHEMA = { head: ValidityHead, delta: ValidityDelta, manifest: ValidityManifest } as const;
type Kind = keyof typeof SCHEMA;

/** Whether the box office has signed this body in this context. */
export type IsSigned = (context: string, signed: Signed) => boolean;

/** @param publicKey the one key that signs this site's validity data, pinned */
export function createValidityDoor(publicKey: KeyObject, siteId: SiteId): ValidityDoor {
  return createDoorBehind((context, signed) => verifyBody(publicKey, context, signed), siteId);
}

export function createDoorBehind(isSigned: IsSigned, siteId: SiteId): ValidityDoor {
  const opened = <Name extends Kind>(kind: Name, signed: Signed): Result<z.output<(typeof SCHEMA)[Name]>, Fault> => {
    if (!isSigned(SIGNING_CONTEXT[kind], signed)) {
      return err(fault('E-VAL-SIGNATURE', `A validity ${kind} is not signed by this site's box office. It was not used.`));
    }
    const value = parseJson(signed.body);
    // What a newer box office adds under the same context is a help, such as when to fetch; a rule that no gate may pass over is signed under another one.
    const parsed = readMustIgnore(SCHEMA[kind], value);
    if (!parsed.success) {
      const where = parsed.error.issues[0]?.path.join('.') ?? '';
      return err(formFault(kind, where || 'its root'));
    }
    return ok(parsed.data as z.output<(typeof SCHEMA)[Name]>);
  };
  const meantForUs = <Value>(result: Result<Value, Fault>, scopeOf: (value: Value) => string): Result<Value, Fault> => {
    if (!result.ok || scopeOf(result.value) === siteId) return result;
    return err(fault('E-VAL-SCOPE', `Validity data of site ${scopeOf(result.value)} came to site ${siteId}. They were not used.`));
  };
  return {
    head: (signed) => meantForUs(opened('head', signed), (head) => head.scope),
    delta: (signed) => {
      const delta = meantForUs(opened('delta', signed), ({ head }) => head.scope);
      return delta.ok ? withChanges(delta.value) : delta;
    },
    manifest: (signed) => meantForUs(opened('manifest', signed), ({ head }) => head.scope),
  };
}

function withChanges({ head, changes: text }: ValidityDelta): Result<OpenedDelta, Fault> {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64url'));
  const changes = readChanges(bytes);
  return changes === undefined || changes.length > CHANGES_IN_DELTA ? err(formFault('delta', 'changes')) : ok({ head, bytes, changes });
}

/** Undefined, which no schema accepts, when it is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const formFault = (kind: Kind, where: string): Fault =>
  fault('E-VAL-FORM', `A validity ${kind} is signed but not of the agreed form (at ${where}). It was not used.`);

function fault(code: string, message: string): Fault {
  return { code, owner: 'peer', message };
}
