/**
 * How much room a machine's ledger has left, and what has to stop for it. Selling stops first, so that checking tickets can go on; the step back needs more
 * room than the step there, so that a disk at the edge does not open and close the kiosk with every sale.
 */
export type StorePressure = 'ample' | 'low' | 'full';

/** disk-…: of the data folder's file system; a failing one is made read-only by the kernel · ledger-…: of what the ledger may take of it · events-waiting: the box office has not taken them for weeks. */
export const PRESSURE_REASONS = [
  'disk-filling',
  'disk-low',
  'disk-full',
  'disk-read-only',
  'ledger-filling',
  'ledger-low',
  'ledger-full',
  'events-waiting',
  'ballast-spent',
] as const;
export type PressureReason = (typeof PRESSURE_REASONS)[number];

export interface StoreFacts {
  /** What the file system still gives to us. */
  readonly freeBytes: number;
  /** The database with its log. */
  readonly ledgerBytes: number;
  /** The longest lane's unacknowledged events, as a share of what it may hold. */
  readonly waitingShare: number;
  readonly isBallastKept: boolean;
  /** The file system takes no write at all: nothing was refused yet, and everything will be. */
  readonly isReadOnly: boolean;
  /** A write was refused since the last look. */
  readonly wasRefused: boolean;
}

export interface StoreBounds {
  readonly ballastBytes: number;
  /** Selling stops below this much room. */
  readonly lowBytes: number;
  readonly ledgerMaxBytes: number;
}

export interface StoreCondition {
  readonly pressure: StorePressure;
  readonly reasons: readonly PressureReason[];
  /** The ballast is to be given up, so that checking goes on; or there is room to make it again. */
  readonly ballast: 'keep' | 'release' | 'make';
}

/** From this share of what there is, a person is told. */
const ALARM_SHARE = 0.8;
const LOW_SHARE = 0.9;
/** Below this part of `lowBytes` the next commits may fail. */
const FULL_PART = 1 / 8;

export function judgeStore(facts: StoreFacts, bounds: StoreBounds, before: StorePressure): StoreCondition {
  const { isBallastKept } = facts;
  // What the ballast has given back is for checking alone, and is to become ballast again.
  const owed = isBallastKept ? 0 : bounds.ballastBytes;
  const disk = facts.freeBytes - owed;
  const ledger = bounds.ledgerMaxBytes - facts.ledgerBytes;
  const room = Math.min(disk, ledger);
  const full = bounds.lowBytes * FULL_PART;
  const isBack = room >= 2 * bounds.lowBytes && facts.waitingShare < ALARM_SHARE;
  const isFull = facts.isReadOnly || facts.wasRefused || room < (before === 'full' ? 2 * full : full);
  const isLow = room < bounds.lowBytes || facts.waitingShare >= LOW_SHARE || (before !== 'ample' && !isBack);
  const pressure: StorePressure = isFull ? 'full' : isLow ? 'low' : 'ample';
  return {
    pressure,
    reasons: reasonsOf(facts, { disk, ledger }, bounds, pressure),
    ballast: facts.isReadOnly ? 'keep' : ballastOf(pressure, isBallastKept, room, bounds),
  };
}

function ballastOf(pressure: StorePressure, isKept: boolean, room: number, { lowBytes }: StoreBounds): StoreCondition['ballast'] {
  if (isKept) return pressure === 'full' ? 'release' : 'keep';
  return room >= 2 * lowBytes ? 'make' : 'keep';
}

function reasonsOf(
  { ledgerBytes, waitingShare, isBallastKept, isReadOnly, wasRefused }: StoreFacts,
  { disk, ledger }: { readonly disk: number; readonly ledger: number },
  { lowBytes }: StoreBounds,
  pressure: StorePressure,
): readonly PressureReason[] {
  const grade = (room: number): 'full' | 'low' | 'filling' | undefined => {
    if (room < lowBytes * FULL_PART) return 'full';
    if (room < lowBytes) return 'low';
    return room < 2 * lowBytes || ledgerBytes >= ALARM_SHARE * (ledgerBytes + room) ? 'filling' : undefined;
  };
  const [ofDisk, ofLedger] = [grade(disk), grade(ledger)];
  return [
    ...(isReadOnly ? (['disk-read-only'] as const) : []),
    ...(ofDisk === undefined ? [] : [`disk-${ofDisk}` as const]),
    ...(ofLedger === undefined ? [] : [`ledger-${ofLedger}` as const]),
    ...(wasRefused && !isReadOnly && pressure === 'full' && ofDisk !== 'full' && ofLedger !== 'full' ? (['disk-full'] as const) : []),
    ...(waitingShare >= ALARM_SHARE ? (['events-waiting'] as const) : []),
    ...(isBallastKept || pressure === 'ample' ? [] : (['ballast-spent'] as const)),
  ];
}
