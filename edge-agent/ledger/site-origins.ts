import { createHash } from 'node:crypto';
import { assert, InvariantError } from '#core/base/fault.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { SiteOrigin, VectorEntry } from '#core/contract/wire/site.ts';
import { originKey } from '#core/site/merge.ts';
import type { Ledger } from './ledger.ts';

/**
 * The sources of the site's admissions, and how far each is known. Every start of a program is a source of its own from its first admission on, under a name
 * that no other start has: so a name and a place never stand for two different changes, also when a disk was restored from an older copy and its program goes
 * on from there. What such a disk has lost is then what anybody lacks who was away, and comes back in the same way.
 */
export interface SiteOrigins {
  /** Our own source, of which nobody knows before its first admission. */
  present(): SiteOrigin;
  /** Its number; within a transaction, because the first time it begins. */
  ours(): number;
  /** The place of a change of ours that is being written; within its transaction. */
  nextPlace(): number;
  named(id: number): SiteOrigin;
  find(origin: SiteOrigin): number | undefined;
  /** Makes it when it is new; within a transaction. */
  idOf(origin: SiteOrigin): number;
  /** Within a transaction. */
  setThrough(origin: SiteOrigin, through: number): void;
  /** How far it is known. */
  through(origin: SiteOrigin): number;
  /** Oldest first. The same array for as long as nothing has changed. */
  vector(): readonly VectorEntry[];
  /** Reads again what a transaction that failed had changed. */
  reload(): void;
  /** Forgets those of which nothing is kept any more; within a transaction. */
  prune(): void;
}

interface OriginRow {
  readonly id: number;
  readonly machine: string;
  readonly epoch: string;
  readonly through: number;
}

interface Known extends SiteOrigin {
  readonly id: number;
  through: number;
}

export function createSiteOrigins(ledger: Pick<Ledger, 'database' | 'transaction' | 'boot' | 'epoch'>, machine: MachineId): SiteOrigins {
  const { database } = ledger;
  const statements = prepare(database);
  const byId = new Map<number, Known>();
  const byKey = new Map<string, Known>();
  let ours: Known | undefined;
  /** As it was asked for last, until something of it changes. */
  let vector: readonly VectorEntry[] | undefined;

  const keep = ({ id, machine: of, epoch, through }: OriginRow): Known => {
    const known = { id, machine: of as MachineId, epoch, through };
    byId.set(id, known);
    byKey.set(originKey(known), known);
    vector = undefined;
    return known;
  };
  const reload = (): void => {
    byId.clear();
    byKey.clear();
    vector = undefined;
    for (const row of statements.all.all()) keep(row);
    ours = byKey.get(originKey(name));
  };
  /** What was written before there was a site. */
  if (statements.unnamed.get() !== undefined) {
    ledger.transaction(() => statements.name.run(machine, nameOf(ledger.epoch, 'before')));
  }
  const name: SiteOrigin = { machine, epoch: freeName() };
  reload();

  function freeName(): string {
    for (let again = 0; ; again++) {
      const epoch = nameOf(ledger.epoch, again === 0 ? ledger.boot : `${ledger.boot} ${again}`);
      if (statements.has.get(machine, epoch) === undefined) return epoch;
    }
  }
  const begun = (): Known => {
    if (ours === undefined) {
      statements.retire.run();
      statements.begin.run(machine, name.epoch);
      reload();
    }
    assert(ours !== undefined, 'a program is a source of admissions');
    return ours;
  };
  const idOf = (origin: SiteOrigin): number => {
    const known = byKey.get(originKey(origin));
    if (known !== undefined) return known.id;
    const id = Number(statements.add.run(origin.machine, origin.epoch).lastInsertRowid);
    return keep({ id, machine: origin.machine, epoch: origin.epoch, through: 0 }).id;
  };

  return {
    present: () => name,
    ours: () => begun().id,
    nextPlace: () => {
      const present = begun();
      present.through += 1;
      vector = undefined;
      return present.through;
    },
    named: (id) => {
      const known = byId.get(id);
      if (known === undefined) throw new InvariantError(`no origin has the number ${id}`);
      return known;
    },
    find: (origin) => byKey.get(originKey(origin))?.id,
    idOf,
    setThrough: (origin, through) => {
      const id = idOf(origin);
      statements.advance.run(through, id);
      const known = byId.get(id);
      if (known === undefined || known.through >= through) return;
      known.through = through;
      vector = undefined;
    },
    through: (origin) => byKey.get(originKey(origin))?.through ?? 0,
    vector: () => {
      vector ??= [...byId.values()].filter(({ through }) => through > 0).map(({ machine: of, epoch, through }) => ({ machine: of, epoch, through }));
      return vector;
    },
    reload,
    prune: () => {
      if (statements.removeEmpty.run().changes > 0) reload();
    },
  };
}

function prepare(database: Ledger['database']) {
  // Of the newest source of ours nothing is written but its admissions: the last of them says how far it goes. It may say less once that one has been pruned
  // or has come back under another name; nothing is lost by it, because the source is never written again.
  const newestPlace = 'coalesce((SELECT max(n) FROM admission WHERE origin = site_origin.id), 0)';
  return {
    all: database.prepare<[], OriginRow>(
      `SELECT id, machine, epoch, CASE is_ours WHEN 1 THEN max(through, ${newestPlace}) ELSE through END AS through FROM site_origin ORDER BY id`,
    ),
    unnamed: database.prepare(`SELECT 1 FROM site_origin WHERE machine = ''`),
    name: database.prepare<[string, string]>(`UPDATE site_origin SET machine = ?, epoch = ? WHERE machine = ''`),
    has: database.prepare<[string, string]>('SELECT 1 FROM site_origin WHERE machine = ? AND epoch = ?'),
    add: database.prepare<[string, string]>('INSERT INTO site_origin (machine, epoch, through, is_ours) VALUES (?, ?, 0, 0)'),
    begin: database.prepare<[string, string]>('INSERT INTO site_origin (machine, epoch, through, is_ours) VALUES (?, ?, 0, 1)'),
    retire: database.prepare(`UPDATE site_origin SET is_ours = 0, through = max(through, ${newestPlace}) WHERE is_ours = 1`),
    advance: database.prepare<[number, number]>('UPDATE site_origin SET through = max(through, ?) WHERE id = ?'),
    removeEmpty: database.prepare('DELETE FROM site_origin WHERE is_ours = 0 AND NOT EXISTS (SELECT 1 FROM admission WHERE origin = site_origin.id)'),
  };
}

/** Sixteen hexadecimal digits, as the wire has them. */
function nameOf(epoch: string, boot: string): string {
  return createHash('sha256').update(`${epoch} ${boot}`).digest('hex').slice(0, 16);
}
