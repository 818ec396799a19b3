import { existsSync } from 'node:fs';
import { FaultError } from '#core/base/fault.ts';
import { sqliteCode } from '../store/plain-database.ts';
import { StoreUnknownError } from '../store/transactor.ts';
import type { Ledger } from './ledger.ts';
import { JOURNALS, LedgerDamage } from './ledger-chain.ts';
import { keyFileOf } from './ledger-key.ts';

/**
 * Why opening a ledger failed, when that was because its file is damaged. A disk that cannot be read, a file of another program and a missing key are none of
 * our business: they are refused, and nothing is changed.
 */
export function damageIn(cause: unknown, path: string): string | undefined {
  if (cause instanceof LedgerDamage) return cause.message;
  const code = codeOf(cause);
  if (code === undefined) return undefined;
  // Where there is a key there was a ledger, so what is no database now is a ledger no more.
  const wasLedger = existsSync(keyFileOf(path));
  const isDamage = code.startsWith('SQLITE_CORRUPT') || (wasLedger && code === 'SQLITE_NOTADB');
  return isDamage ? `SQLite says ${code}` : undefined;
}

/** Whether an error that ended the agent says that a store of it is damaged. */
export function isDamage(cause: unknown): boolean {
  if (cause instanceof LedgerDamage) return true;
  const code = codeOf(cause);
  return code !== undefined && (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB');
}

function codeOf(cause: unknown): string | undefined {
  const code = sqliteCode(cause);
  if (code !== undefined) return code;
  return cause instanceof FaultError || cause instanceof StoreUnknownError ? codeOf(cause.cause) : undefined;
}

/**
 * Everything, by SQLite's own check and by the chain. Takes seconds for a large ledger.
 * @throws LedgerDamage
 */
export function checkWhole({ database, chain, check }: Pick<Ledger, 'database' | 'chain' | 'check'>): void {
  const verdict = database.pragma('integrity_check(1)', { simple: true });
  if (verdict !== 'ok') throw new LedgerDamage(`SQLite says: ${String(verdict)}`);
  for (const journal of JOURNALS) {
    const { base, head } = chain.ends(journal);
    const found = head === base ? undefined : check(journal, base + 1, head - base);
    if (found?.kind === 'broken') throw new LedgerDamage(`journal ${journal}: row ${found.number} is ${found.why}`);
  }
}
