import type { FastifyInstance } from 'fastify';
import { LIMITS } from '#core/base/limits.ts';
import { DeviceId, FilmId } from '#core/contract/identifiers.ts';
import { notFound, ProblemError } from './problems.ts';

/** Where pictures come from. */
export interface PictureSources {
  /** A film's poster as SVG from the box office; undefined when it has none. Rejects or answers `away` when the box office cannot be reached. */
  readonly poster?: (filmId: FilmId) => Promise<PosterAnswer>;
  /** One piece of a simulated printer's paper as PNG. */
  readonly paper?: (device: DeviceId, number: number) => Uint8Array | undefined;
}

export type PosterAnswer = { readonly kind: 'poster'; readonly svg: string } | { readonly kind: 'none' } | { readonly kind: 'away' };

/** A poster may be drawn by another program: as a picture it can do nothing, and opened by itself it is a sandbox without scripts. */
const POSTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

export function servePictures(server: FastifyInstance, sources: PictureSources): void {
  const posters = new Map<FilmId, string>();

  server.get<{ Params: { file: string } }>('/api/posters/:file', async (request, reply) => {
    const name = /^(.*)\.svg$/.exec(request.params.file)?.[1];
    const filmId = FilmId.safeParse(name);
    if (!filmId.success || sources.poster === undefined) throw notFound('There is no such poster.');
    const svg = posters.get(filmId.data) ?? (await fetchPoster(sources.poster, filmId.data));
    if (posters.size < LIMITS.posters.keptMax) posters.set(filmId.data, svg);
    return reply.type('image/svg+xml').header('content-security-policy', POSTER_POLICY).header('cache-control', 'private, max-age=3600').send(svg);
  });

  server.get<{ Params: { device: string; file: string } }>('/api/bench/printers/:device/papers/:file', async (request, reply) => {
    const number = /^([1-9]\d{0,8})\.png$/.exec(request.params.file)?.[1];
    const device = DeviceId.safeParse(request.params.device);
    const png = number === undefined || !device.success ? undefined : sources.paper?.(device.data, Number(number));
    if (png === undefined) throw notFound('There is no such piece of paper; it may have been torn off.');
    return reply.type('image/png').send(Buffer.from(png));
  });
}

async function fetchPoster(poster: NonNullable<PictureSources['poster']>, filmId: FilmId): Promise<string> {
  const answer = await poster(filmId);
  switch (answer.kind) {
    case 'poster':
      if (answer.svg.length > LIMITS.posters.bytesMax) throw notFound('The poster is too large to be shown.');
      return answer.svg;
    case 'none':
      throw notFound('There is no such poster.');
    case 'away':
      throw new ProblemError(503, { code: 'unavailable', message: 'The box office cannot be reached for the poster.' });
  }
}
