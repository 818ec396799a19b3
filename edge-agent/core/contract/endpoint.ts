import type { z } from 'zod';

/** The body of every refusal that is not an expected outcome of the operation itself: what, where, and what to do. */
export interface EndpointShape {
  readonly method: 'GET' | 'POST';
  /** With `:name` parameters. */
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** By status. 200 is the answer, 409 an expected refusal with its closed union; 400, 401, 404, 429 and 503 are added for every endpoint. */
  readonly answers: { readonly 200: z.ZodType; readonly 409?: z.ZodType };
}

/** One row of an API's table. The server registers it, the client calls it, and the OpenAPI document is made from it. */
export function endpoint<const Shape extends EndpointShape>(shape: Shape): Shape {
  return shape;
}
