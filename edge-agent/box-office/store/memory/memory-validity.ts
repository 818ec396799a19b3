import { toHex } from '#core/base/bytes.ts';
import type { TicketKey } from '#core/contract/box-office/validity.ts';
import { ownerPrefix, rowPrefix } from '#core/validity/row-codec.ts';
import type { StoredDelta, Validity, ValidityMark } from '../box-office-store.ts';
import { createJournaledMap, type UndoJournal } from './journaled-map.ts';

export function memoryValidity(journal: UndoJournal): Validity {
  const single = createJournaledMap<'mark', ValidityMark>(journal);
  const ring = createJournaledMap<'keys', readonly TicketKey[]>(journal);
  const rows = createJournaledMap<string, Uint8Array>(journal);
  const deltas = createJournaledMap<number, StoredDelta>(journal);
  const ascending = (): Uint8Array[] => rows.values().sort(Buffer.compare);
  const inOrder = (): StoredDelta[] => deltas.values().sort((a, b) => a.version - b.version);
  return {
    mark: async () => single.get('mark'),
    setMark: async (mark) => single.set('mark', mark),
    keys: async () => ring.get('keys') ?? [],
    setKeys: async (keys) => ring.set('keys', keys),
    row: async (prefix) => rows.get(toHex(prefix)),
    rowsUnder: async (prefixes) => prefixes.map((prefix) => rows.get(toHex(prefix))).filter((row) => row !== undefined),
    putRow: async (row) => rows.set(toHex(rowPrefix(row)), row),
    dropRow: async (prefix) => {
      rows.delete(toHex(prefix));
    },
    rowsAfter: async (prefix, limit) =>
      ascending()
        .filter((row) => Buffer.compare(rowPrefix(row), prefix) > 0)
        .slice(0, limit),
    rowsOf: async (prefix) =>
      ascending().filter((row) => {
        const owner = ownerPrefix(row);
        return owner !== undefined && Buffer.compare(owner, prefix) === 0;
      }),
    addDelta: async (delta) => deltas.set(delta.version, delta),
    deltasAfter: async (version, limit) =>
      inOrder()
        .filter((delta) => delta.version > version)
        .slice(0, limit),
    oldestDelta: async () => inOrder()[0]?.version,
    dropDeltasUpTo: async (version) => {
      for (const delta of inOrder()) if (delta.version <= version) deltas.delete(delta.version);
    },
  };
}
