import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { hours, milliseconds, minutes, seconds } from '#core/base/time.ts';
import type { Signed, ValidityHead, ValidityOp } from '#core/contract/box-office/validity.ts';
import { changesOf, openedDelta, putShow, putTicket, SHOW, ticketId } from './fake-box-office.ts';
import { inStep, keeperWorld } from './keeper-world.ts';

const textOf = (...ops: readonly ValidityOp[]): string => Buffer.from(changesOf(ops)).toString('base64url');

/** A byte that no UTF-8 text holds, at the end of the label. */
function withBrokenText(): string {
  const bytes = Buffer.from(changesOf([putTicket(1)]));
  bytes[bytes.length - 1] = 0xff;
  return bytes.toString('base64url');
}

describe('the keeper of validity data', () => {
  it('begins with a snapshot, and knows its age', async () => {
    const gate = keeperWorld();
    gate.boxOffice.change(putShow(), putTicket(1), putTicket(2, { standing: 'refunded' }));
    expect(gate.client.status()).toEqual({ epoch: null, version: null, tickets: 0, ageSeconds: null, lastFault: undefined });
    gate.client.start();
    await gate.settle();
    expect(gate.boxOffice.asked()).toEqual(['head', 'manifest', 'shard', 'shard']);
    expect(gate.client.status()).toEqual({ epoch: '0000000000000001', version: 1, tickets: 2, ageSeconds: 0, lastFault: undefined });
    expect(gate.store.ticket(ticketId(2))).toMatchObject({ standing: 'refunded', showId: SHOW, seatLabel: '5-02' });
    expect(gate.store.show(SHOW)).toMatchObject({ screenId: '3', filmTitle: { en: 'Sample Film' } });
    expect(gate.store.key(1)).toMatchObject({ publicKey: gate.boxOffice.ticketSigner.publicKey });
    expect(gate.store.state()?.setHash).toBe(gate.boxOffice.head().setHash);
    await gate.client.stop();
    expect(gate.time.pendingTimers()).toBe(0);
  });

  it('takes a pushed delta without asking anybody', async () => {
    const gate = await inStep();
    gate.client.onDelta(gate.boxOffice.change(putTicket(1, { standing: 'refunded' }), putTicket(2)));
    await gate.settle();
    expect(gate.boxOffice.asked()).toEqual([]);
    expect(gate.client.status()).toMatchObject({ version: 2, tickets: 2 });
    expect(gate.store.ticket(ticketId(1))?.standing).toBe('refunded');
  });

  it('uses what a newer box office signs as far as it is known here', async () => {
    const gate = await inStep();
    const head = { ...gate.boxOffice.head(), spreadMs: 400 };
    gate.boxOffice.change(putTicket(2));
    const delta = { head: { ...gate.boxOffice.head(), spreadMs: 400 }, changes: textOf(putTicket(2)), of: ['zeta'] };
    gate.client.onHead(gate.boxOffice.sign('head', head));
    gate.client.onDelta(gate.boxOffice.sign('delta', delta));
    await gate.settle();
    expect(gate.client.status()).toMatchObject({ version: 2, tickets: 2, lastFault: undefined });
    expect(gate.boxOffice.asked()).toEqual([]);
  });

  it('replaces shows and keys at once, without a stale one in memory', async () => {
    const gate = await inStep();
    expect(gate.store.show(SHOW)?.cancelled).toBe(false);
    gate.client.onDelta(gate.boxOffice.change(putShow({ cancelled: true }), { op: 'put-keys', keys: [gate.boxOffice.ticketKey(2)] }));
    await gate.settle();
    expect(gate.store.show(SHOW)?.cancelled).toBe(true);
    expect(gate.store.key(1)).toBeUndefined();
    expect(gate.store.key(2)).toBeDefined();
    gate.client.onDelta(gate.boxOffice.change({ op: 'drop-show', id: SHOW }, { op: 'drop-ticket', id: ticketId(1) }));
    await gate.settle();
    expect(gate.store.show(SHOW)).toBeUndefined();
    expect(gate.client.status()).toMatchObject({ version: 3, tickets: 0 });
  });

  it('fetches exactly the deltas that are missing', async () => {
    const gate = await inStep();
    for (const number of [2, 3, 4, 5]) gate.boxOffice.change(putTicket(number));
    gate.client.onDelta(gate.boxOffice.change(putTicket(6)));
    await gate.settle();
    expect(gate.boxOffice.asked()).toEqual(['deltas after 1', 'deltas after 4']);
    expect(gate.client.status()).toMatchObject({ version: 6, tickets: 6 });
  });

  it('ignores a delta that it has had, and one before its turn only makes it catch up', async () => {
    const gate = await inStep();
    const first = gate.boxOffice.change(putTicket(2));
    const second = gate.boxOffice.change(putTicket(2, { standing: 'revoked' }));
    for (const pushed of [second, first, first, second]) gate.client.onDelta(pushed);
    await gate.settle();
    expect(gate.client.status()).toMatchObject({ version: 3, tickets: 2 });
    expect(gate.store.ticket(ticketId(2))?.standing).toBe('revoked');
  });

  it('takes a snapshot when the deltas are not kept any more', async () => {
    const gate = await inStep();
    gate.boxOffice.broken.keepsDeltas = false;
    gate.boxOffice.change(putTicket(2));
    gate.boxOffice.change(putTicket(3));
    gate.client.onHead(gate.boxOffice.signedHead());
    await gate.settle();
    expect(gate.boxOffice.asked().filter((each) => each !== 'shard')).toEqual(['deltas after 1', 'manifest']);
    expect(gate.client.status()).toMatchObject({ version: 3, tickets: 3 });
  });

  it('learns from the head what it missed, every 20 s at the latest', async () => {
    const gate = await inStep();
    gate.boxOffice.change(putTicket(2));
    await gate.time.advance(seconds(20));
    await gate.settle();
    expect(gate.client.status()).toMatchObject({ version: 2, ageSeconds: 0 });
  });

  it('grows older while the box office is away, says so, and survives a restart', async () => {
    const gate = await inStep();
    gate.boxOffice.broken.unreachable = true;
    await gate.time.advance(minutes(5));
    expect(gate.client.status()).toMatchObject({ version: 1, ageSeconds: 300, lastFault: 'E-BOX-UNREACHABLE' });
    await gate.client.stop();
    gate.ledger.close();
    const again = gate.connect();
    expect(again.client.status()).toMatchObject({ version: 1, tickets: 1, ageSeconds: 300 });
    expect(again.store.ticket(ticketId(1))).toBeDefined();
    expect(again.store.key(1)).toBeDefined();
    again.client.start();
    gate.boxOffice.broken.unreachable = false;
    await again.client.refresh();
    expect(again.client.status()).toMatchObject({ ageSeconds: 0, lastFault: undefined });
    await again.client.stop();
  });

  it('asks every second while it has nothing at all', async () => {
    const gate = keeperWorld();
    gate.boxOffice.broken.unreachable = true;
    gate.client.start();
    await gate.time.advance(seconds(3));
    gate.boxOffice.broken.unreachable = false;
    gate.boxOffice.change(putTicket(1));
    await gate.time.advance(seconds(1));
    await gate.settle();
    expect(gate.client.status()).toMatchObject({ version: 1, lastFault: undefined });
  });

  it('finds out that its rows were changed behind its back, and repairs them', async () => {
    const gate = await inStep();
    gate.files.open(fileOf(gate)).database.exec(`UPDATE ticket SET row = CAST(substr(row, 1, 17) || x'01' || substr(row, 19) AS BLOB)`);
    expect(gate.store.ticket(ticketId(1))?.standing).toBe('refunded');
    gate.client.onDelta(gate.boxOffice.change(putTicket(1, { admits: 2 })));
    await gate.settle();
    expect(gate.boxOffice.asked().filter((each) => each !== 'shard')).toEqual(['manifest']);
    expect(gate.client.refusals()).toEqual(new Map([['E-VAL-DIVERGED', 1]]));
    expect(gate.store.ticket(ticketId(1))).toMatchObject({ standing: 'valid', admits: 2 });
    expect(gate.store.state()?.setHash).toBe(gate.boxOffice.head().setHash);
  });

  it('reads its rows again every six hours, and fetches them when they do not add up', async () => {
    const gate = await inStep();
    gate.files.open(fileOf(gate)).database.exec(`UPDATE ticket SET row = CAST(substr(row, 1, 17) || x'01' || substr(row, 19) AS BLOB)`);
    // Nobody confirms the data meanwhile, which would be a thousand commits.
    gate.boxOffice.broken.unreachable = true;
    await gate.time.advance(milliseconds(hours(6) - 1_000));
    gate.boxOffice.broken.unreachable = false;
    await gate.time.advance(seconds(1));
    await gate.settle();
    expect(gate.client.refusals().get('E-VAL-DAMAGED')).toBe(1);
    expect(gate.store.ticket(ticketId(1))?.standing).toBe('valid');
    expect(gate.client.status()).toMatchObject({ version: 1, lastFault: undefined });
  });

  it('makes a file of its changes when there are many', async () => {
    const gate = await inStep();
    // More than one delta holds, so it is handed to the store without the door.
    const many = gate.boxOffice.change(...Array.from({ length: LIMITS.validity.changedRowsMax + 1 }, (_, number) => putTicket(number)));
    expect(await gate.store.applyDeltas(openedDelta(many))).toMatchObject({ ok: true });
    expect(gate.store.state()?.changed).toBeGreaterThan(LIMITS.validity.changedRowsMax);
    gate.client.onHead(gate.boxOffice.signedHead());
    await until(gate, () => gate.boxOffice.asked().includes('manifest'));
    // What comes while the file is made is in use at once, and leads on from it.
    gate.client.onDelta(gate.boxOffice.change(putTicket(1, { standing: 'revoked' })));
    await gate.settle();
    expect(gate.store.state()?.changed).toBeGreaterThan(LIMITS.validity.changedRowsMax);
    expect(gate.store.ticket(ticketId(1))?.standing).toBe('revoked');
    await until(gate, () => gate.store.state()?.changed === 1);
    expect(gate.store.ticket(ticketId(1))?.standing).toBe('revoked');
    expect(gate.store.state()).toMatchObject({ version: gate.boxOffice.version(), setHash: gate.boxOffice.head().setHash });
  });

  it('learns of new secrets by the head', async () => {
    const gate = await inStep();
    await gate.time.advance(seconds(1));
    gate.boxOffice.changeSecrets('c'.repeat(64));
    gate.client.onHead(gate.boxOffice.signedHead());
    await gate.settle();
    expect(gate.store.state()?.secretsHash).toBe('c'.repeat(64));
  });
});

describe('what is not from the box office', () => {
  it.each<readonly [string, (gate: Awaited<ReturnType<typeof inStep>>) => Signed, string]>([
    ['signed by somebody else', () => ({ body: '{}', signature: 'A'.repeat(86) }), 'E-VAL-SIGNATURE'],
    ['signed as something else', (gate) => gate.boxOffice.sign('head', { head: gate.boxOffice.head(), changes: '' }), 'E-VAL-SIGNATURE'],
    ['signed, but of another form', (gate) => gate.boxOffice.sign('delta', { head: gate.boxOffice.head(), changes: 'open-the-gate' }), 'E-VAL-FORM'],
    [
      'with more changes than fit',
      (gate) =>
        gate.boxOffice.sign('delta', {
          head: { ...gate.boxOffice.head(), version: 2 },
          changes: textOf(...Array.from({ length: 501 }, (_, number) => putTicket(number))),
        }),
      'E-VAL-FORM',
    ],
    [
      'with text that is no text',
      (gate) => gate.boxOffice.sign('delta', { head: { ...gate.boxOffice.head(), version: 2 }, changes: withBrokenText() }),
      'E-VAL-FORM',
    ],
    [
      'for another site',
      (gate) => gate.boxOffice.sign('delta', { head: { ...gate.boxOffice.head(), scope: '31000001', version: 2 }, changes: '' }),
      'E-VAL-SCOPE',
    ],
  ])('a delta %s is refused and changes nothing', async (_name, pushed, code) => {
    const gate = await inStep();
    gate.client.onDelta(pushed(gate));
    await gate.settle();
    expect(gate.client.status()).toMatchObject({ version: 1, tickets: 1, lastFault: code });
    expect(gate.boxOffice.asked()).toEqual([]);
  });

  it('a delta that is rightly signed and does not add up makes the gate fetch everything', async () => {
    const gate = await inStep();
    const forged = { head: { ...gate.boxOffice.head(), version: 2 }, changes: textOf(putTicket(1, { admits: 9 })) };
    gate.client.onDelta(gate.boxOffice.sign('delta', forged));
    await gate.settle();
    expect(gate.boxOffice.asked()[0]).toBe('manifest');
    expect(gate.client.refusals().get('E-VAL-DIVERGED')).toBe(1);
    expect(gate.store.ticket(ticketId(1))?.admits).toBe(1);
  });

  it('of deltas that come together the good ones are taken, and the one that does not add up is found', async () => {
    const gate = await inStep();
    const good = gate.boxOffice.change(putTicket(2));
    const forged = { head: { ...gate.boxOffice.head(), version: 3 }, changes: textOf(putTicket(1, { admits: 9 })) };
    // The first is being taken while the others arrive.
    for (const signed of [
      good,
      gate.boxOffice.change(putTicket(3)),
      gate.boxOffice.sign('delta', { ...forged, head: { ...forged.head, version: 4 } }),
    ]) {
      gate.client.onDelta(signed);
    }
    await gate.settle();
    expect(gate.boxOffice.asked()[0]).toBe('manifest');
    expect(gate.client.refusals()).toEqual(new Map([['E-VAL-DIVERGED', 1]]));
    expect(gate.client.status()).toMatchObject({ version: 3, tickets: 3 });
    expect(gate.store.ticket(ticketId(1))?.admits).toBe(1);
  });

  it('a burst of pushed deltas is taken whole', async () => {
    const gate = await inStep();
    for (let number = 2; number < 40; number++) gate.client.onDelta(gate.boxOffice.change(putTicket(number)));
    await gate.settle();
    expect(gate.boxOffice.asked()).toEqual([]);
    expect(gate.client.status()).toMatchObject({ version: 39, tickets: 39, lastFault: undefined });
    expect(gate.store.state()?.setHash).toBe(gate.boxOffice.head().setHash);
  });

  it('a delta of another epoch is named, and the box office is asked', async () => {
    const gate = await inStep();
    gate.client.onDelta(gate.boxOffice.sign('delta', { head: { ...gate.boxOffice.head(), epoch: '00000000000000aa', version: 2 }, changes: '' }));
    await gate.settle();
    expect(gate.client.refusals()).toEqual(new Map([['E-VAL-EPOCH', 1]]));
    expect(gate.boxOffice.asked()).toEqual(['head']);
    expect(gate.client.status()).toMatchObject({ version: 1, lastFault: undefined });
  });

  it('a range with a gap is not jumped over', async () => {
    const gate = await inStep();
    for (const number of [2, 3, 4]) gate.boxOffice.change(putTicket(number));
    let count = 0;
    // The first of the range is one that the gate has had.
    const had = gate.boxOffice.sign('delta', { head: gate.boxOffice.head(), changes: '' });
    gate.boxOffice.broken.tamper = (signed) => ('changes' in JSON.parse(signed.body) && count++ === 0 ? had : signed);
    gate.client.onHead(gate.boxOffice.signedHead());
    await gate.settle();
    expect(gate.client.refusals().get('E-VAL-GAP')).toBe(1);
    expect(gate.client.status()).toMatchObject({ version: 4, tickets: 4 });
  });

  it('a flipped bit anywhere in a delta is refused', async () => {
    const gate = await inStep();
    const pushed = gate.boxOffice.change(putTicket(1, { standing: 'revoked' }));
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 6 }), async (at, bit) => {
        const body = Buffer.from(pushed.body);
        body[at % body.length] = (body[at % body.length] ?? 0) ^ (1 << bit);
        gate.client.onDelta({ ...pushed, body: body.toString('latin1') });
        await gate.settle();
        expect(gate.client.status().version).toBe(1);
      }),
      { numRuns: 300 },
    );
  });

  it('an older head is late, a newer one that goes back is a rollback; neither is followed', async () => {
    const gate = await inStep();
    const old = gate.boxOffice.signedHead();
    await gate.time.advance(seconds(1));
    gate.client.onDelta(gate.boxOffice.change(putTicket(2)));
    gate.client.onHead(old);
    await gate.settle();
    expect(gate.client.status()).toMatchObject({ version: 2, lastFault: undefined });
    await gate.time.advance(seconds(1));
    gate.boxOffice.restore({ version: 1 });
    gate.client.onHead(gate.boxOffice.signedHead());
    await gate.settle();
    expect(gate.client.status()).toMatchObject({ version: 2, tickets: 2, lastFault: 'E-VAL-ROLLBACK' });
  });

  it('a new epoch is followed only when it is newer', async () => {
    const gate = await inStep();
    const before: ValidityHead = { ...gate.boxOffice.head(), epoch: '0000000000000009', version: 40, at: '2026-10-31T10:59:59.000Z' };
    gate.client.onHead(gate.boxOffice.sign('head', before));
    await gate.settle();
    expect(gate.client.status()).toMatchObject({ epoch: '0000000000000001', version: 1 });
    await gate.time.advance(seconds(1));
    gate.boxOffice.restore({ epoch: '0000000000000009', version: 0 });
    gate.client.onHead(gate.boxOffice.signedHead());
    await gate.settle();
    expect(gate.client.status()).toMatchObject({ epoch: '0000000000000009', version: 0, tickets: 1, lastFault: undefined });
  });

  it('a replayed head does not make old data young', async () => {
    const gate = await inStep();
    const replayed = gate.boxOffice.signedHead();
    gate.boxOffice.broken.unreachable = true;
    await gate.time.advance(hours(1));
    gate.client.onHead(replayed);
    await gate.settle();
    expect(gate.client.status().ageSeconds).toBe(3_600);
  });
});

function fileOf(gate: { readonly store: { floor(): { readonly epoch: string; readonly version: number } | undefined } }): string {
  const floor = gate.store.floor();
  return `${floor?.epoch}-${floor?.version}`;
}

/** Work in slices needs as many turns of the event loop as it has slices. */
async function until(gate: { settle(): Promise<void> }, isSo: () => boolean): Promise<void> {
  for (let turns = 0; turns < 1_000; turns++) {
    if (isSo()) return;
    await gate.settle();
  }
  expect.unreachable('it did not come about');
}
