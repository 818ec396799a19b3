import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createLog } from '#agent/runtime/log.ts';
import { ed25519PublicKey, ed25519Signer, generateEd25519KeyPair, hmacSha256, sha256Hex, signBody } from '#agent/runtime/ticket-crypto.ts';
import { createGateSecrets } from '#agent/validity/gate-secrets.ts';
import { assert } from '#core/base/fault.ts';
import { instant } from '#core/base/time.ts';
import { GATE_SECRETS_CONTEXT, type GateSecrets } from '#core/contract/box-office/gate-secrets.ts';
import type { Signed } from '#core/contract/box-office/validity.ts';
import type { SiteId, TicketId } from '#core/contract/identifiers.ts';
import { opaqueCodeHash } from '#core/ticket/opaque-code.ts';
import { checkValue, stepAt, ticketKey } from '#core/ticket/rotating.ts';
import { scratchFolder } from '#test/support/scratch.ts';

const SITE = '36090702' as SiteId;
const TICKET = '3609070212345678' as TicketId;
const STEP = stepAt(instant(Date.UTC(2026, 9, 31)));
const signer = ed25519Signer(generateEd25519KeyPair().privateKey);
const stranger = ed25519Signer(generateEd25519KeyPair().privateKey);
const secretOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

const OLD = { id: 1, secret: text(secretOf(1)), notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2026-12-31T00:00:00.000Z' };
const NEW = { id: 2, secret: text(secretOf(2)), notBefore: '2026-10-01T00:00:00.000Z', notAfter: '2027-12-31T00:00:00.000Z' };
const secrets = (change: Partial<GateSecrets> = {}): GateSecrets => ({ scope: SITE, rotating: [OLD], codeKey: text(secretOf(9)), ...change });
const signed = (body: object, by = signer, context: string = GATE_SECRETS_CONTEXT): Signed => signBody(by, context, JSON.stringify(body));
const hashOf = ({ body }: Signed): string => sha256Hex(body);
const checkWith = (secret: number, step = STEP): Uint8Array => checkValue(ticketKey(secretOf(secret), TICKET, hmacSha256), step, hmacSha256);

function gate(folder = scratchFolder()) {
  const office: { answer: Signed | undefined; asked: number } = { answer: undefined, asked: 0 };
  const lines: string[] = [];
  const publicKey = ed25519PublicKey(signer.publicKey);
  assert(publicKey !== undefined, 'the signer has a key');
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  const source = {
    readGateSecrets: async () => {
      office.asked++;
      return office.answer === undefined
        ? ({ ok: false, error: { kind: 'unreachable', fault: { code: 'E-BOX-UNREACHABLE', owner: 'network', message: 'No answer.' } } } as const)
        : ({ ok: true, value: office.answer } as const);
    },
  };
  const keeper = createGateSecrets({ folder, siteId: SITE, publicKey, source, log });
  return { keeper, office, lines, folder, file: join(folder, 'gate-secrets.json') };
}

async function told(body: object = secrets(), folder?: string) {
  const world = gate(folder);
  world.office.answer = signed(body);
  await world.keeper.wanted(hashOf(world.office.answer));
  return world;
}

describe('the secrets of a gate', () => {
  test('are fetched when the head names them, kept for nobody else to read, and good after a restart without a network', async () => {
    const { keeper, office, folder, file } = await told();
    expect(keeper.isGenuine(TICKET, STEP, checkWith(1))).toBe(true);
    expect(keeper.isGenuine(TICKET, STEP, checkWith(2))).toBe(false);
    expect(keeper.isGenuine(TICKET, STEP + 1, checkWith(1))).toBe(false);
    expect(keeper.hashOf(Buffer.from('ABCD'))).toEqual(opaqueCodeHash(secretOf(9), Buffer.from('ABCD'), hmacSha256));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o644);
    const again = gate(folder);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(again.keeper.isGenuine(TICKET, STEP, checkWith(1))).toBe(true);
    await again.keeper.wanted(hashOf(office.answer ?? signed({})));
    expect([office.asked, again.office.asked]).toEqual([1, 0]);
  });

  test('tell nothing before there are any, and nothing about a time that none is for', async () => {
    const { keeper } = gate();
    expect(keeper.isGenuine(TICKET, STEP, checkWith(1))).toBeUndefined();
    expect(keeper.hashOf(Buffer.from('ABCD'))).toBeUndefined();
    const known = await told();
    const later = stepAt(instant(Date.UTC(2027, 1, 1)));
    expect(known.keeper.isGenuine(TICKET, later, checkWith(1, later))).toBeUndefined();
  });

  test('with something of a newer box office besides are used as far as they are known', async () => {
    const { keeper, office } = await told();
    office.answer = signed({ ...secrets({ rotating: [NEW] }), rotatingEvery: 7 });
    await keeper.wanted(hashOf(office.answer));
    expect([1, 2].map((secret) => keeper.isGenuine(TICKET, STEP, checkWith(secret)))).toEqual([false, true]);
  });

  test('of two that overlap both are believed', async () => {
    const { keeper } = await told(secrets({ rotating: [OLD, NEW] }));
    expect([1, 2, 3].map((secret) => keeper.isGenuine(TICKET, STEP, checkWith(secret)))).toEqual([true, true, false]);
    const before = stepAt(instant(Date.UTC(2026, 8, 30)));
    expect(keeper.isGenuine(TICKET, before, checkWith(2, before))).toBe(false);
  });

  test('accuse nobody while the box office has newer ones, which are asked for with every head', async () => {
    const { keeper, office } = await told();
    const next = signed(secrets({ rotating: [OLD, NEW] }));
    office.answer = undefined;
    await keeper.wanted(hashOf(next));
    expect(keeper.isGenuine(TICKET, STEP, checkWith(2))).toBeUndefined();
    expect(keeper.isGenuine(TICKET, STEP, checkWith(1))).toBe(true);
    office.answer = next;
    await Promise.all([keeper.wanted(hashOf(next)), keeper.wanted(hashOf(next))]);
    expect(keeper.isGenuine(TICKET, STEP, checkWith(2))).toBe(true);
    expect(office.asked).toBe(3);
  });

  test.each<readonly [string, Signed, string]>([
    ['unsigned', { body: JSON.stringify(secrets()), signature: 'A'.repeat(86) }, 'E-VAL-SIGNATURE'],
    ["signed by somebody else's key", signed(secrets(), stranger), 'E-VAL-SIGNATURE'],
    ['signed as something else', signed(secrets(), signer, 'foyer/validity-head/v2\n'), 'E-VAL-SIGNATURE'],
    ["another site's", signed(secrets({ scope: '36090703' as SiteId })), 'E-VAL-SCOPE'],
    ['without a secret', signed(secrets({ rotating: [] })), 'E-VAL-FORM'],
    ['with a short secret', signed(secrets({ codeKey: 'AAAA' })), 'E-VAL-FORM'],
    ['not JSON', signBody(signer, GATE_SECRETS_CONTEXT, '{'), 'E-VAL-FORM'],
  ])('%s are refused, and the old ones stay', async (_name, answer, code) => {
    const { keeper, office, lines, file } = await told();
    const kept = readFileSync(file, 'utf8');
    office.answer = answer;
    await keeper.wanted('f'.repeat(64));
    expect(keeper.isGenuine(TICKET, STEP, checkWith(1))).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(kept);
    expect(lines.join('')).toContain(code);
    expect(lines.join('')).not.toContain(OLD.secret);
  });

  test.each(['', '{', '{"body":"{}","signature":"x"}', JSON.stringify(signed(secrets(), stranger))])(
    'that are damaged on the disk (%#) are told, not used and fetched again',
    async (content) => {
      const folder = scratchFolder();
      writeFileSync(join(folder, 'gate-secrets.json'), content);
      const { keeper, lines } = gate(folder);
      expect(keeper.isGenuine(TICKET, STEP, checkWith(1))).toBeUndefined();
      expect(lines.join('')).toMatch(/E-VAL-(FORM|SIGNATURE)/);
      const fetched = await told(secrets(), folder);
      expect(fetched.keeper.isGenuine(TICKET, STEP, checkWith(1))).toBe(true);
    },
  );
});
