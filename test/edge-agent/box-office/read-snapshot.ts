import { expect } from 'vitest';
import { createShardReader } from '#agent/box-office-client/shard-reader.ts';
import { ed25519PublicKey, sha256Hex, verifyBody } from '#agent/runtime/ticket-crypto.ts';
import { seconds } from '#core/base/time.ts';
import { SIGNING_CONTEXT, ValidityManifest } from '#core/contract/box-office/validity.ts';
import { decodeRow, type ValidityRow } from '#core/validity/row-codec.ts';
import { shardRows } from '#core/validity/shards.ts';
import { setHashOf } from '#test/support/validity-snapshot.ts';
import { GATE, good, type OpenBoxOffice, tokenOf } from './open-box-office.ts';

/** All validity data of the box office, as a gate fetches them: every signature, hash and count is looked at on the way. */
export async function readSnapshot(office: OpenBoxOffice, query: { epoch?: string; least?: number } = {}) {
  const signed = good(await office.clientOf(GATE).readValidityManifest({ query }));
  const key = ed25519PublicKey(office.boxOffice.validity.publicKey);
  if (key === undefined) throw new Error('the box office has no key');
  expect(verifyBody(key, SIGNING_CONTEXT.manifest, signed)).toBe(true);
  const manifest = ValidityManifest.parse(JSON.parse(signed.body));
  const read = createShardReader({ url: office.url, token: tokenOf(GATE), timeout: seconds(60), timers: office.time.timers });
  const rows: ValidityRow[] = [];
  for (const shard of manifest.shards) {
    const bytes = good(await read(shard));
    expect(sha256Hex(bytes)).toBe(shard.sha256);
    const found = shardRows(shard, bytes);
    if ('problem' in found) throw new Error(found.problem);
    for (const [index, end] of found.starts.slice(1).entries()) {
      rows.push(decodeRow(bytes.subarray(found.starts[index], end)) ?? expect.unreachable('a row of a shard'));
    }
  }
  const data = {
    keys: manifest.keys,
    shows: rows.flatMap((row) => (row.kind === 'show' ? [row.show] : [])),
    tickets: rows.flatMap((row) => (row.kind === 'ticket' ? [row.ticket] : [])),
    codes: rows.flatMap((row) => (row.kind === 'code' ? [row.code] : [])),
  };
  expect(manifest.head.setHash).toBe(setHashOf(data));
  return { head: manifest.head, manifest, ...data };
}
