import { describe, expect, it } from 'vitest';
import { sha256Hex } from '#agent/runtime/ticket-crypto.ts';
import { seconds } from '#core/base/time.ts';
import type { ValidityHead, ValidityManifest } from '#core/contract/box-office/validity.ts';
import type { SiteId } from '#core/contract/identifiers.ts';
import { putShow, putTicket, ticketId } from './fake-box-office.ts';
import { inStep, type KeeperWorld, keeperWorld } from './keeper-world.ts';

describe('fetching a snapshot', () => {
  const fiveTickets = (gate: ReturnType<typeof keeperWorld>): void => {
    gate.boxOffice.change(putShow(), ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => putTicket(number)));
  };

  it('goes on after a cut with the shards that are missing, also after a restart', async () => {
    const gate = keeperWorld();
    fiveTickets(gate);
    const shards = gate.boxOffice.snapshot().shards.length;
    let given = 0;
    gate.boxOffice.broken.shard = (bytes) => (given++ < 2 ? bytes : undefined);
    gate.client.start();
    await gate.settle();
    expect(gate.client.status()).toMatchObject({ version: null, lastFault: 'E-BOX-MISSING' });
    expect(gate.boxOffice.asked().filter((each) => each === 'shard')).toHaveLength(3);
    await gate.client.stop();
    gate.store.close();
    gate.ledger.close();
    const again = gate.connect();
    gate.boxOffice.broken.shard = undefined;
    again.client.start();
    await gate.settle();
    expect(again.client.status()).toMatchObject({ version: 1, tickets: 9, lastFault: undefined });
    expect(gate.boxOffice.asked().filter((each) => each === 'shard')).toHaveLength(shards - 2);
  });

  it('fetches a kept shard again that is not what it was', async () => {
    const gate = keeperWorld();
    fiveTickets(gate);
    for (const { sha256, bytes } of gate.boxOffice.snapshot().manifest.shards) await gate.files.keepShard(sha256, new Uint8Array(bytes));
    gate.client.start();
    await gate.settle();
    expect(gate.client.status()).toMatchObject({ version: 1, tickets: 9 });
  });

  it('asks for a version that is not below what it had', async () => {
    const gate = await inStep();
    gate.client.onDelta(gate.boxOffice.change(putTicket(2)));
    await gate.settle();
    const floor = gate.store.floor();
    gate.boxOffice.offerManifest((manifest) => ({ ...manifest, head: { ...manifest.head, version: 1 } }));
    gate.client.onHead(gate.boxOffice.sign('head', { ...gate.boxOffice.head(), setHash: 'f'.repeat(64), at: '2026-10-31T11:00:01.000Z' }));
    await gate.settle();
    expect([...gate.client.refusals().keys()]).toEqual(['E-VAL-DIVERGED', 'E-VAL-ROLLBACK']);
    expect(gate.store.floor()).toEqual(floor);
  });

  const change =
    (how: (manifest: ValidityManifest) => Partial<ValidityManifest>) =>
    (gate: KeeperWorld): void =>
      gate.boxOffice.offerManifest((manifest) => ({ ...manifest, ...how(manifest) }));
  const shard =
    (how: (bytes: Uint8Array) => Uint8Array) =>
    (gate: KeeperWorld): void => {
      gate.boxOffice.broken.shard = how;
    };
  /** A shard whose hash stands in the manifest, because who signs it is mistaken or worse. */
  const signedShard =
    (how: (bytes: Uint8Array, described: ValidityManifest['shards'][number]) => { readonly bytes: Uint8Array; readonly rows?: number }) =>
    (gate: KeeperWorld): void => {
      const { manifest, shards } = gate.boxOffice.snapshot();
      const changed = shards.map((bytes, index) => {
        const described = manifest.shards[index] ?? expect.unreachable('each shard is described');
        const made = how(bytes, described);
        return {
          bytes: made.bytes,
          described: { ...described, bytes: made.bytes.length, rows: made.rows ?? described.rows, sha256: sha256Hex(made.bytes) },
        };
      });
      gate.boxOffice.offerManifest((offered) => ({ ...offered, shards: changed.map(({ described }) => described) }));
      const byHash = new Map(changed.map(({ described, bytes }) => [described.sha256, bytes]));
      gate.boxOffice.answerShards((sha256) => byHash.get(sha256));
    };

  it.each<readonly [string, (gate: KeeperWorld) => void, string]>([
    ['of another site', change(({ head }) => ({ head: { ...head, scope: '31000001' as SiteId } })), 'E-VAL-SCOPE'],
    [
      'of an epoch that is not newer',
      change(({ head }) => ({ head: { ...head, epoch: '0000000000000009', at: '2026-10-31T10:59:59.000Z' } })),
      'E-VAL-ROLLBACK',
    ],
    ['of an older version', change(({ head }) => ({ head: { ...head, version: 0 } })), 'E-VAL-ROLLBACK'],
    ['without a chain', change(({ head: { chain: _, ...head } }) => ({ head: head as ValidityHead })), 'E-VAL-FORM'],
    ['with a field of another type', change(() => ({ shards: {} }) as object), 'E-VAL-FORM'],
    ['with two keys of one number', change(({ keys }) => ({ keys: [...keys, ...keys] })), 'E-VAL-FORM'],
    ['with another ring of keys', change(() => ({ keys: [] })), 'E-VAL-DIVERGED'],
    ['with a shard missing', change(({ shards }) => ({ shards: shards.slice(1) })), 'E-VAL-DIVERGED'],
    ['without shards', change(() => ({ shards: [] })), 'E-VAL-DIVERGED'],
    ['with a shard twice', change(({ shards }) => ({ shards: [...shards, ...shards.slice(-1)] })), 'E-VAL-MANIFEST'],
    ['with shards in another order', change(({ shards }) => ({ shards: shards.toReversed() })), 'E-VAL-MANIFEST'],
    ['with a shard of keys', change(({ shards }) => ({ shards: shards.map((each) => ({ ...each, first: '0001' })) })), 'E-VAL-MANIFEST'],
    ['with too many rows', change(({ shards }) => ({ shards: shards.map((each) => ({ ...each, rows: 1_048_576 })) })), 'E-VAL-MANIFEST'],
    ['with a shard above a megabyte', change(({ shards }) => ({ shards: shards.map((each) => ({ ...each, bytes: 1_048_577 })) })), 'E-VAL-FORM'],
    ['with wrong counts of rows', change(({ shards }) => ({ shards: shards.map((each) => ({ ...each, rows: each.rows + 1 })) })), 'E-VAL-SHARD'],
    ['with wrong ends of a shard', change(({ shards }) => ({ shards: shards.map((each) => ({ ...each, last: 'ff'.repeat(2) })) })), 'E-VAL-MANIFEST'],
    ['whose shards are cut', shard((bytes) => bytes.subarray(1)), 'E-VAL-SHARD'],
    ['whose shards are longer', shard((bytes) => Buffer.concat([bytes, bytes])), 'E-VAL-SHARD'],
    ['whose shards have a flipped bit', shard((bytes) => Uint8Array.from(bytes, (byte, at) => (at === 20 ? byte ^ 1 : byte))), 'E-VAL-SHARD'],
    ['whose shards are empty', shard(() => new Uint8Array()), 'E-VAL-SHARD'],
    ['whose shards do not come', (gate) => (gate.boxOffice.broken.shard = () => undefined), 'E-BOX-MISSING'],
    ['that signs a shard with half a row', signedShard((bytes) => ({ bytes: bytes.subarray(0, bytes.length - 1) })), 'E-VAL-SHARD'],
    ['that signs a shard of nonsense', signedShard((bytes) => ({ bytes: Uint8Array.from(bytes, () => 0xff) })), 'E-VAL-SHARD'],
    [
      'that signs a shard with a row twice',
      signedShard((bytes, { rows }) => ({ bytes: Buffer.concat([bytes, bytes]), rows: rows * 2 })),
      'E-VAL-SHARD',
    ],
    [
      'that signs another standing',
      signedShard((bytes) => ({ bytes: Uint8Array.from(bytes, (byte, at) => (bytes[0] === 2 && at === 17 ? 1 : byte)) })),
      'E-VAL-DIVERGED',
    ],
    ['with the head of a version that it is not', change(({ head }) => ({ head: { ...head, setHash: 'e'.repeat(64) } })), 'E-VAL-DIVERGED'],
  ])('a manifest %s is refused by its name, and the last good data stay', async (_name, spoil, code) => {
    const gate = await inStep();
    gate.client.onDelta(gate.boxOffice.change(putTicket(2), putTicket(3)));
    await gate.settle();
    const before = gate.store.state();
    spoil(gate);
    // A head that differs makes the gate ask for everything.
    gate.client.onHead(gate.boxOffice.sign('head', { ...gate.boxOffice.head(), setHash: 'f'.repeat(64), at: '2026-10-31T11:00:01.000Z' }));
    await gate.settle();
    expect(gate.client.status()).toMatchObject({ version: 2, tickets: 3, lastFault: code });
    expect(gate.store.state()).toEqual(before);
    expect(gate.store.ticket(ticketId(1))?.standing).toBe('valid');
    // And when the box office is itself again, the gate is in step.
    gate.boxOffice.broken.tamper = undefined;
    gate.boxOffice.broken.shard = undefined;
    gate.boxOffice.answerShards(undefined);
    gate.boxOffice.change(putTicket(4));
    await gate.time.advance(seconds(20));
    await gate.settle();
    expect(gate.client.status()).toMatchObject({ version: 3, tickets: 4, lastFault: undefined });
  });
});
