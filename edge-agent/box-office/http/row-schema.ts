import type { EndpointShape } from '#core/contract/endpoint.ts';
import { Problem } from '#core/contract/problem.ts';

/** A row of a table as the server checks it and as the OpenAPI document tells it. */

export const MACHINE_SCHEME = 'machine';
export const PERSON_SCHEME = 'person';

/** What every endpoint may answer besides its own rows. */
const PROBLEM_STATUSES = [400, 401, 403, 404, 413, 415, 429, 500, 503] as const;

export function schemaOf(name: string, shape: EndpointShape, scheme: string): object {
  const { params, query, body, answers } = shape;
  const problems = Object.fromEntries(PROBLEM_STATUSES.map((status) => [status, Problem]));
  return {
    operationId: name,
    summary: shape.summary,
    security: [{ [scheme]: [] }],
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
    response: { ...answers, ...problems },
  };
}
