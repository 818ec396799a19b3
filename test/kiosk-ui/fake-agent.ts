import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { instant, toIso } from '#core/base/time.ts';
import type { SeatId } from '#core/contract/identifiers.ts';
import type { Flow, KioskSession } from '#core/contract/local/kiosk.ts';
import type { LiveMessage } from '#core/contract/local/live.ts';
import { FLOWS, LOBBY, orderFor, programmeAt, showSeats } from './support/sample-lobby.ts';

/**
 * An agent for looking at the screens while nothing else runs: it serves the built pages and answers like the contract. Whoever holds it decides what
 * happens next by setting the session. It is not the product's agent and decides nothing.
 */
export interface FakeAgent {
  readonly url: string;
  session: KioskSession;
  show(session: KioskSession): void;
  send(message: LiveMessage): void;
  flows(flows: readonly Flow[]): void;
  /** The next `confirmSeats` is refused with this body. */
  refuseNext(body: object): void;
  close(): Promise<void>;
}

const UI = fileURLToPath(new URL('../../dist/kiosk-ui/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
/** What the product's agent sends, so that a page that needs more is seen to fail here. */
const POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'";

const now = () => instant(Date.now());

function poster(id: string): string {
  const hue = [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 600"><defs><linearGradient id="g" x1="0" y1="0" x2=".4" y2="1"><stop offset="0" stop-color="hsl(${hue} 70% 45%)"/><stop offset="1" stop-color="hsl(${(hue + 70) % 360} 60% 16%)"/></linearGradient></defs><rect width="400" height="600" fill="url(#g)"/><circle cx="${120 + (hue % 160)}" cy="210" r="110" fill="hsl(${(hue + 40) % 360} 90% 70%)"/><path d="M0 430 120 330 210 410 300 310 400 420V600H0Z" fill="hsl(${hue} 50% 12%)"/></svg>`;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
}

export async function startFakeAgent(port = 0): Promise<FakeAgent> {
  const programme = programmeAt(now());
  let flows: readonly Flow[] = FLOWS;
  let refusal: object | undefined;
  const sockets = new WebSocketServer({ noServer: true });
  const send = (message: LiveMessage): void => {
    for (const socket of sockets.clients) socket.send(JSON.stringify(message));
  };

  const answer = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

  const api = async (path: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, showId] = /^\/api\/shows\/(\d+)\/seats$/.exec(path) ?? [];
    const show = programme.shows.find((candidate) => candidate.id === showId);
    const [, film] = /^\/api\/posters\/(\w+)\.svg$/.exec(path) ?? [];
    if (film !== undefined) response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(poster(film));
    else if (path === '/api/lobby') answer(response, 200, { ...LOBBY, flows });
    else if (path === '/api/programme') answer(response, 200, programme);
    else if (show) answer(response, 200, showSeats(show));
    else if (path === '/api/kiosk/seats') {
      const body = (await bodyOf(request)) as { showId: string; seats: { seatId: SeatId }[] };
      const wanted = programme.shows.find((candidate) => candidate.id === body.showId);
      if (refusal) {
        answer(response, 409, refusal);
        refusal = undefined;
      } else if (wanted) {
        agent.show({
          phase: 'review',
          order: orderFor(
            showSeats(wanted),
            body.seats.map((seat) => seat.seatId),
            now(),
          ),
        });
        answer(response, 200, { session: agent.session });
      }
    } else if (path === '/api/kiosk/pay' && 'order' in agent.session) {
      const { order } = agent.session;
      agent.show({
        phase: 'paying',
        order,
        method: 'qr',
        ending: false,
        codeUrl: `${agent.url}/pay/K0326021718520700482A1`,
        expiresAt: toIso(instant(now() + 300_000)),
        userPaying: false,
      });
      answer(response, 200, { session: agent.session });
    } else if (path === '/api/kiosk/cancel' || path === '/api/kiosk/leave') {
      agent.show({ phase: 'idle' });
      answer(response, 200, { session: agent.session });
    } else if (path === '/api/kiosk/collect') answer(response, 409, { code: 'not-found' });
    else answer(response, 404, { code: 'not-found', message: path });
  };

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path.startsWith('/api/')) {
      void api(path, request, response);
      return;
    }
    const file = extname(path) === '' ? 'index.html' : path;
    readFile(join(UI, file)).then(
      (bytes) => response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain', 'content-security-policy': POLICY }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (opened) => {
      const first: LiveMessage[] = [
        { kind: 'welcome', boot: 'fake', at: toIso(now()) },
        { kind: 'flows', flows: [...flows] },
        { kind: 'session', session: agent.session },
      ];
      for (const message of first) opened.send(JSON.stringify(message));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const ticking = setInterval(() => send({ kind: 'tick', at: toIso(now()) }), 2_000);

  const agent: FakeAgent = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    session: { phase: 'idle' },
    send,
    show(session) {
      agent.session = session;
      send({ kind: 'session', session });
    },
    flows(next) {
      flows = next;
      send({ kind: 'flows', flows: [...next] });
    },
    refuseNext(body) {
      refusal = body;
    },
    close() {
      clearInterval(ticking);
      for (const socket of sockets.clients) socket.terminate();
      return new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      });
    },
  };
  return agent;
}
