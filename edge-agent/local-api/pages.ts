import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { notFound, ProblemError } from './problems.ts';

/**
 * The built screens. Every path that is a page gets the one document; its program looks at the path.
 * @param page which paths are pages here
 */
export async function servePages(server: FastifyInstance, uiFolder: string, page: RegExp = ANY_PAGE): Promise<void> {
  if (existsSync(uiFolder)) {
    await server.register(fastifyStatic, {
      root: uiFolder,
      // Registered file by file, so that nothing but what was built can ever be asked for.
      wildcard: false,
      index: false,
      cacheControl: false,
    });
  }
  // Names below assets/ carry the hash of their content.
  server.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/assets/') && reply.statusCode === 200) reply.header('cache-control', 'public, max-age=31536000, immutable');
  });
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && page.test(path);
    if (!isPage) throw notFound(`There is nothing at ${request.method} ${path.slice(0, 200)}.`);
    if (!existsSync(join(uiFolder, 'index.html'))) {
      throw new ProblemError(503, { code: 'no-screens', message: 'The screens have not been built; run npm start, or vite build.' });
    }
    return reply.type('text/html; charset=utf-8').sendFile('index.html');
  });
}

/** `/`, `/gate`, `/gate/lane-1`, `/technician`, …: words without a dot, and not the API. */
const ANY_PAGE = /^\/(?!api\/|metrics$)(?:[a-z0-9-]+(?:\/[a-z0-9-]+)?)?$/;
