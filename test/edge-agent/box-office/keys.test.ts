import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { secretInForce, signGateSecrets } from '#agent/box-office/validity/gate-secrets.ts';
import { openKeys } from '#agent/box-office/validity/keys.ts';
import { sha256Hex } from '#agent/runtime/ticket-crypto.ts';
import { days, hours, instant, plus, toIso } from '#core/base/time.ts';
import { ValidityDelta, ValidityHead } from '#core/contract/box-office/validity.ts';
import type { SiteId } from '#core/contract/identifiers.ts';
import { readChanges } from '#core/validity/changes.ts';
import { GATE, good, openBoxOffice } from './open-box-office.ts';

const NOW = instant(Date.UTC(2026, 9, 31));

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('the keys of a box office', () => {
  test('are made once, for nobody else to read', () => {
    const folder = newFolder();
    const first = openKeys(folder, NOW);
    expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600);
    const second = openKeys(folder, plus(NOW, days(1)));
    expect(second.data.publicKey).toBe(first.data.publicKey);
    expect(second.tickets.map(({ key }) => key)).toEqual(first.tickets.map(({ key }) => key));
  });

  test('rights that were loosened are put right', () => {
    const folder = newFolder();
    openKeys(folder, NOW);
    chmodSync(join(folder, 'keys.json'), 0o644);
    openKeys(folder, NOW);
    expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600);
  });

  test('a ticket key is followed by another before its end; both are good while tickets of the old one are about', () => {
    const folder = newFolder();
    const [old] = openKeys(folder, NOW).tickets;
    const later = openKeys(folder, plus(NOW, days(345))).tickets;
    expect(later.map(({ id }) => id)).toEqual([1, 2]);
    expect(later[0]?.key).toEqual(old?.key);
    expect(Date.parse(later[1]?.key.notBefore ?? '')).toBeLessThan(plus(NOW, days(345)));
    expect(openKeys(folder, plus(NOW, days(700))).tickets.map(({ id }) => id)).toEqual([2, 3]);
  });

  test('a venue secret is followed by another before its end, which is told a week before it is used', () => {
    const folder = newFolder();
    const [old] = openKeys(folder, NOW).rotating;
    expect(openKeys(folder, plus(NOW, days(339))).rotating).toEqual([old]);
    const late = plus(NOW, days(345));
    const { rotating } = openKeys(folder, late);
    expect(rotating.map(({ id }) => id)).toEqual([1, 2]);
    expect(rotating[0]).toEqual(old);
    expect(rotating[1]?.notBefore).toBe(toIso(plus(late, days(7))));
    expect(secretInForce(rotating, plus(late, days(6))).id).toBe(1);
    expect(secretInForce(rotating, plus(late, days(7))).id).toBe(2);
    expect(openKeys(folder, plus(NOW, days(700))).rotating.map(({ id }) => id)).toEqual([2, 3]);
  });

  test('are renewed in a program that runs on, and not before', () => {
    const folder = newFolder();
    const keys = openKeys(folder, NOW);
    expect(keys.renew(plus(NOW, days(339)))).toBe(false);
    const late = plus(NOW, days(345));
    expect(keys.renew(late)).toBe(true);
    expect(keys.tickets.map(({ id }) => id)).toEqual([1, 2]);
    expect(keys.rotating.map(({ id }) => id)).toEqual([1, 2]);
    expect(keys.renew(plus(late, days(1)))).toBe(false);
    expect(openKeys(folder, plus(late, days(1))).tickets.map(({ key }) => key)).toEqual(keys.tickets.map(({ key }) => key));
  });

  test('stay as they were when the new ones cannot be written', () => {
    const folder = newFolder();
    const keys = openKeys(folder, NOW);
    rmSync(folder, { recursive: true });
    expect(() => keys.renew(plus(NOW, days(345)))).toThrow(expect.objectContaining({ fault: expect.objectContaining({ code: 'E-BOX-KEY' }) }));
    expect(keys.tickets.map(({ id }) => id)).toEqual([1]);
  });

  test('a file from before phones had codes is kept, and what is missing is added', () => {
    const folder = newFolder();
    const path = join(folder, 'keys.json');
    const { data, tickets } = openKeys(folder, NOW);
    const { dataKey, ticketKeys } = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ dataKey, ticketKeys }));
    const upgraded = openKeys(folder, plus(NOW, days(1)));
    expect(upgraded.data.publicKey).toBe(data.publicKey);
    expect(upgraded.tickets.map(({ key }) => key)).toEqual(tickets.map(({ key }) => key));
    expect(upgraded.rotating).toHaveLength(1);
    const again = openKeys(folder, plus(NOW, days(2)));
    expect([again.rotating, again.codeKey]).toEqual([upgraded.rotating, upgraded.codeKey]);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ version: 2, dataKey, ticketKeys });
  });

  test('the same keys are told to gates by the same text, under the same hash', () => {
    const folder = newFolder();
    const site = '36090702' as SiteId;
    const first = signGateSecrets(openKeys(folder, NOW), site);
    expect(signGateSecrets(openKeys(folder, plus(NOW, days(1))), site)).toEqual(first);
    expect(first.hash).toBe(sha256Hex(first.signed.body));
    expect(signGateSecrets(openKeys(newFolder(), NOW), site).hash).not.toBe(first.hash);
  });

  test.each(['', '{', '{}', '{"dataKey":"x","ticketKeys":[]}'])('a damaged file (%s) is a fault, is not replaced and is not quoted', (text) => {
    const folder = newFolder();
    const path = join(folder, 'keys.json');
    writeFileSync(path, text);
    expect(() => openKeys(folder, NOW)).toThrow(expect.objectContaining({ fault: expect.objectContaining({ code: 'E-BOX-KEY' }) }));
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('a box office that runs on', () => {
  test('tells its gates the keys and secrets that it has made meanwhile', { timeout: 20_000 }, async () => {
    const office = await openBoxOffice();
    const head = async () => ValidityHead.parse(JSON.parse((await office.boxOffice.validity.head()).body));
    const before = await head();
    office.time.jumpWall(days(345));
    await office.time.advance(hours(1));
    const ringsTold = async (): Promise<readonly number[]> => {
      const { deltas } = good(await office.kiosk.readValidityDeltas({ query: { epoch: before.epoch, after: before.version } }));
      const changes = deltas.flatMap(({ body }) => readChanges(Buffer.from(ValidityDelta.parse(JSON.parse(body)).changes, 'base64url')) ?? []);
      return changes.flatMap((change) => (change.kind === 'keys' ? [change.rows.length] : []));
    };
    await expect.poll(ringsTold).toEqual([2]);
    const after = await head();
    expect(after.secretsHash).not.toBe(before.secretsHash);
    const secrets = good(await office.clientOf(GATE).readGateSecrets());
    expect(sha256Hex(secrets.body)).toBe(after.secretsHash);
  });
});
