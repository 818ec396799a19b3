import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createValidityStore, type ValidityStore } from '#agent/ledger/validity-store.ts';
import { sha256Hex } from '#agent/runtime/ticket-crypto.ts';
import { LIMITS } from '#core/base/limits.ts';
import { instant } from '#core/base/time.ts';
import type { ValidityDelta, ValidityOp, ValiditySnapshot } from '#core/contract/box-office/validity.ts';
import type { ShowId } from '#core/contract/identifiers.ts';
import { addRow, EMPTY_SET, setHashText } from '#core/validity/set-hash.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { putShow, putTicket, SITE, showRow, ticketId, ticketRow } from './fake-box-office.ts';
import { scratchLedger } from './scratch-ledger.ts';

/** What the box office would hold after the same changes. */
function model() {
  const rows = new Map<string, Parameters<typeof addRow>[1]>();
  let version = 0;
  return {
    rows,
    delta: (ops: readonly ValidityOp[]): ValidityDelta => {
      for (const op of ops) {
        if (op.op === 'put-ticket') rows.set(`t${op.ticket.id}`, op.ticket);
        else if (op.op === 'drop-ticket') rows.delete(`t${op.id}`);
        else if (op.op === 'put-show') rows.set(`s${op.show.id}`, op.show);
        else if (op.op === 'drop-show') rows.delete(`s${op.id}`);
      }
      version++;
      const setHash = setHashText([...rows.values()].reduce((sum, row) => addRow(sum, row, sha256Hex), EMPTY_SET));
      return { head: { scope: SITE, epoch: '0000000000000001', version, setHash, at: '2026-10-31T11:00:00.000Z' }, ops: [...ops] };
    },
  };
}

const nothing: ValiditySnapshot = {
  head: { scope: SITE, epoch: '0000000000000001', version: 0, setHash: setHashText(EMPTY_SET), at: '2026-10-31T10:00:00.000Z' },
  keys: [],
  shows: [],
  tickets: [],
};

async function emptyStore() {
  const ledger = scratchLedger(createVirtualTime().clock).open();
  const store = createValidityStore(ledger);
  await store.installSnapshot(nothing);
  return { ledger, store };
}

const anyOp: fc.Arbitrary<ValidityOp> = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 8 }), fc.constantFrom('valid', 'refunded', 'unpaid'), fc.option(fc.nat({ max: 65_534 }), { nil: null }))
    .map(([number, standing, seat]) => putTicket(number, { standing, seat })),
  fc.integer({ min: 1, max: 8 }).map((number) => ({ op: 'drop-ticket' as const, id: ticketId(number) })),
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.boolean()).map(([number, cancelled]) => putShow({ id: number.toString() as ShowId, cancelled })),
  fc.integer({ min: 1, max: 3 }).map((number) => ({ op: 'drop-show' as const, id: number.toString() as ShowId })),
);

describe('the store of validity data', () => {
  it('holds, after any changes, exactly the rows that the box office holds', async () => {
    const { ledger, store } = await emptyStore();
    const office = model();
    await fc.assert(
      fc.asyncProperty(fc.array(anyOp, { maxLength: 12 }), async (ops) => {
        const delta = office.delta(ops);
        expect(await store.applyDelta(delta)).toEqual({ ok: true, value: undefined });
        expect(store.state()).toMatchObject({ version: delta.head.version, setHash: delta.head.setHash });
        expect(store.state()?.tickets).toBe([...office.rows.keys()].filter((key) => key.startsWith('t')).length);
        for (let number = 1; number <= 8; number++) {
          expect(store.ticket(ticketId(number)) !== undefined).toBe(office.rows.has(`t${ticketId(number)}`));
        }
      }),
      { numRuns: 100 },
    );
    // What is kept in memory is what is on the disk.
    expect(createValidityStore(ledger).state()).toEqual(store.state());
  });

  it('rolls back a delta that does not add up', async () => {
    const { store } = await emptyStore();
    const office = model();
    await store.applyDelta(office.delta([putShow(), putTicket(1)]));
    const before = store.state();
    const wrong = office.delta([putTicket(1, { standing: 'revoked' })]);
    expect(await store.applyDelta({ ...wrong, ops: [putTicket(1, { standing: 'refunded' })] })).toEqual({ ok: false, error: 'set-hash-differs' });
    expect(store.state()).toEqual(before);
    expect(store.ticket(ticketId(1))?.standing).toBe('valid');
    expect(await store.applyDelta(wrong)).toEqual({ ok: true, value: undefined });
  });

  it('puts a large delta in by slices, between which it answers, and raises the version last', async () => {
    const { store } = await emptyStore();
    const office = model();
    const count = LIMITS.validity.sliceRows * 3 + 1;
    const seen: (readonly [version: number | undefined, tickets: number | undefined])[] = [];
    const change = store.applyDelta(office.delta(Array.from({ length: count }, (_, number) => putTicket(number))));
    await watchWhile(change, () => seen.push([store.state()?.version, store.state()?.tickets]));
    expect(seen).toEqual([
      [0, 200],
      [0, 400],
      [0, 600],
    ]);
    expect(store.state()).toMatchObject({ version: 1, tickets: count });
  });

  it('takes up a large delta again that was cut off', async () => {
    const time = createVirtualTime();
    const scratch = scratchLedger(time.clock);
    const ledger = scratch.open();
    const store = createValidityStore(ledger);
    await store.installSnapshot(nothing);
    const delta = model().delta(Array.from({ length: LIMITS.validity.sliceRows * 2 }, (_, number) => putTicket(number)));
    const cutOff = store.applyDelta(delta);
    // The first slice is on the disk; the power fails before the second.
    ledger.close();
    await expect(cutOff).rejects.toThrow('not open');
    const again = createValidityStore(scratch.open());
    expect(again.state()).toMatchObject({ version: 0, tickets: LIMITS.validity.sliceRows });
    expect(await again.applyDelta(delta)).toEqual({ ok: true, value: undefined });
    expect(again.state()).toMatchObject({ version: 1, tickets: LIMITS.validity.sliceRows * 2, setHash: delta.head.setHash });
  });

  it('swaps a snapshot in at once: before it the old data answer, after it the new', async () => {
    const { store } = await emptyStore();
    const office = model();
    await store.applyDelta(office.delta([putShow(), putTicket(1)]));
    const tickets = Array.from({ length: LIMITS.validity.sliceRows * 2 + 5 }, (_, number) => ticketRow(number + 2));
    const { head } = model().delta([putShow(), ...tickets.map((ticket) => ({ op: 'put-ticket' as const, ticket }))]);
    const answers: string[] = [];
    const change = store.installSnapshot({ head: { ...head, version: 9 }, keys: [], shows: [showRow()], tickets });
    await watchWhile(change, () => answers.push(`${store.state()?.version}: ${isThere(store, 1)} ${isThere(store, 2)}`));
    expect(new Set(answers)).toEqual(new Set(['1: true false', '9: false true']));
    expect(store.state()).toMatchObject({ version: 9, tickets: tickets.length });
  });

  it('keeps the old data when a snapshot does not add up, and takes a good one afterwards', async () => {
    const { store } = await emptyStore();
    const office = model();
    await store.applyDelta(office.delta([putShow(), putTicket(1)]));
    const { head } = office.delta([putTicket(2)]);
    const snapshot: ValiditySnapshot = { head, keys: [], shows: [showRow()], tickets: [ticketRow(1)] };
    expect(await store.installSnapshot(snapshot)).toEqual({ ok: false, error: 'set-hash-differs' });
    expect(store.state()).toMatchObject({ version: 1, tickets: 1 });
    expect(await store.installSnapshot({ ...snapshot, tickets: [ticketRow(1), ticketRow(2)] })).toEqual({ ok: true, value: undefined });
    expect(store.state()).toMatchObject({ version: 2, tickets: 2 });
  });

  it('is confirmed forwards only', async () => {
    const { store } = await emptyStore();
    const before = store.state()?.confirmedAt ?? instant(0);
    store.confirm(instant(before - 1));
    expect(store.state()?.confirmedAt).toBe(before);
    store.confirm(instant(before + 1));
    expect(store.state()?.confirmedAt).toBe(before + 1);
  });

  it('knows ticket numbers beyond 2^53', async () => {
    const { store } = await emptyStore();
    const id = '9999999999999999' as ReturnType<typeof ticketId>;
    await store.applyDelta(model().delta([putTicket(1, { id })]));
    expect(store.ticket(id)?.id).toBe(id);
    expect(store.ticket('9999999999999998' as typeof id)).toBeUndefined();
  });
});

function isThere(store: ValidityStore, number: number): boolean {
  return store.ticket(ticketId(number)) !== undefined;
}

/** Looks at each turn of the event loop at which the change lets others work. */
async function watchWhile(change: Promise<unknown>, look: () => void): Promise<void> {
  let isDone = false;
  const done = change.then(() => {
    isDone = true;
  });
  while (!isDone) {
    look();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await done;
}
