import type { FastifyError } from 'fastify';
import type { z } from 'zod';
import type { Problem } from '#core/contract/problem.ts';

/** An answer that is neither the wanted one nor an expected refusal, with its status. Thrown by handlers, turned into a body at one place. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: ProblemStatus;
  readonly problem: Problem;
  constructor(status: ProblemStatus, problem: Problem) {
    super(problem.message);
    this.status = status;
    this.problem = problem;
  }
}

export type ProblemStatus = 400 | 403 | 404 | 405 | 413 | 415 | 429 | 500 | 503;

export const notFound = (what: string): ProblemError => new ProblemError(404, { code: 'not-found', message: what });

/** What was wrong with a request, field by field. The values themselves are not repeated: one of them may be a code. */
export function badRequest(where: 'params' | 'query' | 'body', error: z.ZodError): ProblemError {
  const issues = error.issues.slice(0, 20).map((issue) => ({ path: [where, ...issue.path].join('.'), message: issue.message.slice(0, 200) }));
  const fields = issues.map((issue) => issue.path).join(', ');
  return new ProblemError(400, {
    code: 'bad-request',
    message: `The request was refused and nothing was changed: see ${fields}.`.slice(0, 500),
    issues,
  });
}

/** Anything that a request can end in: our own problems, the server library's refusals of a malformed request, and defects. */
export function problemOf(error: FastifyError | ProblemError | Error): ProblemError {
  if (error instanceof ProblemError) return error;
  const code = 'code' in error ? error.code : undefined;
  const status = 'statusCode' in error ? error.statusCode : undefined;
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ProblemError(415, { code: 'not-json', message: 'The body must be JSON: send content-type application/json.' });
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ProblemError(413, { code: 'too-large', message: 'The body is larger than this door lets in.' });
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new ProblemError(400, { code: 'bad-json', message: 'The body could not be read as JSON; nothing was changed.' });
    default:
      break;
  }
  if (status === 429) return new ProblemError(429, { code: 'too-many-requests', message: error.message.slice(0, 200) });
  if (status !== undefined && status >= 400 && status < 500) {
    return new ProblemError(400, { code: 'bad-request', message: 'The request could not be read; nothing was changed.' });
  }
  return new ProblemError(500, { code: 'internal', message: 'Something in the program went wrong; it has been written into the log.' });
}
