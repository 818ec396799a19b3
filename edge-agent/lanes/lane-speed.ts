import { between, type Monotonic } from '#core/base/time.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { GateController } from '#core/ports/gate-controller.ts';
import type { ClaimedCheck } from './claimed-check.ts';

/** How quick a lane was with its last guests, in milliseconds: what `/metrics` and the technician's page show, and nothing decides by. */
export interface LaneSpeed {
  /** Of how many scans it tells, at most {@link SCANS_KEPT}. */
  readonly scans: number;
  /** From a whole code to its verdict, the answers of other gates included; undefined before the first. */
  readonly decision: Quantiles | undefined;
  /** From a whole code to the first byte of the release, the durable commit included; undefined before the first admission. */
  readonly release: Quantiles | undefined;
}

export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

/** An hour of a busy lane; its p99 is the sixth slowest of them. */
const SCANS_KEPT = 512;

/** The lane's check and its barrier, with a watch beside them. */
export function measureLane(check: ClaimedCheck, gate: GateController, clock: Pick<Clock, 'monotonic'>) {
  const decisions = createWindow();
  const releases = createWindow();
  let last: { readonly scanId: string; readonly at: Monotonic } | undefined;
  const sinceTaken = (scanId: string, window: Pick<typeof decisions, 'add'>): void => {
    if (last?.scanId === scanId) window.add(between(last.at, clock.monotonic()));
  };
  const measuredCheck: ClaimedCheck = {
    ...check,
    decide: (scan, then) => {
      last = { scanId: scan.scanId, at: clock.monotonic() };
      check.decide(scan, (decision, at) => {
        sinceTaken(scan.scanId, decisions);
        then(decision, at);
      });
    },
  };
  const measuredGate: GateController = {
    ...gate,
    release: (command) => {
      const answered = gate.release(command);
      sinceTaken(command.reason.id, releases);
      return answered;
    },
  };
  const speed = (): LaneSpeed => ({ scans: decisions.size(), decision: decisions.quantiles(), release: releases.quantiles() });
  return { check: measuredCheck, gate: measuredGate, speed };
}

function createWindow() {
  const kept: number[] = [];
  let oldest = 0;
  return {
    add: (ms: number): void => {
      if (kept.length < SCANS_KEPT) kept.push(ms);
      else {
        kept[oldest] = ms;
        oldest = (oldest + 1) % SCANS_KEPT;
      }
    },
    size: (): number => kept.length,
    quantiles: (): Quantiles | undefined => {
      const sorted = [...kept].sort((a, b) => a - b);
      const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
      return sorted.length === 0 ? undefined : { p50: at(0.5), p99: at(0.99) };
    },
  };
}
