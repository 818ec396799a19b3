import { beforeEach, describe, expect, test } from 'vitest';
import { money } from '#core/base/money.ts';
import { type Instant, minutes, plus } from '#core/base/time.ts';
import type { PaymentProvider } from '#core/box-office/payment-provider.ts';

/** A provider together with its other side: the guests' phones, and a line that can lose answers. */
export interface ProviderWorld {
  readonly provider: PaymentProvider;
  readonly now: () => Instant;
  /** A payment code of a phone that does this when it is charged. */
  codeOf(phone: 'pay' | 'password' | 'refuse'): Promise<string>;
  /** The guest pays what is open: scans the QR code, or types the password. */
  guestPays(merchantOrder: string): Promise<void>;
  guestRefuses(merchantOrder: string): Promise<void>;
  /** The next question arrives and is done, and its answer is lost. */
  loseNextAnswer(): void;
  close(): Promise<void>;
}

let last = 0;
const newOrder = (): string => `contract-${String(++last).padStart(6, '0')}`;
const PRICE = money(9_600, 'CNY');
const DESCRIPTION = '小影院 Small Cinema & "Sons"';

/** What every payment provider has to hold: one suite, run against the simulated one and every adapter. */
export function paymentProviderContract(name: string, open: () => Promise<ProviderWorld>): void {
  describe(`a payment provider: ${name}`, () => {
    let world: ProviderWorld;
    let provider: PaymentProvider;
    beforeEach(async () => {
      world = await open();
      ({ provider } = world);
      return () => world.close();
    });
    const create = (merchantOrder: string) =>
      provider.create({ merchantOrder, amount: PRICE, description: DESCRIPTION, expiresAt: plus(world.now(), minutes(9)) });
    const payByCode = async (merchantOrder: string, phone: 'pay' | 'password' | 'refuse') =>
      provider.payByCode({ merchantOrder, amount: PRICE, description: DESCRIPTION, code: await world.codeOf(phone) });
    const refundOf = (merchantOrder: string) => ({ merchantOrder, refundOrder: `${merchantOrder}-R`, amount: PRICE });

    describe('by QR code', () => {
      test('a payment is opened, waits, and is paid with its amount and reference', async () => {
        const order = newOrder();
        expect(await create(order)).toMatchObject({ kind: 'created', codeUrl: expect.stringMatching(/^[a-z]+:/) });
        expect(['waiting', 'user-paying']).toContain((await provider.query(order)).kind);
        await world.guestPays(order);
        expect(await provider.query(order)).toMatchObject({ kind: 'paid', amount: PRICE, reference: expect.stringMatching(/.+/) });
      });

      test('a repeated number gives the same address', async () => {
        const order = newOrder();
        const [first, second] = [await create(order), await create(order)];
        expect(first.kind === 'created' && second.kind === 'created' && first.codeUrl === second.codeUrl).toBe(true);
      });

      test('closing ends it for good, and may be repeated', async () => {
        const order = newOrder();
        await create(order);
        expect((await provider.close(order)).kind).toBe('closed');
        expect(['closed', 'not-found']).toContain((await provider.close(order)).kind);
        expect(['closed', 'waiting']).toContain((await provider.query(order)).kind);
      });

      test('closing comes too late for a payment', async () => {
        const order = newOrder();
        await create(order);
        await world.guestPays(order);
        expect((await provider.close(order)).kind).toBe('paid');
        expect((await provider.query(order)).kind).toBe('paid');
      });
    });

    describe('by payment code', () => {
      test('money is taken at once', async () => {
        const order = newOrder();
        expect(await payByCode(order, 'pay')).toMatchObject({ kind: 'paid', amount: PRICE });
        expect(await provider.query(order)).toMatchObject({ kind: 'paid', amount: PRICE });
      });

      test('a guest types a password first', async () => {
        const order = newOrder();
        expect((await payByCode(order, 'password')).kind).toBe('user-paying');
        expect((await provider.query(order)).kind).toBe('user-paying');
        await world.guestPays(order);
        expect((await provider.query(order)).kind).toBe('paid');
      });

      test('a guest refuses the password', async () => {
        const order = newOrder();
        await payByCode(order, 'password');
        await world.guestRefuses(order);
        expect(['failed', 'closed']).toContain((await provider.query(order)).kind);
      });

      test('a refusal is certain and says why', async () => {
        expect(await payByCode(newOrder(), 'refuse')).toMatchObject({ kind: 'refused', reason: { zh: expect.any(String) } });
      });

      test('a code is good once', async () => {
        const code = await world.codeOf('pay');
        const pay = (merchantOrder: string) => provider.payByCode({ merchantOrder, amount: PRICE, description: DESCRIPTION, code });
        expect((await pay(newOrder())).kind).toBe('paid');
        const second = await pay(newOrder());
        expect(second).toMatchObject({ kind: 'refused', failure: 'code-invalid' });
        expect(JSON.stringify(second)).not.toContain(code);
      });

      test('an answer that is lost is no answer; the question brings the truth, and no code', async () => {
        const order = newOrder();
        const code = await world.codeOf('pay');
        world.loseNextAnswer();
        const answer = await provider.payByCode({ merchantOrder: order, amount: PRICE, description: DESCRIPTION, code });
        expect(answer.kind).toBe('no-answer');
        expect(JSON.stringify(answer)).not.toContain(code);
        expect((await provider.query(order)).kind).toBe('paid');
      });
    });

    describe('undoing a payment by code', () => {
      test.each(['pay', 'password'] as const)('of a phone that does "%s": none of the money is held, however often it is undone', async (phone) => {
        const order = newOrder();
        await payByCode(order, phone);
        expect((await provider.reverse(order)).kind).toBe('reversed');
        expect((await provider.reverse(order)).kind).toBe('reversed');
        expect((await provider.query(order)).kind).toBe('closed');
      });

      test('whose undoing brought no answer', async () => {
        const order = newOrder();
        await payByCode(order, 'pay');
        world.loseNextAnswer();
        expect((await provider.reverse(order)).kind).toBe('no-answer');
        expect((await provider.reverse(order)).kind).toBe('reversed');
        expect((await provider.query(order)).kind).toBe('closed');
      });
    });

    describe('giving back', () => {
      test('happens once, however often it is asked for', async () => {
        const order = newOrder();
        await payByCode(order, 'pay');
        const first = await provider.refund(refundOf(order));
        const again = await provider.refund(refundOf(order));
        expect(['refunded', 'pending']).toContain(first.kind);
        expect(['refunded', 'pending']).toContain(again.kind);
        const standing = await provider.queryRefund(refundOf(order));
        expect(standing).toMatchObject({ kind: 'refunded', reference: expect.stringMatching(/.+/) });
        if (first.kind === 'refunded' && standing.kind === 'refunded') expect(first.reference).toBe(standing.reference);
      });

      test('what was never paid is refused; what was never asked for is not known', async () => {
        const order = newOrder();
        await create(order);
        expect((await provider.refund(refundOf(order))).kind).toBe('refused');
        expect((await provider.queryRefund(refundOf(order))).kind).toBe('not-found');
      });
    });

    test('a number that was never used has no money', async () => {
      const order = newOrder();
      expect(['not-found', 'waiting']).toContain((await provider.query(order)).kind);
      expect(['not-found', 'closed']).toContain((await provider.close(order)).kind);
      expect(['not-found', 'reversed']).toContain((await provider.reverse(order)).kind);
    });
  });
}
