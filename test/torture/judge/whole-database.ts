import type { Database } from '#agent/store/database.ts';
import { corrupt, type Finding } from './finding.ts';

/** How much of a store is looked at. `whole` reads every page; `facts` only what was told, and whether it agrees with itself. */
export type Depth = 'facts' | 'whole';

/** SQLite's own word about a store, and queries that must answer nothing. */
export function judgeDatabase(database: Database, name: string, contradictions: Readonly<Record<string, string>>, depth: Depth): readonly Finding[] {
  const findings: Finding[] = [];
  if (depth === 'whole') {
    const integrity = database.pragma('integrity_check', { simple: true });
    if (integrity !== 'ok') findings.push(corrupt(`${name}: integrity_check says ${String(integrity)}`));
    const orphans = database.pragma('foreign_key_check');
    if (Array.isArray(orphans) && orphans.length > 0) findings.push(corrupt(`${name}: ${orphans.length} rows point at nothing`));
  }
  for (const [what, sql] of Object.entries(contradictions)) {
    const row = database.prepare(sql).get();
    if (row !== undefined) findings.push(corrupt(`${name}: ${what}: ${JSON.stringify(row)}`));
  }
  return findings;
}
