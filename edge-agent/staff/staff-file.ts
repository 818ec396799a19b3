import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { StaffMember } from '#core/contract/local/usher.ts';

/** `staff.json` in the data folder, readable by the agent's user alone: who has a PIN on this machine. It is written by `foyer staff` and read by the agent. */

const StaffRecord = z.strictObject({
  name: StaffMember.shape.name.regex(/^[^\p{Cc}]+$/u, 'a name has no control characters'),
  role: StaffMember.shape.role,
  /** 16 bytes of its own, base64url. A new PIN has a new salt, so the salt also names the PIN. */
  salt: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  /** scrypt of the PIN, 32 bytes, base64url; see `pin.ts`. */
  hash: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type StaffRecord = z.infer<typeof StaffRecord>;

const StaffFile = z.strictObject({ version: z.literal(1), members: z.array(StaffRecord).max(LIMITS.staff.membersMax) });

/**
 * Nobody when there is no file.
 * @throws FaultError `E-STF-FILE` when it cannot be read or is not what `foyer staff` writes
 */
export function readStaffFile(path: string): readonly StaffRecord[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return [];
    throw fileFault(path, `cannot be read (${errorCode(cause)})`, cause);
  }
  const parsed = StaffFile.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data.members;
  // What stands in the file is not repeated: it may be a hash.
  throw fileFault(path, `is not a list of staff (${parsed.error.issues[0]?.path.join('.') ?? 'not JSON'})`, parsed.error);
}

/** Changes whenever the file does; undefined when there is none. */
export function staffFileStamp(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.ino}/${stat.size}/${stat.mtimeMs}`;
}

/**
 * The old list or the new one, whatever happens meanwhile.
 * @throws FaultError `E-STF-FILE`
 */
export function writeStaffFile(path: string, members: readonly StaffRecord[]): void {
  const text = `${JSON.stringify(StaffFile.parse({ version: 1, members }), undefined, 2)}\n`;
  const beside = `${path}.${process.pid}.new`;
  try {
    const file = openSync(beside, 'w', 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (cause) {
    rmSync(beside, { force: true });
    throw fileFault(path, `cannot be written (${errorCode(cause)})`, cause);
  }
}

const UNLOCK = '.unlock';

/**
 * Asks the agent to take locks back, at the next PIN that is typed. Whoever may write here may write the list of staff itself.
 * @throws FaultError `E-STF-FILE`
 */
export function askUnlock(path: string): void {
  try {
    writeFileSync(path + UNLOCK, '', { mode: 0o600 });
  } catch (cause) {
    throw fileFault(path + UNLOCK, `cannot be written (${errorCode(cause)})`, cause);
  }
}

/**
 * Whether it was asked for; once.
 * @throws FaultError `E-STF-FILE` when the wish cannot be taken away: it would take back every later lock as well
 */
export function takeUnlock(path: string): boolean {
  if (!existsSync(path + UNLOCK)) return false;
  try {
    rmSync(path + UNLOCK);
  } catch (cause) {
    throw fileFault(path + UNLOCK, `cannot be removed (${errorCode(cause)})`, cause);
  }
  return true;
}

function fileFault(path: string, what: string, cause: unknown): FaultError {
  return new FaultError(
    {
      code: 'E-STF-FILE',
      owner: 'operator',
      message: `${path} ${what}.`,
      remedy: "Check the file's owner and rights; when it is damaged, remove it and add the staff again.",
    },
    { cause },
  );
}

function errorCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
}

/** Undefined, which the schema refuses, when the text is not JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
