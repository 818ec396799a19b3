import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { StaffMember } from '#core/contract/local/usher.ts';
import { writeSecretFile } from '../runtime/secret-file.ts';
import { readStaffFile } from './staff-file.ts';

/**
 * `staff-tokens.json`, beside `staff.json` so that an older program still reads that one: by which token a program speaks for one of the staff at the box
 * office's HTTP interface. A token belongs to a PIN: it ends with it, and with the person.
 */
const TokenFile = z.strictObject({
  version: z.literal(1),
  tokens: z
    .array(
      z.strictObject({
        /** Names the PIN, as in `staff.json`. */
        salt: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
        /** SHA-256 of 256 bits of chance: nothing slower is needed, and nobody can go back from it. */
        hash: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
      }),
    )
    .max(LIMITS.staff.membersMax),
});
type Tokens = z.infer<typeof TokenFile>['tokens'];

const TOKEN_BYTES = 32;

export interface StaffFiles {
  readonly staff: string;
  readonly tokens: string;
}

/**
 * Instead of the one that the person had.
 * @returns the token, told this once; undefined when nobody has this name
 * @throws FaultError `E-STF-FILE`
 */
export function giveToken({ staff, tokens }: StaffFiles, name: string): string | undefined {
  const members = readStaffFile(staff);
  const member = members.find((each) => each.name === name);
  if (member === undefined) return undefined;
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const others = readTokens(tokens).filter(({ salt }) => salt !== member.salt && members.some((each) => each.salt === salt));
  const list = [...others, { salt: member.salt, hash: sha256(token).toString('base64url') }];
  try {
    writeSecretFile(tokens, `${JSON.stringify(TokenFile.parse({ version: 1, tokens: list }), undefined, 2)}\n`);
  } catch (cause) {
    throw fileFault(tokens, 'cannot be written', cause);
  }
  return token;
}

/**
 * Both files are read each time: a person who was removed a second ago is nobody, and few ask.
 * @throws FaultError `E-STF-FILE`
 */
export function holderOfToken({ staff, tokens }: StaffFiles, token: string): StaffMember | undefined {
  const given = sha256(token);
  // All of them, whichever it is, so that the time tells nothing.
  const found = readTokens(tokens).reduce<string | undefined>(
    (salt, each) => (timingSafeEqual(Buffer.from(each.hash, 'base64url'), given) ? each.salt : salt),
    undefined,
  );
  const member = found === undefined ? undefined : readStaffFile(staff).find(({ salt }) => salt === found);
  return member === undefined ? undefined : { name: member.name, role: member.role };
}

function readTokens(path: string): Tokens {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw fileFault(path, 'cannot be read', cause);
  }
  try {
    return TokenFile.parse(JSON.parse(text)).tokens;
  } catch (cause) {
    throw fileFault(path, 'is not a list of tokens', cause);
  }
}

function fileFault(path: string, what: string, cause: unknown): FaultError {
  const remedy = "Check the file's owner and rights; when it is damaged, remove it and give the tokens out anew.";
  return new FaultError({ code: 'E-STF-FILE', owner: 'operator', message: `${path} ${what}.`, remedy }, { cause });
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
