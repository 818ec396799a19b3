import { z } from 'zod';

/** The body of every answer that is neither the wanted one nor an expected refusal (400, 401, 403, 404, 413, 429, 500, 503). */
export const Problem = z.strictObject({
  /** Stable code, `bad-request`, `unauthorised`, `not-found`, `too-many-requests`, `unavailable`, … */
  code: z.string().max(64),
  /** One sentence: what and where. */
  message: z.string().max(500),
  /** For a bad request: the path of every field that was refused, and why. */
  issues: z
    .array(z.strictObject({ path: z.string(), message: z.string() }))
    .max(20)
    .optional(),
});
export type Problem = z.infer<typeof Problem>;
