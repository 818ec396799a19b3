import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Duration, milliseconds } from '#core/base/time.ts';
import type { Clock, Timer, Timers } from '#core/ports/clock.ts';
import type { Log } from '../runtime/log.ts';
import { merchantSide, settledAt } from './merchant-side.ts';
import type { PaymentLedger } from './payment-ledger.ts';
import { newCode, PHONE_BEHAVIOURS, PHONE_SCHEMES } from './phone.ts';
import { codePage, newPhonePage, phonePage, unknownPaymentPage } from './phone-page.ts';
import { afterAction, PHONE_ACTIONS, type SimulatedPayment } from './simulated-payment.ts';

/** The two sides of the simulated provider over HTTP. The messages are in `merchant-api.ts`. */
export interface SimulatorServerOptions {
  readonly ledger: PaymentLedger;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly isMerchant: (authorization: string | undefined) => boolean;
  /** 32 hexadecimal digits that nobody can guess. */
  readonly newNumber: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly pageUrl: (token: string) => string;
  readonly silentFor: Duration;
}

const BODY_BYTES_MAX = 8_192;

export function createSimulatorServer(options: SimulatorServerOptions): FastifyInstance {
  const app = fastify({ bodyLimit: BODY_BYTES_MAX, forceCloseConnections: true });
  // Forms without fields; what is chosen stands in the address.
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

const PhoneParams = z.object({ token: z.string().regex(/^[0-9a-f]{32}$/) });
const NewPhoneParams = z.object({ scheme: z.enum(PHONE_SCHEMES), behaviour: z.enum(PHONE_BEHAVIOURS) });
/** One for the prefix and sixteen for the digits. */
const CODE_BYTES = 17;
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

  app.get('/', async (_, reply) => reply.redirect('/phone', 302));
  app.get('/phone', async (_, reply) => html(reply, 200, newPhonePage()));

  app.post('/phone/:scheme/:behaviour', async (request, reply) => {
    const wanted = NewPhoneParams.safeParse(request.params);
    if (!wanted.success) return html(reply, 404, unknownPaymentPage());
    const { scheme, behaviour } = wanted.data;
    const token = options.newNumber();
    ledger.putPhone({ token, code: newCode(scheme, options.randomBytes(CODE_BYTES)), scheme, behaviour });
    return reply.redirect(`/phone/${token}`, 303);
  });

  app.get('/phone/:token', async (request, reply) => {
    const params = PhoneParams.safeParse(request.params);
    const phone = params.success ? ledger.findPhone(params.data.token) : undefined;
    if (phone === undefined) return html(reply, 404, unknownPaymentPage());
    const payment = phone.usedFor === undefined ? undefined : ledger.find(phone.usedFor);
    return payment === undefined ? html(reply, 200, codePage(phone)) : reply.redirect(`/pay/${payment.token}`, 302);
  });

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
