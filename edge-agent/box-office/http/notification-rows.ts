import type { FastifyInstance } from 'fastify';
import { LIMITS } from '#core/base/limits.ts';
import type { HearNotification } from '../payments/hear-notification.ts';
import type { ProviderList } from '../payments/provider-list.ts';

/**
 * Where payment providers tell what has happened: `POST /v1/payment-notifications/wechat` and `…/alipay`, in the providers' own forms and therefore no rows of
 * the contract. They carry no token: who speaks is proven by the signature over the body, which is read as it came.
 */
export async function registerNotifications(app: FastifyInstance, providers: ProviderList, hear: HearNotification): Promise<void> {
  await app.register((scope, _options, ready) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    for (const { id, notifications } of providers) {
      if (notifications === undefined) continue;
      scope.post(`/v1/payment-notifications/${id}`, {
        schema: { hide: true },
        config: { rateLimit: { max: LIMITS.http.notificationsPerMinute, timeWindow: '1 minute' } },
        handler: async (request, reply) => {
          const told = typeof request.body === 'string' ? notifications.read(headersOf(request.headers), request.body) : undefined;
          if (told !== undefined) await hear(id, told);
          const { status, type, body } = told === undefined ? notifications.refused : notifications.heard;
          return reply.code(status).type(type).serializer(String).send(body);
        },
      });
    }
    ready();
  });
}

function headersOf(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Headers {
  const single = Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as [string, string]] : []));
  return new Headers(single);
}
