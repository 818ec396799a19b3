import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { SerialPort } from 'serialport';
import { decodeBase45 } from '#core/ticket/base45.ts';
import { sealFrame } from '#drivers/modbus-gate/codec.ts';
import { readSetup, SAYS } from './gate-setup.ts';

/**
 * The floor: the least program in Node that reads a code, verifies its signature, looks the ticket up, commits an admission and a counter durably (WAL,
 * `synchronous=FULL`) and writes the release. It knows no rules, no refusals, no passages and no faults.
 */

const setup = readSetup();
const database = new Sqlite(join(setup.data, 'floor.db'));
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec(`
  CREATE TABLE ticket (id INTEGER PRIMARY KEY, show INTEGER NOT NULL, standing TEXT NOT NULL) STRICT;
  CREATE TABLE admission (ticket INTEGER NOT NULL, scan TEXT NOT NULL, at INTEGER NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (ticket, scan)) STRICT, WITHOUT ROWID;
  CREATE TABLE counter (id INTEGER PRIMARY KEY, next INTEGER NOT NULL) STRICT;
  INSERT INTO counter VALUES (1, 1);
`);
const put = database.prepare('INSERT INTO ticket VALUES (?, ?, ?)');
database.transaction(() => {
  for (const { id, showId, standing } of setup.snapshot.tickets) put.run(BigInt(id), Number(showId), standing);
})();
if (database.pragma('synchronous', { simple: true }) !== 2) throw new Error('the floor must be durable as well');

const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: setup.publicKey }, format: 'jwk' });
const context = Buffer.from('foyer/ticket/v1\n');
const find = database.prepare<[bigint], { standing: string }>('SELECT show, standing FROM ticket WHERE id = ?');
const admit = database.prepare('INSERT INTO admission VALUES (?, ?, ?, ?)');
const count = database.prepare('UPDATE counter SET next = next + 1 WHERE id = 1');
const commit = database.transaction((ticket: bigint, code: string) => {
  admit.run(ticket, randomBytes(10).toString('hex'), Date.now(), createHash('sha256').update(code).digest('hex').slice(0, 6));
  count.run();
});
/** Flash relay 0 for 0.7 s, as the product does. */
const release = Buffer.from(sealFrame([1, 5, 2, 0, 0, 7]));

const scanner = new SerialPort({ path: setup.scanner, baudRate: setup.baudRate });
const gate = new SerialPort({ path: setup.gate, baudRate: setup.baudRate });
let held = '';
scanner.on('data', (bytes: Buffer) => {
  held += bytes.toString('latin1');
  const end = held.indexOf('\r');
  if (end < 0) return;
  check(held.slice(0, end));
  held = held.slice(end + 1);
});
// The board's answer ends the guest's turn.
gate.on('data', () => process.stdout.write(SAYS.free));

function check(code: string): void {
  const decoded = decodeBase45(Buffer.from(code.slice(4), 'latin1'));
  if (!decoded.ok) throw new Error('the bench shows good codes only');
  const payload = Buffer.from(decoded.value.subarray(0, 35));
  if (!verify(null, Buffer.concat([context, payload]), key, decoded.value.subarray(35))) throw new Error('the signature must hold');
  const ticket = payload.readBigUInt64BE(6);
  if (find.get(ticket)?.standing !== 'valid') throw new Error('the ticket must be there');
  commit(ticket, code);
  gate.write(release);
}

await Promise.all([scanner, gate].map((port) => new Promise<void>((resolve) => (port.isOpen ? resolve() : port.once('open', () => resolve())))));
process.stdout.write(SAYS.ready);
