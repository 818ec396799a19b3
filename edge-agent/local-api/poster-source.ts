import { LIMITS } from '#core/base/limits.ts';
import type { Programme } from '#core/contract/box-office/programme.ts';
import type { FilmId } from '#core/contract/identifiers.ts';
import type { Timers } from '#core/ports/clock.ts';
import type { Read } from './handlers.ts';
import type { PosterAnswer } from './pictures.ts';

/** Fetches posters where the programme says that they are, and from nowhere but the box office. */
export interface PosterParts {
  readonly boxOfficeUrl: string;
  readonly token: string;
  readonly programme: () => Promise<Read<Programme>>;
  readonly timers: Timers;
}

export function createPosterSource({ boxOfficeUrl, token, programme, timers }: PosterParts): (filmId: FilmId) => Promise<PosterAnswer> {
  return async (filmId) => {
    const current = await programme();
    if (current.kind !== 'read') return { kind: 'away' };
    const path = current.value.films.find((film) => film.id === filmId)?.poster;
    if (path === undefined) return { kind: 'none' };
    const url = new URL(`${boxOfficeUrl.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`);
    // A path that leads elsewhere would carry this machine's token with it.
    if (url.origin !== new URL(boxOfficeUrl).origin) return { kind: 'none' };
    return fetchPoster(url, token, timers);
  };
}

async function fetchPoster(url: URL, token: string, timers: Timers): Promise<PosterAnswer> {
  const abort = new AbortController();
  const deadline = timers.after(LIMITS.http.requestTimeout, () => abort.abort());
  try {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` }, redirect: 'error', signal: abort.signal });
    if (answer.status !== 200) return { kind: answer.status === 404 ? 'none' : 'away' };
    if (!(answer.headers.get('content-type') ?? '').startsWith('image/svg+xml')) return { kind: 'none' };
    return { kind: 'poster', svg: await answer.text() };
  } catch {
    // Refused, broken off, timed out: to a screen they are one thing, and the box office's own health tells which.
    return { kind: 'away' };
  } finally {
    deadline.cancel();
  }
}
