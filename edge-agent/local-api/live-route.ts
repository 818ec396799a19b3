import type { FastifyInstance } from 'fastify';
import { LaneId } from '#core/contract/identifiers.ts';
import { LiveTopic } from '#core/contract/local/live.ts';
import type { LiveHub } from './live-hub.ts';
import { badRequest, notFound } from './problems.ts';
import { sessionToken } from './session-cookie.ts';

/** The socket on which a screen is told what changes: `/api/live?topic=…`. */
export function serveLive(server: FastifyInstance, hub: LiveHub, topics: readonly LiveTopic[] = LiveTopic.options): void {
  server.get<{ Querystring: Record<string, string> }>(
    '/api/live',
    {
      websocket: true,
      preValidation: async (request) => {
        const topic = LiveTopic.safeParse(request.query.topic);
        if (!topic.success) throw badRequest('query', topic.error);
        if (!topics.includes(topic.data)) throw notFound('There is no such topic here.');
      },
    },
    (socket, request) => {
      const lane = LaneId.safeParse(request.query.lane);
      const topic = LiveTopic.parse(request.query.topic);
      hub.join(socket, { topic, lane: lane.success ? lane.data : undefined, token: sessionToken(request.headers.cookie) });
    },
  );
}
