import type { PassageOutcome } from '../contract/admission.ts';
import type { SiteOrigin, SiteRow, VectorEntry } from '../contract/wire/site.ts';

/**
 * The site's admissions as one set that every member keeps. Rows are only added, and a row only moves forward: two copies of it are merged by taking the later
 * one, in an order that depends on nothing but the copies. So merging is commutative, associative and idempotent, and whatever way rows travel, all members
 * end with the same set (a join semilattice; Shapiro and others, INRIA RR-7687, 2011).
 */

/** Nothing but an end that may take an admission back is told apart from one that may not; the rest of the order only has to be the same everywhere. */
const OUTCOME_RANK: Readonly<Record<PassageOutcome, number>> = {
  'release-failed': 1,
  'not-passed': 2,
  unconfirmed: 3,
  held: 4,
  forced: 5,
  passed: 6,
};

/**
 * Which copy of one row counts. Its own gate counts `rev` up with every change, so more changes are later. Two copies with the same count can only differ when
 * a disk was restored in between: then the one that lets fewer people in again.
 */
export function laterRow(one: SiteRow, other: SiteRow): SiteRow {
  return compareRows(one, other) >= 0 ? one : other;
}

export function compareRows(one: SiteRow, other: SiteRow): number {
  return (
    one.rev - other.rev ||
    rankOf(one.outcome) - rankOf(other.outcome) ||
    compareText(one.machine, other.machine) ||
    compareText(one.epoch, other.epoch) ||
    one.n - other.n ||
    compareText(contentOf(one), contentOf(other))
  );
}

function rankOf(outcome: PassageOutcome | null): number {
  return outcome === null ? 0 : OUTCOME_RANK[outcome];
}

function compareText(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

/** Two honest copies never come this far; forged ones shall not make members disagree. */
function contentOf(row: SiteRow): string {
  const { showId, lane, direction, at, admits, reentry, clockErrorMs, dataVersion, dataAgeSeconds, confirmation, step, override } = row;
  return JSON.stringify([showId, lane, direction, at, admits, reentry, clockErrorMs, dataVersion, dataAgeSeconds, confirmation, step, override]);
}

/** An admission counts from the moment it is written until its gate says that nobody went through. */
export function isLive(outcome: PassageOutcome | null): boolean {
  switch (outcome) {
    case 'not-passed':
    case 'release-failed':
      return false;
    case null:
    case 'passed':
    case 'forced':
    case 'held':
    case 'unconfirmed':
      return true;
  }
}

/** How far each origin is known. */
export type Vector = ReadonlyMap<string, VectorEntry>;

export function originKey({ machine, epoch }: SiteOrigin): string {
  return `${machine}/${epoch}`;
}

export function vectorOf(entries: readonly VectorEntry[]): Vector {
  return new Map(entries.map((entry) => [originKey(entry), entry]));
}

/** What `mine` knows and `theirs` does not, from where on. */
export function lackingIn(theirs: Vector, mine: readonly VectorEntry[]): readonly (VectorEntry & { readonly after: number })[] {
  return mine.flatMap((entry) => {
    const after = theirs.get(originKey(entry))?.through ?? 0;
    const { machine, epoch, through } = entry;
    return after < through ? [{ machine, epoch, through, after }] : [];
  });
}
