import { randomBytes } from 'node:crypto';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { StaffMember, type StaffRole } from '#core/contract/local/usher.ts';
import { isSameHash, type PinCrypto } from './pin.ts';
import { readStaffFile, type StaffRecord, writeStaffFile } from './staff-file.ts';

/** Changes to the list of staff. A PIN is drawn, told once, and kept by nobody: who forgets his gets a new one. */
export interface Roster {
  list(): readonly StaffMember[];
  /** @returns the PIN */
  add(name: string, role: StaffRole): Promise<Result<string, RosterProblem>>;
  newPin(name: string): Promise<Result<string, RosterProblem>>;
  remove(name: string): Result<void, RosterProblem>;
}

export type RosterProblem = 'bad-name' | 'name-taken' | 'no-such-name' | 'too-many';

/**
 * @param path of `staff.json`
 * @throws FaultError `E-STF-FILE` from every function
 */
export function createRoster(path: string, pins: PinCrypto): Roster {
  return {
    list: () => readStaffFile(path).map(({ name, role }) => ({ name, role })),
    add: async (name, role) => {
      const members = readStaffFile(path);
      if (!StaffMember.shape.name.safeParse(name).success || name !== name.trim() || /\p{Cc}/u.test(name)) return err('bad-name');
      if (members.some((member) => member.name === name)) return err('name-taken');
      if (members.length >= LIMITS.staff.membersMax) return err('too-many');
      const { pin, secret } = await drawUnused(members, pins);
      writeStaffFile(path, [...members, { name, role, ...secret }]);
      return ok(pin);
    },
    newPin: async (name) => {
      const members = readStaffFile(path);
      if (!members.some((member) => member.name === name)) return err('no-such-name');
      const { pin, secret } = await drawUnused(members, pins);
      writeStaffFile(
        path,
        members.map((member) => (member.name === name ? { ...member, ...secret } : member)),
      );
      return ok(pin);
    },
    remove: (name) => {
      const members = readStaffFile(path);
      const rest = members.filter((member) => member.name !== name);
      if (rest.length === members.length) return err('no-such-name');
      writeStaffFile(path, rest);
      return ok(undefined);
    },
  };
}

/** The PIN alone says who somebody is, so no two may have the same. Of a million values at most 200 are taken: a second draw is rare, a third never seen. */
async function drawUnused(members: readonly StaffRecord[], pins: PinCrypto): Promise<{ pin: string; secret: Pick<StaffRecord, 'salt' | 'hash'> }> {
  for (;;) {
    const pin = pins.draw();
    if ((await findByPin(members, pin, pins)) !== undefined) continue;
    const salt = randomBytes(16);
    const hash = await pins.derive(pin, salt);
    return { pin, secret: { salt: salt.toString('base64url'), hash: Buffer.from(hash).toString('base64url') } };
  }
}

/** Looks at everybody whoever it is, so that the time tells nothing. One after the other: the machine's second core belongs to the lanes. */
export async function findByPin(members: readonly StaffRecord[], pin: string, pins: PinCrypto): Promise<StaffRecord | undefined> {
  let found: StaffRecord | undefined;
  for (const member of members) {
    const hash = await pins.derive(pin, Buffer.from(member.salt, 'base64url'));
    const isTheirs = isSameHash(hash, Buffer.from(member.hash, 'base64url'));
    found = isTheirs ? member : found;
  }
  return found;
}
