import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type BrokerKind, RIGHTS_FILE, writeRights } from '#agent/broker/rights.ts';
import { addressOf } from '#agent/uplink/address.ts';
import { MachineId } from '#core/contract/identifiers.ts';
import { topic } from '#core/contract/wire/topic.ts';
import { eventually } from '#test/support/eventually.ts';
import { runMosquitto } from '#test/support/mosquitto.ts';
import { connectedClient, happened, rawClient } from '#test/support/raw-mqtt.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { selfSigned } from '#test/support/self-signed.ts';
import { boxOfficeEnd, createMemoryReceiver, MACHINE, machineEnd, SITE, sale, waiting } from '../uplink/lobby-wire.ts';

const rightsFolder = new URL('../../../edge-agent/broker/rights/', import.meta.url);

test.each(Object.entries(RIGHTS_FILE))('the list of %s is what the model says: npx tsx test/edge-agent/broker/write-rights.ts', (kind, file) => {
  expect(readFileSync(new URL(file, rightsFolder), 'utf8')).toBe(writeRights(kind as BrokerKind));
});

/** A lobby whose machines are known by their certificates, and its files. */
async function lobbyWithCertificates() {
  const folder = scratchFolder();
  const people = ['localhost', MACHINE, 'gate-01', 'box-office', 'stranger'];
  const files = new Map(
    people.map((name) => {
      const { certificate, key } = selfSigned([name]);
      const at = { certificateFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`), certificate, key };
      writeFileSync(at.certificateFile, certificate);
      writeFileSync(at.keyFile, key);
      return [name, at] as const;
    }),
  );
  const of = (name: string) => {
    const found = files.get(name);
    if (found === undefined) throw new Error(`there is no certificate of ${name}`);
    return found;
  };
  const known = join(folder, 'known.pem');
  writeFileSync(known, [MACHINE, 'gate-01', 'box-office'].map((name) => of(name).certificate).join(''));
  const rules = join(folder, 'rights.acl');
  writeFileSync(rules, writeRights('mosquitto'));
  const { url } = await runMosquitto([
    `certfile ${of('localhost').certificateFile}`,
    `keyfile ${of('localhost').keyFile}`,
    `cafile ${known}`,
    'require_certificate true',
    'use_identity_as_username true',
    'allow_anonymous false',
    `acl_file ${rules}`,
  ]);
  const { port } = new URL(url);
  const address = `mqtts://localhost:${port}`;
  const access = (name: string) => ({
    url: address,
    version: '5' as const,
    caFile: of('localhost').certificateFile,
    certificateFile: of(name).certificateFile,
    keyFile: of(name).keyFile,
  });
  const raw = (name: string) => ({
    protocolVersion: 5 as const,
    clientId: name,
    ca: of('localhost').certificate,
    cert: of(name).certificate,
    key: of(name).key,
  });
  return { address, access, raw };
}

test('Mosquitto with certificates: the lobby works, and a machine has its own topics and no others', { timeout: 180_000 }, async () => {
  const lobby = await lobbyWithCertificates();
  const receiver = createMemoryReceiver();
  const office = boxOfficeEnd(lobby.access('box-office'), receiver);
  const machine = machineEnd(lobby.access(MACHINE));
  machine.ledger.transaction(() => machine.ledger.append(sale('one')));
  office.start();
  machine.uplink.start();
  await eventually('everything is acknowledged', () => machine.uplink.status().state === 'connected' && waiting(machine) === 0);
  await eventually('a head', () => machine.heads.length > 0);
  await office.command({ machine: MACHINE, kind: 'resync-validity', by: 'test', reason: 'rights' });
  await eventually('a command', () => machine.done.length === 1);

  const gate = await connectedClient(lobby.address, lobby.raw('gate-01'));
  const heard: string[] = [];
  gate.on('message', (from) => heard.push(from));
  const kiosk = addressOf(MACHINE);
  const own = addressOf(MachineId.parse('gate-01'));
  await expect(gate.publishAsync(topic.events(kiosk, 'p0'), 'x', { qos: 1 })).rejects.toMatchObject({ code: 0x87 });
  await expect(gate.publishAsync(topic.acknowledgement(own), 'x', { qos: 1 })).rejects.toMatchObject({ code: 0x87 });
  await expect(gate.publishAsync(topic.command(kiosk), 'x', { qos: 1 })).rejects.toMatchObject({ code: 0x87 });
  await expect(gate.publishAsync(topic.validityHead(SITE), 'x', { qos: 1 })).rejects.toMatchObject({ code: 0x87 });
  await gate.publishAsync(topic.hello(own), 'x', { qos: 1 });
  // Mosquitto grants any subscription and filters what it delivers.
  await gate.subscribeAsync(['#', topic.acknowledgement(kiosk), topic.command(kiosk), topic.validityHead(SITE)], { qos: 1 });
  await office.command({ machine: MACHINE, kind: 'resync-validity', by: 'test', reason: 'rights' });
  await eventually('the kiosk has the second command', () => machine.done.length === 2);
  office.publishHead({ body: '{}', signature: 'A'.repeat(86) });
  await eventually('what everybody may hear', () => heard.filter((from) => from === topic.validityHead(SITE)).length >= 2);
  expect(new Set(heard)).toEqual(new Set([topic.validityHead(SITE)]));
});

test('a certificate that nobody signed for connects to nothing', { timeout: 180_000 }, async () => {
  const lobby = await lobbyWithCertificates();
  const stranger = rawClient(lobby.address, lobby.raw('stranger'));
  await happened(stranger, 'close');
  expect(stranger.connected).toBe(false);
});
