import type { z } from 'zod';

/**
 * Reads what a program of a newer build may have said: fields that this build does not know are left out, at whatever depth; everything else is held to the
 * schema as ever. The schemas stay strict, because the same ones hold what this build sends, and what is asked of it.
 *
 * @param value fresh from JSON: what is unknown is taken out of it
 * @param onTakenOut is told where each of them stood
 */
export function readMustIgnore<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  onTakenOut: (path: readonly PropertyKey[]) => void = () => undefined,
): z.ZodSafeParseResult<z.output<Schema>> {
  for (let pass = 0; ; pass++) {
    const read = schema.safeParse(value);
    if (read.success || pass === PASSES_MAX || !takeOut(value, read.error.issues, onTakenOut)) return read;
  }
}

/** A schema within a check of another one is tried only when that one holds; none of ours is as deep. */
const PASSES_MAX = 4;

/** Whether it was all that was wrong; otherwise nothing is changed. */
function takeOut(value: unknown, issues: readonly z.core.$ZodIssue[], onTakenOut: (path: readonly PropertyKey[]) => void): boolean {
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? [issue] : []));
  if (unknown.length < issues.length) return false;
  for (const { path, keys } of unknown) {
    const found = path.reduce<unknown>((at, step) => (isHolder(at) ? at[step] : undefined), value);
    if (!isHolder(found)) return false;
    for (const key of keys) {
      delete found[key];
      onTakenOut([...path, key]);
    }
  }
  return true;
}

function isHolder(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
