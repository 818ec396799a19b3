import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { instant } from '#core/base/time.ts';
import type { Signed, ValidityHead } from '#core/contract/box-office/validity.ts';
import type { BoxOfficeClient } from '../box-office-client/box-office-client.ts';
import type { OpenedDelta, ValidityStore } from '../ledger/validity-store.ts';
import type { Log } from '../runtime/log.ts';
import type { ValidityDoor } from './signed-validity.ts';
import { createSnapshotFetch, divergedFault, rollbackFault, type SnapshotFetchOptions } from './snapshot-fetch.ts';

/**
 * How validity data come from where they are to where the box office is: by the delta at hand, by the deltas that are missing, or by a snapshot. Whoever calls
 * waits for the last call; only a snapshot that is fetched for tidiness alone goes on beside.
 */
export interface CatchUp {
  takeDelta(delta: OpenedDelta): Promise<void>;
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
      for (const signed of answer.value.deltas) {
        const isApplied = await takeFetched(signed);
        if (!isApplied) return;
      }
      if (answer.value.complete) return;
      if (store.state()?.version === held.version) return failed(gapFault(held.version));
    }
  };

  /** False when something else (a fault, a snapshot) has taken over. */
  const takeFetched = async (signed: Signed): Promise<boolean> => {
    const delta = door.delta(signed);
    if (!delta.ok) {
      failed(delta.error);
      return false;
    }
    const held = store.state();
    if (held === undefined || delta.value.head.epoch !== held.epoch || delta.value.head.version > held.version + 1) {
      await fetchSnapshot(gapFault(held?.version ?? 0));
      return false;
    }
    return delta.value.head.version <= held.version || apply(delta.value);
  };

  const apply = async (delta: OpenedDelta): Promise<boolean> => {
    const applied = await store.applyDelta(delta);
    if (applied.ok) {
      succeeded();
      return true;
    }
    const isReplaced = await fetchSnapshot(divergedFault('a delta', delta.head));
    if (isReplaced && (store.state()?.version ?? 0) < delta.head.version) askForHead();
    return false;
  };

  const takeDelta = async (delta: OpenedDelta): Promise<void> => {
    const held = store.state();
    if (held === undefined || held.epoch !== delta.head.epoch) {
      if (held !== undefined) failed(epochFault(delta.head));
      askForHead();
    } else if (delta.head.version === held.version + 1) {
      await apply(delta);
    } else if (delta.head.version > held.version) {
      await fetchDeltas(delta.head.version);
    }
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
    takeDelta,
    takeHead,
    idle: async () => {
      await tidying;
    },
  };
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
