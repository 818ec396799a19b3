import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { FaultError, InvariantError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Problem } from '#core/contract/problem.ts';
import type { Log } from '../../runtime/log.ts';
import { RequestProblem } from '../request-problem.ts';

/** Every answer that is neither the wanted one nor an expected refusal: what, where, in one form. A body is never quoted: it may hold a code. */

interface StatusProblem {
  readonly status: number;
  readonly problem: Problem;
}

export function sendProblem(reply: FastifyReply, status: number, problem: Problem): FastifyReply {
  return reply.code(status).send(problem);
}

export function createErrorHandler(log: Log): (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  return (error, request, reply) => {
    const place = `${request.method} ${request.routeOptions.url ?? 'an unknown path'}`;
    const { status, problem } = problemOf(error, place);
    if (status >= 500) log.error({ err: error, place }, problem.message);
    sendProblem(reply, status, problem);
    // A broken promise of our own code is answered, and then ends the program as everywhere else.
    if (error instanceof InvariantError) setImmediate(() => reject(error));
    return reply;
  };
}

function reject(error: Error): never {
  throw error;
}

function problemOf(error: FastifyError, place: string): StatusProblem {
  if (error instanceof RequestProblem) return { status: error.status, problem: { code: error.code, message: error.message } };
  if (error instanceof FaultError) return { status: 503, problem: { code: 'unavailable', message: `${error.fault.code}: ${error.fault.message}` } };
  if (hasZodFastifySchemaValidationErrors(error)) return invalid(error, place);
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return { status: 413, problem: { code: 'too-large', message: `${place} takes at most ${LIMITS.http.bodyBytesMax} bytes.` } };
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return { status: 415, problem: { code: 'not-json', message: `${place} takes application/json only.` } };
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return bad(`${place} came without a body.`);
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return bad(`The body of ${place} is not JSON.`);
    default:
      break;
  }
  if (error.statusCode === 429) {
    return { status: 429, problem: { code: 'too-many-requests', message: `${place} was asked too often; wait a minute.` } };
  }
  // What the HTTP layer itself refuses: a length that does not fit, an address that cannot be decoded.
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) return bad(`${place} is malformed.`);
  return { status: 500, problem: { code: 'internal', message: `${place} failed at the box office. Whether it had an effect is unknown.` } };
}

function bad(message: string): StatusProblem {
  return { status: 400, problem: { code: 'bad-request', message } };
}

const PART: Readonly<Record<string, string>> = { body: 'body', querystring: 'query', params: 'address', headers: 'headers' };
const ISSUES_MAX = 20;

function invalid(error: FastifyError, place: string): StatusProblem {
  const part = PART[error.validationContext ?? 'body'] ?? 'body';
  const issues = (error.validation ?? []).slice(0, ISSUES_MAX).map(({ instancePath, message }) => {
    const path = instancePath.split('/').filter(Boolean).join('.').slice(0, 200);
    return { path: path === '' ? part : `${part}.${path}`, message: (message ?? 'is not as it should be').slice(0, 200) };
  });
  const first = issues[0];
  const what = first === undefined ? 'malformed' : `${first.path}: ${first.message}`;
  return { status: 400, problem: { code: 'bad-request', message: `${place}: ${what}`.slice(0, 500), issues } };
}
