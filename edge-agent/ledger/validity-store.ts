import { setImmediate } from 'node:timers/promises';
import type { KeyFacts, ShowFacts, TicketFacts } from '#core/admission/facts.ts';
import { toHex } from '#core/base/bytes.ts';
import { assert, type Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { type Instant, instant } from '#core/base/time.ts';
import type { ValidityHead, ValidityManifest } from '#core/contract/box-office/validity.ts';
import type { ShowId, TicketId } from '#core/contract/identifiers.ts';
import { nextChain, type RowChange } from '#core/validity/changes.ts';
import { ticketFactsOf } from '#core/validity/row-facts.ts';
import { sha256Binary } from '../runtime/ticket-crypto.ts';
import type { Ledger } from './ledger.ts';
import { createDataInUse, type DataInUse, openData } from './validity-data.ts';
import type { ValidityFiles } from './validity-files.ts';
import type { ValidityRows } from './validity-rows.ts';
import { type SnapshotBuild, startSnapshotBuild } from './validity-snapshot.ts';
import { prepareValidityState, type StateRow } from './validity-state.ts';

/**
 * The validity data of this machine: what a decision looks up, and the two ways in which it changes. Whoever calls has checked the signatures; this store
 * checks that what it holds afterwards is what the box office holds, and never goes back to anything older.
 */
export interface ValidityStore {
  /** Undefined before the first snapshot, and after the data turned out to be damaged. */
  state(): ValidityState | undefined;
  /** The newest that this machine has ever held, whether or not it still has it. Undefined before the first snapshot. */
  floor(): ValidityFloor | undefined;
  ticket(id: TicketId): TicketFacts | undefined;
  /**
   * The ticket that a code of another system stands for.
   * @param hash the first 16 bytes of its keyed hash
   */
  codeTicket(hash: Uint8Array): TicketId | undefined;
  show(id: ShowId): ShowFacts | undefined;
  /** Shows that let people in at this moment, the first to start first. */
  openShows(now: Instant): readonly ShowFacts[];
  /** How many bodies the valid tickets of a show let in. */
  sold(id: ShowId): number;
  key(id: number): RingKey | undefined;
  /** The box office has signed, at this time of its clock, that the version held is the newest. An earlier time than the one known changes nothing. */
  confirm(at: Instant, secretsHash?: string): void;
  /**
   * Begins to build a snapshot beside the data in use. Nothing changes for decisions before it is finished, and nothing at all when it is abandoned. One at a
   * time; deltas may be applied meanwhile, and lead on from it.
   */
  build(manifest: ValidityManifest): SnapshotBuild;
  /**
   * Takes the data further by one version for each, with one commit: in slices between which scans go on, and for them at once. On a problem of any of them
   * nothing was changed. One call at a time.
   */
  applyDeltas(...deltas: readonly OpenedDelta[]): Promise<Result<void, DeltaProblem>>;
  /** Reads the file in use again and adds it up, a little at a time. False when it is damaged; it is not used any more then. */
  verify(): Promise<boolean>;
  /** Called when the data turn out to be damaged, with what to tell a person: they were put aside, and have to be fetched again. */
  onDamaged(listen: (fault: Fault) => void): void;
  /** Files of these data, for shards that wait to be built into a snapshot. */
  readonly files: ValidityFiles;
  /** Runs the look-ups once for nothing, so that they are quick when the rest of a code has arrived. */
  warm(): void;
  /** Gives the file back; nothing is known any more afterwards. */
  close(): void;
}

/** One step of the validity data, believed and taken apart. */
export interface OpenedDelta {
  readonly head: ValidityHead;
  readonly changes: readonly RowChange[];
  /** The changes as they came, which the chain is made of. */
  readonly bytes: Uint8Array;
}

export type DeltaProblem = 'set-hash-differs' | 'chain-differs';

export interface ValidityFloor {
  readonly epoch: string;
  readonly version: number;
  readonly confirmedAt: Instant;
}

export interface ValidityState extends ValidityFloor {
  readonly setHash: string;
  readonly chain: string;
  readonly secretsHash: string;
  readonly tickets: number;
  /** Rows that have changed since the snapshot was made. */
  readonly changed: number;
}

export interface RingKey extends KeyFacts {
  readonly publicKey: string;
}

/** A ticket that no box office issues: its look-up costs as much as any other. */
const NOBODY = '0000000000000000' as TicketId;

export function createValidityStore({ database, transaction }: Pick<Ledger, 'database' | 'transaction'>, files: ValidityFiles): ValidityStore {
  const ledger = prepareValidityState(database);
  const data = createDataInUse(files);
  let row = ledger.read();
  let isBuilding = false;
  let applying: Promise<unknown> | undefined;

  files.tidy(row?.file ?? undefined);
  if (row?.file != null) data.open(row.file, row, ledger.changesAfter(row.fileVersion));

  /** From the look at what is held to the new data in use nothing is awaited: no delta comes between. */
  const swap = async (name: string, { head }: ValidityManifest): Promise<void> => {
    while (applying !== undefined) await applying;
    const held = row;
    const confirmedAt = Math.max(held?.confirmedAt ?? 0, Date.parse(head.at));
    // Changes that came while it was built lead on from it.
    const isBehind = held !== undefined && data.rows() !== undefined && held.epoch === head.epoch && held.version > head.version;
    const next: StateRow = isBehind
      ? { ...held, file: name, fileVersion: head.version, confirmedAt }
      : { file: name, fileVersion: head.version, epoch: head.epoch, ...versionOf(head), confirmedAt };
    const opened = openData(files, name, next, isBehind ? ledger.changesAfter(head.version) : []);
    row = transaction(() => {
      ledger.dropChangesUpTo(isBehind ? head.version : Number.MAX_SAFE_INTEGER);
      return ledger.write(next);
    });
    const before = data.replace(opened);
    if (before !== undefined) await files.remove(before);
    await files.dropShards();
  };
  const applyDeltas = async (rows: ValidityRows, held: StateRow, deltas: readonly OpenedDelta[]): Promise<Result<void, DeltaProblem>> => {
    const stage = rows.stage();
    let { version, chain } = held;
    let looked = 0;
    for (const { head, changes, bytes } of deltas) {
      assert(head.epoch === held.epoch && head.version === version + 1, 'a delta is one step');
      if (nextChain(sha256Binary, chain, bytes) !== head.chain) return err('chain-differs');
      for (const change of changes) {
        if (looked > 0 && looked % LIMITS.validity.sliceChanges === 0) await setImmediate();
        stage.apply(change);
        looked += 1;
      }
      if (stage.setHash() !== head.setHash) return err('set-hash-differs');
      ({ version, chain } = head);
    }
    const newest = deltas.at(-1)?.head;
    if (newest === undefined) return ok();
    // A head may have been confirmed meanwhile.
    const before = row ?? held;
    const confirmedAt = deltas.reduce((latest, { head }) => Math.max(latest, Date.parse(head.at)), before.confirmedAt);
    row = transaction(() => {
      for (const { head, bytes } of deltas) ledger.addChange(head.version, bytes);
      return ledger.write({ ...before, ...versionOf(newest), confirmedAt });
    });
    stage.takeIn();
    return ok();
  };

  return {
    files,
    ...lookUps(data),
    state: () => {
      const rows = data.rows();
      if (row === undefined || rows === undefined) return undefined;
      const { epoch, version, setHash, chain, secretsHash, confirmedAt } = row;
      return { epoch, version, setHash, chain, secretsHash, confirmedAt: instant(confirmedAt), tickets: rows.tickets(), changed: rows.changed() };
    },
    floor: () => row && { epoch: row.epoch, version: row.version, confirmedAt: instant(row.confirmedAt) },
    confirm: (at, secretsHash) => {
      const held = row;
      assert(held !== undefined && data.rows() !== undefined, 'data that are not there cannot be confirmed');
      if (at > held.confirmedAt) row = transaction(() => ledger.write({ ...held, confirmedAt: at, secretsHash: secretsHash ?? held.secretsHash }));
    },
    build: (manifest) => {
      assert(!isBuilding, 'one snapshot is built at a time');
      isBuilding = true;
      const ended = (): void => {
        isBuilding = false;
      };
      return startSnapshotBuild(manifest, files, { inUse: row?.file ?? undefined, ended, swap: (name) => swap(name, manifest) });
    },
    applyDeltas: async (...deltas) => {
      const [rows, held] = [data.rows(), row];
      assert(rows !== undefined && held !== undefined, 'a delta needs data to be applied to');
      assert(applying === undefined, 'deltas are applied one call at a time');
      const mine = applyDeltas(rows, held, deltas);
      const settled = mine.then(
        () => undefined,
        () => undefined,
      );
      applying = settled;
      try {
        return await mine;
      } catch (cause) {
        data.putAside(cause);
        return err('set-hash-differs');
      } finally {
        applying = undefined;
      }
    },
    verify: data.verify,
    onDamaged: data.onDamaged,
    close: data.close,
  };
}

type LookUp = 'ticket' | 'codeTicket' | 'show' | 'openShows' | 'sold' | 'key' | 'warm';

function lookUps(data: DataInUse): Pick<ValidityStore, LookUp> {
  return {
    ticket: (id) => {
      const found = data.read((rows) => rows.ticket(id));
      return found && ticketFactsOf(id, found);
    },
    codeTicket: (hash) => data.read((rows) => rows.codeTicket(toHex(hash))),
    show: (id) => data.rows()?.show(id),
    openShows: (now) =>
      [...(data.rows()?.shows() ?? [])]
        .filter((show) => !show.cancelled && show.entryFrom <= now && now <= show.entryUntil)
        .sort((a, b) => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1)),
    sold: (id) => data.rows()?.sold(id) ?? 0,
    key: (id) => data.rows()?.key(id),
    warm: () => {
      data.read((rows) => rows.ticket(NOBODY));
    },
  };
}

function versionOf(head: ValidityManifest['head']): Pick<StateRow, 'version' | 'setHash' | 'chain' | 'secretsHash'> {
  return { version: head.version, setHash: head.setHash, chain: head.chain, secretsHash: head.secretsHash };
}
