import { createServer, type Server } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLobbySource } from '#agent/local-api/lobby-source.ts';
import { createPosterSource } from '#agent/local-api/poster-source.ts';
import { systemClock, systemTimers } from '#agent/runtime/clock.ts';
import { err, ok } from '#core/base/result.ts';
import type { Film, Programme } from '#core/contract/box-office/programme.ts';
import { FilmId, MachineId, ShowId } from '#core/contract/identifiers.ts';

const FILM = FilmId.parse('001105972026');
const both = { zh: '', en: '' };
const film = (poster: string): Film => ({
  id: FILM,
  title: both,
  tagline: both,
  runningTime: 100,
  rating: { label: '', advice: both },
  genre: both,
  poster,
});
const programme = (poster: string): Programme => ({ days: [], films: [film(poster)], shows: [] });

async function boxOffice(answer: (path: string, token: string | undefined) => { status: number; type: string; body: string }): Promise<string> {
  const server: Server = createServer((request, response) => {
    const { status, type, body } = answer(request.url ?? '', request.headers.authorization);
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
}

const posterFrom = (url: string, path: string) =>
  createPosterSource({ boxOfficeUrl: url, token: 'secret', programme: async () => ({ kind: 'read', value: programme(path) }), timers: systemTimers })(
    FILM,
  );

describe('posters', () => {
  it('come from where the programme says', async () => {
    const url = await boxOffice((path, token) => ({ status: 200, type: 'image/svg+xml', body: `<svg>${path} ${token}</svg>` }));
    expect(await posterFrom(url, '/v1/posters/1.svg')).toEqual({ kind: 'poster', svg: '<svg>/v1/posters/1.svg Bearer secret</svg>' });
  });

  it.each(['//evil.example/x.svg', 'http://evil.example/x.svg'])('never take the token elsewhere: %s', async (path) => {
    const asked: string[] = [];
    const url = await boxOffice((at) => {
      asked.push(at);
      return { status: 404, type: 'text/plain', body: '' };
    });
    expect(await posterFrom(url, path)).toEqual({ kind: 'none' });
    for (const at of asked) expect(at).toMatch(/^\//);
  });

  it.each([
    [404, 'image/svg+xml', 'none'],
    [500, 'image/svg+xml', 'away'],
    [200, 'text/html', 'none'],
  ])('that answer %i %s are %s', async (status, type, kind) => {
    const url = await boxOffice(() => ({ status, type, body: '<svg/>' }));
    expect(await posterFrom(url, '/1.svg')).toEqual({ kind });
  });

  it('of an unknown film are none, and without a box office they are away', async () => {
    const source = createPosterSource({
      boxOfficeUrl: 'http://127.0.0.1:1',
      token: 't',
      programme: async () => ({ kind: 'read', value: { days: [], films: [], shows: [] } }),
      timers: systemTimers,
    });
    expect(await source(FILM)).toEqual({ kind: 'none' });
    expect(await posterFrom('http://127.0.0.1:1', '/1.svg')).toEqual({ kind: 'away' });
  });
});

describe('what this machine is', () => {
  const fault = (code: string) => err({ kind: 'bad-answer', fault: { code, owner: 'peer', message: '' } } as const);
  const machine = { machine: MachineId.parse('lobby-1'), roles: [], lanes: [], simulated: true, pixelsPerMm: 4 };

  it('tells a show that is not there from a box office that is not', async () => {
    const lobby = createLobbySource({
      machine,
      flows: () => [],
      clock: systemClock,
      boxOffice: {
        readSite: async () => fault('E-BOX-UNREACHABLE'),
        readProgramme: async () => ok(programme('/x.svg')),
        readShowSeats: async ({ params }) => fault(params.showId === '1' ? 'E-BOX-MISSING' : 'E-BOX-TIMEOUT'),
      },
    });
    expect(await lobby.programme()).toMatchObject({ kind: 'read' });
    expect(await lobby.showSeats(ShowId.parse('1'))).toEqual({ kind: 'none' });
    expect(await lobby.showSeats(ShowId.parse('2'))).toEqual({ kind: 'away' });
    expect(await lobby.readSite()).toBe(false);
    expect(lobby.site()).toBeNull();
    expect(lobby.state()).toEqual({ ...machine, flows: [] });
  });
});
