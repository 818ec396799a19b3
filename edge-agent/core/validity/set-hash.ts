import { assert } from '../base/fault.ts';
import type { ValidityShow, ValidityTicket } from '../contract/box-office/validity.ts';

/**
 * One number for a whole set of rows, in whatever order they came: the sum modulo 2^256 of the SHA-256 of each row's canonical JSON. A row is added and
 * taken away in the same time however many there are, and two sides that differ in one byte of one row differ in the hash.
 */

/** SHA-256 of the text's UTF-8 bytes, in lower-case hexadecimal. */
export type Sha256Hex = (text: string) => string;
export type ValidityRow = ValidityTicket | ValidityShow;

const MODULUS = 1n << 256n;

export const EMPTY_SET: bigint = 0n;

export function addRow(sum: bigint, row: ValidityRow, sha256: Sha256Hex): bigint {
  return (sum + rowNumber(row, sha256)) % MODULUS;
}

export function removeRow(sum: bigint, row: ValidityRow, sha256: Sha256Hex): bigint {
  return (sum - rowNumber(row, sha256) + MODULUS) % MODULUS;
}

/** 64 hexadecimal digits, as on the wire. */
export function setHashText(sum: bigint): string {
  return sum.toString(16).padStart(64, '0');
}

export function parseSetHash(text: string): bigint {
  assert(/^[0-9a-f]{64}$/.test(text), 'a set hash is 64 lower-case hexadecimal digits');
  return BigInt(`0x${text}`);
}

function rowNumber(row: ValidityRow, sha256: Sha256Hex): bigint {
  return BigInt(`0x${sha256(canonicalJson(row))}`);
}

/** JSON without white space, the keys of every object in ascending order of their UTF-16 code units; strings and numbers as `JSON.stringify` writes them. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, held]) => held !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, held]) => `${JSON.stringify(key)}:${canonicalJson(held)}`).join(',')}}`;
}
