import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LIMITS } from '#core/base/limits.ts';
import { type Instant, instant } from '#core/base/time.ts';
import { CurrencyCode } from '#core/contract/values.ts';
import {
  NewCodePaymentMessage,
  NewPaymentMessage,
  NewRefundMessage,
  type PaymentMessage,
  type StatementMessage,
  StatementQuery,
} from './merchant-api.ts';
import type { PaymentLedger } from './payment-ledger.ts';
import { chargedPayment } from './phone.ts';
import { isOpen, paymentAt, type SimulatedPayment } from './simulated-payment.ts';
import type { SimulatorServerOptions } from './simulator-server.ts';

/** What a merchant asks of the simulated provider (`merchant-api.ts`). */

const PaymentParams = z.object({ merchantOrder: z.string().max(80) });
const RefundParams = z.object({ refundOrder: z.string().max(80) });

export function merchantSide(app: FastifyInstance, options: SimulatorServerOptions, silence: (payment: SimulatedPayment) => Promise<void>): void {
  const { ledger, clock } = options;
  const authorise = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!options.isMerchant(request.headers.authorization)) await reply.code(401).send({ code: 'unauthorised' });
  };
  const message = (payment: SimulatedPayment): PaymentMessage => ({
    merchantOrder: payment.merchantOrder,
    status: payment.status,
    amount: { minor: payment.minor, currency: CurrencyCode.parse(payment.currency) },
    codeUrl: options.pageUrl(payment.token),
    ...(payment.reference === undefined ? {} : { reference: payment.reference }),
  });
  const current = (merchantOrder: string): SimulatedPayment | undefined => {
    const payment = ledger.find(merchantOrder);
    return payment && settledAt(ledger, payment, clock.wall());
  };

  app.post('/v1/payments', { onRequest: authorise }, async (request, reply) => {
    const wanted = NewPaymentMessage.safeParse(request.body);
    if (!wanted.success) return badRequest(reply, wanted.error);
    const { merchantOrder, amount, description, expiresAt } = wanted.data;
    const known = current(merchantOrder);
    if (known !== undefined) {
      await silence(known);
      const isSame = known.minor === amount.minor && known.currency === amount.currency;
      return isSame ? message(known) : reply.code(409).send({ code: 'order-number-reused' });
    }
    if (Date.parse(expiresAt) <= clock.wall()) return reply.code(409).send({ code: 'expired' });
    const payment: SimulatedPayment = {
      merchantOrder,
      token: options.newNumber(),
      ...amount,
      description,
      expiresAt: instant(Date.parse(expiresAt)),
      status: 'waiting',
    };
    ledger.put(payment);
    return message(payment);
  });

  app.get('/v1/payments/:merchantOrder', { onRequest: authorise }, async (request, reply) => {
    const payment = current(PaymentParams.parse(request.params).merchantOrder);
    if (payment === undefined) return reply.code(404).send({ code: 'not-found' });
    await silence(payment);
    return message(payment);
  });

  app.post('/v1/payments/:merchantOrder/close', { onRequest: authorise }, async (request, reply) => {
    const payment = current(PaymentParams.parse(request.params).merchantOrder);
    if (payment === undefined) return reply.code(404).send({ code: 'not-found' });
    await silence(payment);
    if (!isOpen(payment)) return message(payment);
    const closed: SimulatedPayment = { ...payment, status: 'closed' };
    ledger.put(closed);
    return message(closed);
  });

  app.post('/v1/refunds', { onRequest: authorise }, async (request, reply) => {
    const wanted = NewRefundMessage.safeParse(request.body);
    if (!wanted.success) return badRequest(reply, wanted.error);
    const { merchantOrder, refundOrder, amount } = wanted.data;
    const known = ledger.findRefund(refundOrder);
    if (known !== undefined) return { refundOrder, reference: known.reference };
    const payment = current(merchantOrder);
    if (payment === undefined || payment.status !== 'paid' || payment.minor !== amount.minor) return reply.code(409).send({ code: 'not-paid' });
    const refund = { refundOrder, merchantOrder, reference: `R${options.newNumber().slice(0, 20)}`, at: clock.wall() };
    ledger.putRefund(refund, { ...payment, status: 'refunded' });
    return { refundOrder, reference: refund.reference };
  });

  app.get('/v1/refunds/:refundOrder', { onRequest: authorise }, async (request, reply) => {
    const known = ledger.findRefund(RefundParams.parse(request.params).refundOrder);
    if (known === undefined) return reply.code(404).send({ code: 'not-found' });
    return { refundOrder: known.refundOrder, reference: known.reference };
  });

  app.get('/v1/statement', { onRequest: authorise }, async (request, reply) => {
    const wanted = StatementQuery.safeParse(request.query);
    return wanted.success ? statement(ledger, wanted.data) : badRequest(reply, wanted.error);
  });

  codeSide(app, options, { authorise, message, current, silence });
}

interface MerchantParts {
  readonly authorise: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  readonly message: (payment: SimulatedPayment) => PaymentMessage;
  readonly current: (merchantOrder: string) => SimulatedPayment | undefined;
  readonly silence: (payment: SimulatedPayment) => Promise<void>;
}

/** Payments by the code of a phone. */
function codeSide(app: FastifyInstance, options: SimulatorServerOptions, { authorise, message, current, silence }: MerchantParts): void {
  const { ledger, clock } = options;
  app.post('/v1/code-payments', { onRequest: authorise }, async (request, reply) => {
    const wanted = NewCodePaymentMessage.safeParse(request.body);
    if (!wanted.success) return badRequest(reply, wanted.error);
    const { merchantOrder, amount, description, code } = wanted.data;
    const known = current(merchantOrder);
    if (known !== undefined) return reply.code(409).send({ code: 'order-number-reused' });
    const phone = ledger.findPhoneByCode(code);
    if (phone === undefined || phone.usedFor !== undefined) return reply.code(409).send({ code: 'code-invalid' });
    const fresh = { merchantOrder, token: options.newNumber(), ...amount, description };
    const payment = chargedPayment(fresh, phone.behaviour, clock.wall(), `P${options.newNumber().slice(0, 20)}`, options.silentFor);
    ledger.putPhonePayment({ ...phone, usedFor: merchantOrder }, payment);
    if (phone.behaviour === 'answer-lost') return request.raw.destroy();
    await silence(payment);
    return message(payment);
  });

  app.post('/v1/payments/:merchantOrder/reverse', { onRequest: authorise }, async (request, reply) => {
    const payment = current(PaymentParams.parse(request.params).merchantOrder);
    if (payment === undefined) return reply.code(404).send({ code: 'not-found' });
    await silence(payment);
    if (payment.status === 'user-paying' && payment.holdsReverse === true) return reply.code(409).send({ code: 'still-paying' });
    if (payment.status === 'paid') {
      const { merchantOrder } = payment;
      const reversal = { refundOrder: `${merchantOrder}-V`, merchantOrder, reference: `R${options.newNumber().slice(0, 20)}`, at: clock.wall() };
      const back: SimulatedPayment = { ...payment, status: 'refunded' };
      ledger.putRefund(reversal, back);
      return message(back);
    }
    if (!isOpen(payment)) return message(payment);
    const closed: SimulatedPayment = { ...payment, status: 'closed' };
    ledger.put(closed);
    return message(closed);
  });
}

function statement(ledger: PaymentLedger, { from, until }: z.infer<typeof StatementQuery>): z.infer<typeof StatementMessage> {
  const [begin, end] = [instant(Date.parse(from)), instant(Date.parse(until))];
  const amountOf = ({ minor, currency }: SimulatedPayment) => ({ minor, currency: CurrencyCode.parse(currency) });
  const paid = ledger.paidBetween(begin, end).map((payment) => ({
    merchantOrder: payment.merchantOrder,
    kind: 'paid' as const,
    amount: amountOf(payment),
    reference: payment.reference ?? '-',
  }));
  const refunded = ledger.refundedBetween(begin, end).flatMap(({ merchantOrder, reference }) => {
    const payment = ledger.find(merchantOrder);
    return payment === undefined ? [] : [{ merchantOrder, kind: 'refunded' as const, amount: amountOf(payment), reference }];
  });
  return { lines: [...paid, ...refunded].slice(0, LIMITS.payment.statementLinesMax) };
}

/** The payment as it is now; that its time was over is written down when it is first noticed. */
export function settledAt(ledger: PaymentLedger, payment: SimulatedPayment, now: Instant): SimulatedPayment {
  const settled = paymentAt(payment, now);
  if (settled !== payment) ledger.put(settled);
  return settled;
}

function badRequest(reply: FastifyReply, error: z.ZodError): FastifyReply {
  const issue = error.issues[0];
  return reply.code(400).send({ code: 'bad-request', message: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`.slice(0, 300) });
}
