import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { instant } from '#core/base/time.ts';
import type { Signed, ValidityDelta, ValidityHead } from '#core/contract/box-office/validity.ts';
import type { BoxOfficeClient } from '../box-office-client/box-office-client.ts';
import type { ValidityStore } from '../ledger/validity-store.ts';
import type { Log } from '../runtime/log.ts';
import type { ValidityDoor } from './signed-validity.ts';

/**
 * How validity data come from where they are to where the box office is: by the delta at hand, by the deltas that are missing, or by a snapshot. Only one of
 * these runs at a time; whoever calls waits for the last.
 */
export interface CatchUp {
  takeDelta(delta: ValidityDelta): Promise<void>;
  takeHead(head: ValidityHead): Promise<void>;
}

export type ValiditySource = Pick<BoxOfficeClient, 'readValidityHead' | 'readValiditySnapshot' | 'readValidityDeltas'>;

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
}

export function createCatchUp({ door, store, source, log, failed, succeeded, askForHead }: CatchUpOptions): CatchUp {
  /** Replaces everything by what the box office holds now. */
  const fetchSnapshot = async (why: Fault | undefined): Promise<void> => {
    if (why !== undefined) failed(why);
    const answer = await source.readValiditySnapshot();
    if (!answer.ok) return failed(answer.error.fault);
    const snapshot = door.snapshot(answer.value);
    if (!snapshot.ok) return failed(snapshot.error);
    if (isOlder(snapshot.value.head, store)) return failed(rollback(snapshot.value.head, store));
    if (snapshot.value.tickets.length > LIMITS.validity.ticketsMax) return failed(tooMany(snapshot.value.tickets.length));
    const installed = await store.installSnapshot(snapshot.value);
    if (!installed.ok) return failed(diverged('a snapshot', snapshot.value.head));
    log.info({ version: snapshot.value.head.version, tickets: snapshot.value.tickets.length }, 'validity data replaced by a snapshot');
    succeeded();
  };

  /** Fills the gap up to the box office's newest version. */
  const fetchDeltas = async (): Promise<void> => {
    for (;;) {
      const held = store.state();
      if (held === undefined) return fetchSnapshot(undefined);
      const answer = await source.readValidityDeltas({ query: { epoch: held.epoch, after: held.version } });
      if (!answer.ok) return failed(answer.error.fault);
      if (answer.value.tooOld) return fetchSnapshot(undefined);
      for (const signed of answer.value.deltas) {
        const isApplied = await takeFetched(signed);
        if (!isApplied) return;
      }
      if (answer.value.complete) return;
      if (store.state()?.version === held.version) return failed(gap(held.version));
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
      await fetchSnapshot(gap(held?.version ?? 0));
      return false;
    }
    return delta.value.head.version <= held.version || apply(delta.value);
  };

  const apply = async (delta: ValidityDelta): Promise<boolean> => {
    const applied = await store.applyDelta(delta);
    if (applied.ok) {
      succeeded();
      return true;
    }
    await fetchSnapshot(diverged('a delta', delta.head));
    return false;
  };

  const takeDelta = async (delta: ValidityDelta): Promise<void> => {
    const held = store.state();
    if (held === undefined || held.epoch !== delta.head.epoch) {
      askForHead();
    } else if (delta.head.version === held.version + 1) {
      await apply(delta);
    } else if (delta.head.version > held.version) {
      await fetchDeltas();
    }
  };

  const takeHead = async (head: ValidityHead): Promise<void> => {
    const held = store.state();
    if (held === undefined) return fetchSnapshot(undefined);
    if (head.epoch !== held.epoch) return Date.parse(head.at) > held.confirmedAt ? fetchSnapshot(undefined) : undefined;
    // A retained head may well be older than the deltas that came by; only a newer one that goes back is a rollback.
    if (head.version < held.version) return Date.parse(head.at) > held.confirmedAt ? failed(rollback(head, store)) : undefined;
    if (head.version > held.version) await fetchDeltas();
    const caughtUp = store.state();
    if (caughtUp?.epoch !== head.epoch || caughtUp.version !== head.version) return;
    if (caughtUp.setHash !== head.setHash) return fetchSnapshot(diverged('the head', head));
    store.confirm(instant(Date.parse(head.at)));
    succeeded();
  };

  return { takeDelta, takeHead };
}

/** Within an epoch the version tells; a new epoch has to be newer by the box office's own clock. */
function isOlder(head: ValidityHead, store: ValidityStore): boolean {
  const held = store.state();
  if (held === undefined) return false;
  return head.epoch === held.epoch ? head.version < held.version : Date.parse(head.at) <= held.confirmedAt;
}

function rollback(head: ValidityHead, store: ValidityStore): Fault {
  return {
    code: 'E-VAL-ROLLBACK',
    owner: 'peer',
    message: `The box office offered validity data of version ${head.version}, older than the ${store.state()?.version} that are held. They were not used.`,
    remedy: 'When the box office was restored from a copy, let it begin a new epoch.',
  };
}

function diverged(what: string, head: ValidityHead): Fault {
  return {
    code: 'E-VAL-DIVERGED',
    owner: 'peer',
    message: `At version ${head.version} the validity data held here do not add up to what ${what} of the box office says; they are fetched anew.`,
  };
}

function gap(version: number): Fault {
  return { code: 'E-VAL-GAP', owner: 'peer', message: `The box office could not give the changes after version ${version} without a gap.` };
}

function tooMany(count: number): Fault {
  return { code: 'E-VAL-SIZE', owner: 'peer', message: `A snapshot of ${count} tickets is more than a gate keeps. It was not used.` };
}
