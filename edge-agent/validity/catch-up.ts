import { setImmediate } from 'node:timers/promises';
import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { instant } from '#core/base/time.ts';
import type { Signed, ValidityHead } from '#core/contract/box-office/validity.ts';
import type { BoxOfficeClient } from '../box-office-client/box-office-client.ts';
import type { OpenedDelta, ValidityState, ValidityStore } from '../ledger/validity-store.ts';
import type { Log } from '../runtime/log.ts';
import type { ValidityDoor } from './signed-validity.ts';
import { createSnapshotFetch, divergedFault, rollbackFault, type SnapshotFetchOptions } from './snapshot-fetch.ts';

/**
 * How validity data come from where they are to where the box office is: by the delta at hand, by the deltas that are missing, or by a snapshot. Whoever calls
 * waits for the last call; only a snapshot that is fetched for tidiness alone goes on beside.
 */
export interface CatchUp {
  /** Those that came by, in the order in which they came. */
  takeDeltas(deltas: readonly OpenedDelta[]): Promise<void>;
  takeHead(head: ValidityHead): Promise<void>;
  /** Resolves when nothing is fetched in the background any more. */
  idle(): Promise<void>;
}

export type ValiditySource = Pick<BoxOfficeClient, 'readValidityHead' | 'readValidityDeltas'> & SnapshotFetchOptions['source'];

export interface CatchUpOptions {
  readonly door: ValidityDoor;
  readonly store: ValidityStore;
  readonly source: ValiditySource;
  readonly log: Log;
  readonly failed: (fault: Fault) => void;
  /** The data held are, or were a moment ago, the newest. */
  readonly succeeded: () => void;
  /** A delta that cannot be judged without the box office's head. */
  readonly askForHead: () => void;
  readonly isStopped: () => boolean;
}

export function createCatchUp({ door, store, source, log, failed, succeeded, askForHead, isStopped }: CatchUpOptions): CatchUp {
  const fetch = createSnapshotFetch({ door, store, source, isStopped });
  let tidying: Promise<boolean> | undefined;
  /** Replaces everything by what the box office holds now. False when the data in use stay. */
  const fetchSnapshot = async (why: Fault | undefined): Promise<boolean> => {
    if (why !== undefined) failed(why);
    await tidying;
    return replaceAll();
  };
  /** What has changed since the last snapshot is kept in memory: from time to time all of it becomes a file again, while deltas go on. */
  const tidy = (): void => {
    tidying ??= replaceAll().finally(() => {
      tidying = undefined;
    });
  };
  const replaceAll = async (): Promise<boolean> => {
    const fetched = await fetch();
    if (!fetched.ok) {
      failed(fetched.error);
      return false;
    }
    log.info({ version: fetched.value.version, tickets: store.state()?.tickets }, 'validity data replaced by a snapshot');
    succeeded();
    return true;
  };

  /** Fills the gap up to a version that the box office has signed, or beyond. */
  const fetchDeltas = async (to: number): Promise<void> => {
    while (!isStopped()) {
      const held = store.state();
      if (held === undefined || held.version >= to) return;
      const answer = await source.readValidityDeltas({ query: { epoch: held.epoch, after: held.version } });
      if (!answer.ok) return failed(answer.error.fault);
      if (answer.value.tooOld) {
        const isReplaced = await fetchSnapshot(undefined);
        if (!isReplaced || store.state()?.version === held.version) return;
        continue;
      }
      if (!(await takeFetched(answer.value.deltas))) return;
      if (answer.value.complete) return;
      if (store.state()?.version === held.version) return failed(gapFault(held.version));
    }
  };

  /** False when something else (a fault, a snapshot) has taken over. What is good before something that is not was taken. */
  const takeFetched = async (range: readonly Signed[]): Promise<boolean> => {
    const { opened, fault } = await openRange(door, range);
    if (!(await apply(opened))) return false;
    if (fault !== undefined) {
      failed(fault);
      return false;
    }
    const held = store.state();
    if (held !== undefined && opened.every(({ head }) => head.epoch === held.epoch && head.version <= held.version)) return true;
    await fetchSnapshot(gapFault(held?.version ?? 0));
    return false;
  };

  /** As many of them as lead on from what is held, by one commit: a change of thousands of tickets comes in a hundred deltas, and a sync each would take longer than the rest. */
  const apply = async (deltas: readonly OpenedDelta[]): Promise<boolean> => {
    const next = leadingOn(deltas, store.state());
    const last = next.at(-1)?.head;
    if (last === undefined) return true;
    const applied = await store.applyDeltas(...next);
    if (applied.ok) {
      succeeded();
      return true;
    }
    if (next.length > 1) {
      // One by one shows which of them it is.
      for (const each of next) if (!(await apply([each]))) return false;
      return true;
    }
    const isReplaced = await fetchSnapshot(divergedFault('a delta', last));
    if (isReplaced && (store.state()?.version ?? 0) < last.version) askForHead();
    return false;
  };

  const takeDeltas = async (deltas: readonly OpenedDelta[]): Promise<void> => {
    if (!(await apply(deltas))) return;
    const held = store.state();
    const stranger = deltas.find(({ head }) => head.epoch !== held?.epoch);
    if (stranger !== undefined) {
      if (held !== undefined) failed(epochFault(stranger.head));
      askForHead();
    }
    const newest = deltas.reduce((most, { head }) => (head.epoch === held?.epoch ? Math.max(most, head.version) : most), 0);
    if (held !== undefined && newest > held.version) await fetchDeltas(newest);
  };

  /** Whether data of the head's epoch are held, after they were fetched if need be. */
  const reachEpoch = async (head: ValidityHead): Promise<boolean> => {
    const held = store.state();
    if (held === undefined) return fetchSnapshot(undefined);
    if (held.epoch === head.epoch) return true;
    if (Date.parse(head.at) > held.confirmedAt) return fetchSnapshot(undefined);
    failed(epochFault(head));
    return false;
  };

  const takeHead = async (head: ValidityHead): Promise<void> => {
    if (!(await reachEpoch(head))) return;
    const held = store.state();
    if (held === undefined) return;
    // A retained head may well be older than the deltas that came by; only a newer one that goes back is a rollback.
    if (head.version < held.version) return Date.parse(head.at) > held.confirmedAt ? failed(rollbackFault(head, held)) : undefined;
    if (head.version > held.version) await fetchDeltas(head.version);
    const caughtUp = store.state();
    if (caughtUp?.epoch !== head.epoch || caughtUp.version !== head.version) return;
    if (caughtUp.setHash !== head.setHash || caughtUp.chain !== head.chain) {
      await fetchSnapshot(divergedFault('the head', head));
      return;
    }
    store.confirm(instant(Date.parse(head.at)), head.secretsHash);
    succeeded();
    if (caughtUp.changed > LIMITS.validity.changedRowsMax) tidy();
  };

  return {
    takeDeltas,
    takeHead,
    idle: async () => {
      await tidying;
    },
  };
}

/** The deltas up to the first that cannot be believed, in slices between which scans go on. */
async function openRange(door: ValidityDoor, range: readonly Signed[]): Promise<{ readonly opened: readonly OpenedDelta[]; readonly fault?: Fault }> {
  const opened: OpenedDelta[] = [];
  let looked = 0;
  for (const signed of range) {
    const delta = door.delta(signed);
    if (!delta.ok) return { opened, fault: delta.error };
    opened.push(delta.value);
    looked += delta.value.changes.length;
    if (looked < LIMITS.validity.sliceChanges) continue;
    looked = 0;
    await setImmediate();
  }
  return { opened };
}

/** As many of them as make one history with what is held. */
function leadingOn(deltas: readonly OpenedDelta[], held: Pick<ValidityState, 'epoch' | 'version'> | undefined): readonly OpenedDelta[] {
  const next: OpenedDelta[] = [];
  if (held === undefined) return next;
  for (const delta of deltas) {
    if (delta.head.epoch === held.epoch && delta.head.version === held.version + next.length + 1) next.push(delta);
  }
  return next;
}

function gapFault(version: number): Fault {
  return { code: 'E-VAL-GAP', owner: 'peer', message: `The box office could not give the changes after version ${version} without a gap.` };
}

function epochFault(head: ValidityHead): Fault {
  return {
    code: 'E-VAL-EPOCH',
    owner: 'peer',
    message: `Validity data of epoch ${head.epoch} came, which is not the one that is held. They were not used; the box office is asked.`,
  };
}
