import { readFileSync } from 'node:fs';
import type { ValidityHead } from '#core/contract/box-office/validity.ts';
import type { SnapshotRows } from '#test/support/validity-snapshot.ts';

/** What a gate program is given: a file of this, named by its only argument. */
export interface GateSetup {
  /** Opens like a serial port; codes arrive there, each ended by CR. */
  readonly scanner: string;
  /** Opens like a serial port; releases go out there. */
  readonly gate: string;
  readonly baudRate: number;
  /** A folder for this program alone. */
  readonly data: string;
  readonly publicKey: string;
  readonly snapshot: BenchSnapshot;
}

/** As JSON can carry it. */
export interface BenchSnapshot extends SnapshotRows {
  readonly head: Omit<ValidityHead, 'setHash'>;
}

export function readSetup(): GateSetup {
  return JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
}

/** What a gate program says on its standard output, one byte each. */
export const SAYS = { ready: 'r', free: 'f' } as const;
