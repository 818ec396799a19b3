import { readFileSync } from 'node:fs';
import { ascii, fromHex } from '#core/base/bytes.ts';
import { assert, FaultError } from '#core/base/fault.ts';
import { pcscDriver } from '#drivers/pcsc-reader/pcsc-driver.ts';
import { createPcscSimulator } from '#drivers/pcsc-reader/pcsc-simulator.ts';
import { pn532Driver } from '#drivers/pn532-reader/pn532-driver.ts';
import { createPn532Simulator } from '#drivers/pn532-reader/pn532-simulator.ts';
import { BENCH_PROOF } from '#drivers/smart-card/card-simulator.ts';
import type { ProofKey } from '#drivers/smart-card/desfire.ts';
import type { CardProofSettings, LinkConfiguration } from '../../configuration/device-schema.ts';
import { type ManagedDevice, managedCardReader } from '../../devices/managed-device.ts';
import type { DeviceParts, SettingsOf } from './surroundings.ts';

export async function composePn532Reader(settings: SettingsOf<'pn532-reader'>, parts: DeviceParts): Promise<ManagedDevice> {
  const { id, link } = settings;
  const transport = await parts.lines.to(id, link, parts.known.cardReaders, () => createPn532Simulator({ timers: parts.timers, proof: BENCH_PROOF }));
  return managedCardReader({ id, driver: pn532Driver, options: { ...proofOf(settings.proof, link), random: parts.random }, transport });
}

export async function composePcscReader(settings: SettingsOf<'pcsc-reader'>, parts: DeviceParts): Promise<ManagedDevice> {
  const { id, link } = settings;
  const transport = await parts.lines.to(id, link, parts.known.cardReaders, () => createPcscSimulator({ timers: parts.timers, proof: BENCH_PROOF }));
  return managedCardReader({ id, driver: pcscDriver, options: { ...proofOf(settings.proof, link), random: parts.random }, transport });
}

const KEY_BYTES = 16;

/** @throws FaultError `E-CFG-FILE` when the key's file is not there or holds no key */
function proofOf(settings: CardProofSettings | undefined, link: LinkConfiguration): { readonly proof?: ProofKey } {
  if (link.kind === 'simulated') return { proof: BENCH_PROOF };
  if (settings === undefined) return {};
  const { keyId, keyNumber, systemId, keyFile } = settings;
  // A DESFire takes its applications' numbers least significant byte first.
  const application = fromHex(settings.application)?.reverse();
  assert(application !== undefined, 'the configuration has checked the number of the application');
  return { proof: { keyId, application, keyNumber, systemId: ascii(systemId), masterKey: masterKey(keyFile) } };
}

function masterKey(file: string): Uint8Array {
  const refused = (what: string, cause?: unknown) =>
    new FaultError({ code: 'E-CFG-FILE', owner: 'configuration', message: `The key file ${file} of the members' cards ${what}.` }, { cause });
  let text = '';
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw refused('cannot be read', cause);
  }
  const key = fromHex(text);
  if (key?.length !== KEY_BYTES) throw refused('must hold 32 hexadecimal digits');
  return key;
}
