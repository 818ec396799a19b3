import { concatBytes, fromHex, toHex } from '../base/bytes.ts';
import { unreachable } from '../base/fault.ts';
import type { ValidityOp } from '../contract/box-office/validity.ts';
import { codePrefix, codeRow, keyRow, showPrefix, showRow, ticketPrefix, ticketRow } from './row-codec.ts';
import { prefixBytes, ROW_KIND, rowEnd } from './row-form.ts';
import type { Sha256 } from './set-hash.ts';

/** A change of the validity data in its binary form: what the chain is made of, and what a gate writes down. */
export type RowChange =
  | { readonly kind: 'put'; readonly row: Uint8Array }
  | { readonly kind: 'drop'; readonly prefix: Uint8Array }
  /** Replaces the whole ring. */
  | { readonly kind: 'keys'; readonly rows: readonly Uint8Array[] };

/** The first byte of a change. */
const TAG = { put: 1, drop: 2, keys: 3 } as const;

/** The chain of a version without a history: the first of an epoch. */
export const CHAIN_START: string = '0'.repeat(64);

export function changeOf(op: ValidityOp): RowChange {
  switch (op.op) {
    case 'put-ticket':
      return { kind: 'put', row: ticketRow(op.ticket) };
    case 'drop-ticket':
      return { kind: 'drop', prefix: ticketPrefix(op.id) };
    case 'put-show':
      return { kind: 'put', row: showRow(op.show) };
    case 'drop-show':
      return { kind: 'drop', prefix: showPrefix(op.id) };
    case 'put-code':
      return { kind: 'put', row: codeRow(op.code) };
    case 'drop-code':
      return { kind: 'drop', prefix: codePrefix(op.hash) };
    case 'put-keys':
      return { kind: 'keys', rows: op.keys.map(keyRow) };
    default:
      return unreachable(op);
  }
}

export function changeBytes(change: RowChange): Uint8Array {
  switch (change.kind) {
    case 'put':
      return tagged(TAG.put, change.row);
    case 'drop':
      return tagged(TAG.drop, change.prefix);
    case 'keys':
      return concatBytes(Uint8Array.of(TAG.keys, change.rows.length), ...change.rows);
    default:
      return unreachable(change);
  }
}

/** So many changes make one delta at most. */
export const CHANGES_IN_DELTA = 500;

/** Undefined unless the bytes are exactly a list of changes as {@link changeBytes} writes them. */
export function readChanges(bytes: Uint8Array): readonly RowChange[] | undefined {
  const changes: RowChange[] = [];
  let at = 0;
  while (at < bytes.length) {
    const change = readChange(bytes, at);
    if (change === undefined) return undefined;
    changes.push(change.change);
    at = change.end;
  }
  return changes;
}

/**
 * SHA-256 of the chain before and the changes: whoever has the newest chain has, by it, the whole history.
 * @param previous 64 hexadecimal digits
 * @param changes what {@link changeBytes} gives for each, one after another
 */
export function nextChain(sha256: Sha256, previous: string, changes: Uint8Array): string {
  const digest = sha256(concatBytes(fromHex(previous) ?? new Uint8Array(32), changes));
  return toHex(Uint8Array.from(digest, (byte) => byte.charCodeAt(0)));
}

function tagged(tag: number, bytes: Uint8Array): Uint8Array {
  const change = new Uint8Array(1 + bytes.length);
  change[0] = tag;
  change.set(bytes, 1);
  return change;
}

function readChange(bytes: Uint8Array, at: number): { readonly change: RowChange; readonly end: number } | undefined {
  switch (bytes[at]) {
    case TAG.put: {
      const end = rowEnd(bytes, at + 1);
      return end < 0 || bytes[at + 1] === ROW_KIND.key ? undefined : { change: { kind: 'put', row: bytes.subarray(at + 1, end) }, end };
    }
    case TAG.drop: {
      const end = at + 1 + prefixBytes(bytes, at + 1);
      const isWhole = end > at + 1 && end <= bytes.length && bytes[at + 1] !== ROW_KIND.key;
      return isWhole ? { change: { kind: 'drop', prefix: bytes.subarray(at + 1, end) }, end } : undefined;
    }
    case TAG.keys: {
      const rows: Uint8Array[] = [];
      let end = at + 2;
      for (let count = bytes[at + 1] ?? 0; count > 0; count--) {
        const next = bytes[end] === ROW_KIND.key ? rowEnd(bytes, end) : -1;
        if (next < 0) return undefined;
        rows.push(bytes.subarray(end, next));
        end = next;
      }
      return end <= bytes.length ? { change: { kind: 'keys', rows }, end } : undefined;
    }
    default:
      return undefined;
  }
}
