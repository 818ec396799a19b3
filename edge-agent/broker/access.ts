import { createHash, timingSafeEqual } from 'node:crypto';
import { toHex } from '#core/base/bytes.ts';
import { MachineId, type SiteId } from '#core/contract/identifiers.ts';
import { parseUpTopic } from '#core/contract/wire/topic.ts';
import type { Random } from '#core/ports/clock.ts';
import { addressOf } from '../uplink/address.ts';
import { downTopics } from '../uplink/downlink.ts';

/** Who may connect to the embedded broker, and what each may say and hear: the same rules that a real broker's access list states. */

export interface BrokerCredentials {
  readonly boxOffice: { readonly username: string; readonly password: string };
  readonly machines: ReadonlyMap<MachineId, string>;
}

export type Identity = { readonly kind: 'box-office' } | { readonly kind: 'machine'; readonly machine: MachineId };

/** A machine is lower case, so no machine can have this name. */
const BOX_OFFICE_NAME = 'Box-Office';
const SECRET_BYTES = 24;

/** Passwords for one run of the program: they are made at its start, never leave the process and are never written down. */
export function makeBrokerCredentials(random: Random, machines: readonly MachineId[]): BrokerCredentials {
  const secret = (): string => toHex(random.bytes(SECRET_BYTES));
  return {
    boxOffice: { username: BOX_OFFICE_NAME, password: secret() },
    machines: new Map(machines.map((machine) => [machine, secret()])),
  };
}

/** Undefined when the name or the password is wrong. A machine's client identifier is its name, so that nobody connects in the place of another. */
export function identify(
  credentials: BrokerCredentials,
  clientId: string,
  username: string | undefined,
  password: Uint8Array | undefined,
): Identity | undefined {
  if (username === undefined || password === undefined) return undefined;
  if (username === credentials.boxOffice.username) return isSame(password, credentials.boxOffice.password) ? { kind: 'box-office' } : undefined;
  const machine = MachineId.safeParse(username);
  if (!machine.success || clientId !== username) return undefined;
  const expected = credentials.machines.get(machine.data);
  return expected !== undefined && isSame(password, expected) ? { kind: 'machine', machine: machine.data } : undefined;
}

/** Its own messages upwards, in its own partition. */
export function mayPublish(identity: Identity, to: string): boolean {
  if (identity.kind === 'box-office') return true;
  const parsed = parseUpTopic(to);
  return parsed !== undefined && parsed.machine === identity.machine && parsed.partition === addressOf(identity.machine).partition;
}

/** What is meant for it, and the validity data of the site; exactly these topics, no wildcards. */
export function maySubscribe(identity: Identity, site: SiteId, to: string): boolean {
  if (identity.kind === 'box-office') return true;
  return downTopics(site, addressOf(identity.machine)).includes(to);
}

function isSame(given: Uint8Array, expected: string): boolean {
  const digest = (value: Uint8Array | string) => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
