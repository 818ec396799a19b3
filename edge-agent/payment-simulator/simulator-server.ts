import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Instant } from '#core/base/time.ts';
import { type Duration, instant, milliseconds } from '#core/base/time.ts';
import { CurrencyCode } from '#core/contract/values.ts';
import type { Clock, Timer, Timers } from '#core/ports/clock.ts';
import type { Log } from '../runtime/log.ts';
import { NewPaymentMessage, NewRefundMessage, type PaymentMessage } from './merchant-api.ts';
import { afterAction, isOpen, type PaymentLedger, PHONE_ACTIONS, paymentAt, type SimulatedPayment } from './payment-ledger.ts';
import { phonePage, unknownPaymentPage } from './phone-page.ts';

/** The two sides of the simulated provider over HTTP. The messages are in `merchant-api.ts`. */
export interface SimulatorServerOptions {
  readonly ledger: PaymentLedger;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly isMerchant: (authorization: string | undefined) => boolean;
  /** 32 hexadecimal digits that nobody can guess. */
  readonly newNumber: () => string;
  readonly pageUrl: (token: string) => string;
  readonly silentFor: Duration;
}

const BODY_BYTES_MAX = 8_192;

export function createSimulatorServer(options: SimulatorServerOptions): FastifyInstance {
  const app = fastify({ bodyLimit: BODY_BYTES_MAX, forceCloseConnections: true });
  // A form without fields; nothing in it is read.
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, __, done) => done(null, undefined));
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) options.log.error({ err: error, place: request.routeOptions.url }, 'the simulated payment provider failed');
    return reply.code(status).send({ code: status >= 500 ? 'internal' : 'bad-request' });
  });
  app.get('/health', async () => ({ ok: true }));
  merchantSide(app, options, createSilence(app, options));
  phoneSide(app, options);
  return app;
}

/** Keeps questions about a payment waiting until its silence is over, or until the one who asked has gone. */
function createSilence(app: FastifyInstance, { clock, timers }: SimulatorServerOptions): (payment: SimulatedPayment) => Promise<void> {
  const waiting = new Map<Timer, () => void>();
  app.addHook('preClose', async () => {
    for (const [timer, wake] of waiting) {
      timer.cancel();
      wake();
    }
    waiting.clear();
  });
  return (payment) =>
    new Promise((resolve) => {
      const left = (payment.silentUntil ?? clock.wall()) - clock.wall();
      if (left <= 0) return resolve();
      const timer = timers.after(milliseconds(left), () => {
        waiting.delete(timer);
        resolve();
      });
      waiting.set(timer, resolve);
    });
}

function merchantSide(app: FastifyInstance, options: SimulatorServerOptions, silence: (payment: SimulatedPayment) => Promise<void>): void {
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

  const PaymentParams = z.object({ merchantOrder: z.string().max(80) });
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
    const refund = { refundOrder, merchantOrder, reference: `R${options.newNumber().slice(0, 20)}` };
    ledger.putRefund(refund, { ...payment, status: 'refunded' });
    return { refundOrder, reference: refund.reference };
  });
}

const PhoneParams = z.object({ token: z.string().regex(/^[0-9a-f]{32}$/) });
const PhoneActionParams = PhoneParams.extend({ action: z.enum(PHONE_ACTIONS) });

function phoneSide(app: FastifyInstance, options: SimulatorServerOptions): void {
  const { ledger, clock } = options;
  const html = (reply: FastifyReply, status: number, text: string): FastifyReply =>
    reply
      .code(status)
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
      .header('cache-control', 'no-store')
      .header('referrer-policy', 'no-referrer')
      .send(text);

  app.get('/pay/:token', async (request, reply) => {
    const params = PhoneParams.safeParse(request.params);
    const found = params.success ? ledger.findByToken(params.data.token) : undefined;
    if (found === undefined) return html(reply, 404, unknownPaymentPage());
    let payment = settledAt(ledger, found, clock.wall());
    if (payment.status === 'waiting') {
      payment = { ...payment, status: 'user-paying' };
      ledger.put(payment);
    }
    const isLettingExpire = z.object({ left: z.literal('1') }).safeParse(request.query).success;
    return html(reply, 200, phonePage(payment, isLettingExpire));
  });

  app.post('/pay/:token/:action', async (request, reply) => {
    const params = PhoneActionParams.safeParse(request.params);
    const found = params.success ? ledger.findByToken(params.data.token) : undefined;
    if (!params.success || found === undefined) return html(reply, 404, unknownPaymentPage());
    const { action, token } = params.data;
    const now = clock.wall();
    ledger.put(afterAction(settledAt(ledger, found, now), action, now, `P${options.newNumber().slice(0, 20)}`, options.silentFor));
    return reply.redirect(`/pay/${token}${action === 'let-expire' ? '?left=1' : ''}`, 303);
  });
}

/** The payment as it is now; that its time was over is written down when it is first noticed. */
function settledAt(ledger: PaymentLedger, payment: SimulatedPayment, now: Instant): SimulatedPayment {
  const settled = paymentAt(payment, now);
  if (settled !== payment) ledger.put(settled);
  return settled;
}

function badRequest(reply: FastifyReply, error: z.ZodError): FastifyReply {
  const issue = error.issues[0];
  return reply.code(400).send({ code: 'bad-request', message: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`.slice(0, 300) });
}
