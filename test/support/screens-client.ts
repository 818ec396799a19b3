import WebSocket from 'ws';
import type { z } from 'zod';
import type { EndpointShape } from '#core/contract/endpoint.ts';
import { LiveMessage, type LiveTopic } from '#core/contract/local/live.ts';

/** The agent as its own screens use it: the same paths, the same Origin, the same pushes. */
export interface ScreensClient {
  call<Shape extends EndpointShape>(shape: Shape, parts?: CallParts): Promise<CallOutcome<Shape>>;
  bytes(path: string): Promise<Uint8Array>;
  live(topic: LiveTopic): Promise<LiveFeed>;
}

interface CallParts {
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export type CallOutcome<Shape extends EndpointShape> =
  | { readonly status: 200; readonly body: z.output<Shape['answers'][200]> }
  | { readonly status: number; readonly body: unknown };

export interface LiveFeed {
  /** Resolves with the first message, seen already or still to come, that `wanted` accepts. */
  until<Found>(what: string, wanted: (message: LiveMessage) => Found | undefined, withinMs: number): Promise<Found>;
  /** Forgets what was seen, so that `until` waits for news. */
  forget(): void;
  close(): void;
}

export function createScreensClient(url: string): ScreensClient {
  const origin = new URL(url).origin;
  return {
    call: async (shape, parts = {}) => {
      const path = shape.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(parts.params?.[name] ?? ''));
      const init =
        shape.method === 'POST'
          ? { method: 'POST', headers: { 'content-type': 'application/json', origin }, body: JSON.stringify(parts.body ?? {}) }
          : { method: 'GET' };
      const answer = await fetch(`${origin}${path}`, init);
      const body: unknown = await answer.json();
      return answer.status === 200
        ? { status: 200, body: shape.answers[200].parse(body) as z.output<(typeof shape)['answers'][200]> }
        : { status: answer.status, body };
    },
    bytes: async (path) => {
      const answer = await fetch(`${origin}${path}`);
      if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}`);
      return new Uint8Array(await answer.arrayBuffer());
    },
    live: (topic) => openFeed(origin, topic),
  };
}

/** The answer of a call that must succeed. */
export async function mustAnswer<Shape extends EndpointShape>(
  screens: ScreensClient,
  shape: Shape,
  parts: CallParts = {},
): Promise<z.output<Shape['answers'][200]>> {
  const { status, body } = await screens.call(shape, parts);
  if (status !== 200) throw new Error(`${shape.method} ${shape.path} answered ${status}: ${JSON.stringify(body)}`);
  return body as z.output<Shape['answers'][200]>;
}

async function openFeed(origin: string, topic: LiveTopic): Promise<LiveFeed> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/live?topic=${topic}`, { origin });
  let seen: LiveMessage[] = [];
  const waiting = new Set<(message: LiveMessage) => void>();
  const onEnd = new Set<() => void>();
  socket.on('message', (data) => {
    const message = LiveMessage.parse(JSON.parse(String(data)));
    seen.push(message);
    // A feed that is open for minutes keeps only what a late question could still mean.
    if (seen.length > 200) seen = seen.slice(-100);
    for (const ask of [...waiting]) ask(message);
  });
  // Whoever still waits for something would wait until the deadline for nothing.
  socket.on('close', () => {
    for (const end of onEnd) end();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    until: (what, wanted, withinMs) => {
      for (const message of seen) {
        const found = wanted(message);
        if (found !== undefined) return Promise.resolve(found);
      }
      return new Promise((resolve, reject) => {
        const stop = (): void => {
          clearTimeout(limit);
          waiting.delete(ask);
          onEnd.delete(end);
        };
        const fail = (why: string): void => {
          stop();
          reject(new Error(`${what} did not happen ${why}; last of ${topic}: ${JSON.stringify(seen.at(-1))?.slice(0, 600)}`));
        };
        const limit = setTimeout(() => fail(`within ${withinMs} ms`), withinMs);
        const end = (): void => fail('before the feed ended');
        const ask = (message: LiveMessage): void => {
          const found = wanted(message);
          if (found === undefined) return;
          stop();
          resolve(found);
        };
        waiting.add(ask);
        onEnd.add(end);
      });
    },
    forget: () => {
      seen = [];
    },
    close: () => socket.close(),
  };
}
