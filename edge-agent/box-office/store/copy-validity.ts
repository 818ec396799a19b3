import { rowPrefix } from '#core/validity/row-codec.ts';
import type { Validity, ValidityReading } from './box-office-store.ts';

/** Copies what is there: rows are values that nobody changes, so the copy is of references. */
export async function copyValidity(validity: Validity): Promise<ValidityReading> {
  const [mark, keys, rows] = [await validity.mark(), await validity.keys(), await validity.rowsAfter(new Uint8Array(), Number.MAX_SAFE_INTEGER)];
  let next = 0;
  return {
    mark: async () => mark,
    keys: async () => keys,
    rowsAfter: async (prefix, limit) => {
      // Read in order, the place is known; anywhere else it is looked for.
      const before = rows[next - 1];
      const isInOrder = before === undefined ? prefix.length === 0 : Buffer.compare(rowPrefix(before), prefix) === 0;
      if (!isInOrder) next = rows.findIndex((row) => Buffer.compare(rowPrefix(row), prefix) > 0);
      const page = next < 0 ? [] : rows.slice(next, next + limit);
      next += page.length;
      return page;
    },
    close: async () => undefined,
  };
}
