import { assert, InvariantError } from '#core/base/fault.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { SiteOrigin, VectorEntry } from '#core/contract/wire/site.ts';
import { originKey } from '#core/site/merge.ts';
import type { Ledger } from './ledger.ts';

/**
 * The ledgers of the site as sources of admissions, and how far each is known. Our own source is named by our epoch. When that was renewed, because this disk
 * was restored from an older copy, what had been written under the old name may stand under numbers that the others have seen for other rows: so it moves to
 * a name that nobody has heard of, and everybody fetches it whole. What others know under the old name may differ from one to the other, however far each says
 * that it goes: the ledgers before and after the loss have both been told under it. So we fetch it whole from every one of them, and tell what was news to us
 * under the new name as well.
 */
export interface SiteOrigins {
  /** The number of our present origin. */
  ours(): number;
  named(id: number): SiteOrigin;
  /** What of our own is older than our present ledger. */
  before(): SiteOrigin;
  /** Whether it is a ledger that this machine has had, under a name that it uses no more. */
  isFormer(origin: SiteOrigin): boolean;
  find(origin: SiteOrigin): number | undefined;
  /** Makes it when it is new; within a transaction. */
  idOf(origin: SiteOrigin): number;
  /** Within a transaction. */
  setThrough(origin: SiteOrigin, through: number): void;
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
  readonly is_ours: 0 | 1;
}

interface Known extends SiteOrigin {
  readonly id: number;
  readonly through: number;
}

export function createSiteOrigins(ledger: Pick<Ledger, 'database' | 'transaction' | 'next' | 'epoch'>, machine: MachineId): SiteOrigins {
  const { database } = ledger;
  const all = database.prepare<[], OriginRow>('SELECT id, machine, epoch, through, is_ours FROM site_origin ORDER BY id');
  const add = database.prepare<[string, string, 0 | 1]>('INSERT INTO site_origin (machine, epoch, through, is_ours) VALUES (?, ?, 0, ?)');
  const advance = database.prepare<[number, number]>('UPDATE site_origin SET through = max(through, ?) WHERE id = ?');
  const retire = database.prepare<[string, string, number]>(
    `UPDATE site_origin SET is_ours = 0, machine = ?, epoch = ?,
       through = max(through, coalesce((SELECT max(n) FROM admission WHERE origin = site_origin.id), 0)) WHERE id = ?`,
  );
  const removeEmpty = database.prepare<[string]>(
    'DELETE FROM site_origin WHERE is_ours = 0 AND epoch <> ? AND NOT EXISTS (SELECT 1 FROM admission WHERE origin = site_origin.id)',
  );
  const byId = new Map<number, Known>();
  const byKey = new Map<string, Known>();
  let ours: OriginRow | undefined;

  const keep = (known: Known): void => {
    byId.set(known.id, known);
    byKey.set(originKey(known), known);
  };
  const reload = (): void => {
    byId.clear();
    byKey.clear();
    ours = undefined;
    for (const row of all.all()) {
      if (row.is_ours === 1) ours = row;
      keep({ id: row.id, machine: row.machine as MachineId, epoch: row.epoch, through: row.through });
    }
  };
  /** In the transaction that is open, or in one of its own. */
  const begin = (): void => {
    if (ours !== undefined) retire.run(machine, nameOfWhatWasBefore(ledger.epoch), ours.id);
    add.run(machine, ledger.epoch, 1);
    reload();
  };
  const present = (): OriginRow => {
    if (ours?.epoch !== ledger.epoch || ours.machine !== machine) {
      if (database.inTransaction) begin();
      else ledger.transaction(begin);
    }
    assert(ours !== undefined, 'a ledger is an origin of its own');
    return ours;
  };
  const before = (): SiteOrigin => ({ machine, epoch: nameOfWhatWasBefore(ledger.epoch) });
  reload();
  present();

  const idOf = (origin: SiteOrigin): number => {
    const known = byKey.get(originKey(origin));
    if (known !== undefined) return known.id;
    const id = Number(add.run(origin.machine, origin.epoch, 0).lastInsertRowid);
    keep({ id, machine: origin.machine, epoch: origin.epoch, through: 0 });
    return id;
  };

  return {
    ours: () => present().id,
    named: (id) => {
      const known = byId.get(id);
      if (known === undefined) throw new InvariantError(`no origin has the number ${id}`);
      return known;
    },
    before,
    isFormer: (origin) => origin.machine === machine && origin.epoch !== ledger.epoch && origin.epoch !== before().epoch,
    find: (origin) => byKey.get(originKey(origin))?.id,
    idOf,
    setThrough: (origin, through) => {
      const id = idOf(origin);
      advance.run(through, id);
      const known = byId.get(id);
      if (known !== undefined) keep({ ...known, through: Math.max(known.through, through) });
    },
    vector: () => {
      const { id } = present();
      return [...byId.values()].map(({ id: each, machine: of, epoch, through }) => ({
        machine: of,
        epoch,
        // Every number that we have given out is committed.
        through: each === id ? ledger.next('p0') - 1 : through,
      }));
    },
    reload,
    prune: () => {
      // Its numbers go on, so it stays.
      if (removeEmpty.run(before().epoch).changes > 0) reload();
    },
  };
}

/** A name that is new whenever the epoch is, and the same whenever it is asked for again. */
function nameOfWhatWasBefore(epoch: string): string {
  return [...epoch].map((digit) => (15 - Number.parseInt(digit, 16)).toString(16)).join('');
}
