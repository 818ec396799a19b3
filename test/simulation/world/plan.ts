import { createPrng, type Prng } from '../kernel/prng.ts';

/**
 * What a seed draws before anything happens: how many machines there are and which faults may befall them. A fifth of the seeds has none at all; every other
 * draws each fault by itself, so that some worlds are ill in one way and some in many (swarm testing: Groce and others, ISSTA 2012).
 */
export interface Plan {
  readonly seed: string;
  readonly gates: readonly GatePlan[];
  readonly faults: ReadonlySet<FaultName>;
  /** Of a commit or a device command. */
  readonly crashChance: number;
  readonly dropChance: number;
  readonly duplicateChance: number;
  readonly scans: number;
}

export interface GatePlan {
  readonly machine: string;
  readonly lanes: readonly LanePlan[];
  /** How much too fast the crystal is, as a fraction. */
  readonly drift: number;
  /** What the wall clock is off by at the beginning, in milliseconds. */
  readonly wallOff: number;
}

export interface LanePlan {
  readonly id: string;
  readonly direction: 'entry' | 'exit';
  readonly screens: readonly string[] | undefined;
  readonly classes: readonly ('standard' | 'child' | 'student' | 'senior')[] | undefined;
}

export const FAULTS = [
  'crash',
  'reboot',
  'disk-full',
  'disk-unknown',
  'old-disk',
  'drop',
  'duplicate',
  'delay',
  'one-way-cut',
  'partition',
  'office-away',
  'weeks-off',
  'drift',
  'clock-jump',
  'clock-1970',
  'double-read',
  'garbage',
  'burst',
  'no-passage',
  'late-passage',
  'double-body',
  'stuck',
  'board-silent',
  'device-lost',
  'replay',
  'forge',
  'bit-flip',
  'screenshot',
  'old-data',
] as const;
export type FaultName = (typeof FAULTS)[number];
/** Drawn by itself, so that a seed's world stays what it was before there was this one. */
const DRAWN_APART: ReadonlySet<FaultName> = new Set(['old-data']);

/** Half a percent: a quartz of a cheap board at its worst, and what the clock allows for (`LIMITS.clock.driftPartsPerMillion`). */
const DRIFT_MAX = 0.0005;
const HOUR = 3_600_000;

export function drawPlan(seed: string): Plan {
  const chance = createPrng(`${seed}/plan`);
  const isCalm = chance.chance(0.2);
  const share = chance.between(0.15, 0.6);
  const apart = chance.fork('apart');
  const faults = new Set<FaultName>(isCalm ? [] : FAULTS.filter((name) => (DRAWN_APART.has(name) ? apart : chance).chance(share)));
  const count = chance.pick([2, 2, 2, 2, 2, 3, 3, 3, 3, 4]);
  return {
    seed,
    faults,
    gates: Array.from({ length: count }, (_, index) => drawGate(chance, index, faults)),
    crashChance: faults.has('crash') ? chance.pick([0.002, 0.01, 0.03]) : 0,
    dropChance: faults.has('drop') ? chance.between(0.01, 0.3) : 0,
    duplicateChance: faults.has('duplicate') ? chance.between(0.01, 0.2) : 0,
    scans: 40 + chance.int(40),
  };
}

function drawGate(chance: Prng, index: number, faults: ReadonlySet<FaultName>): GatePlan {
  const machine = `gate-${index + 1}`;
  const lanes: LanePlan[] = [{ id: `${machine}-a`, direction: 'entry', screens: index === 0 ? ['1', '2'] : undefined, classes: undefined }];
  // Of the second gate the other lane is the way out; elsewhere a second way in, now and then for some classes only.
  if (index === 1) lanes.push({ id: `${machine}-b`, direction: 'exit', screens: undefined, classes: undefined });
  else if (chance.chance(0.5)) {
    lanes.push({ id: `${machine}-b`, direction: 'entry', screens: undefined, classes: chance.chance(0.3) ? ['standard', 'senior'] : undefined });
  }
  return {
    machine,
    lanes,
    drift: faults.has('drift') ? chance.between(-DRIFT_MAX, DRIFT_MAX) : 0,
    wallOff: faults.has('clock-jump') ? chance.between(-3 * HOUR, 3 * HOUR) : chance.between(-200, 200),
  };
}

export function describePlan({ seed, gates, faults, crashChance, dropChance, scans }: Plan): string {
  const machines = gates.map(({ machine, lanes, drift }) => `${machine}(${lanes.length} lanes, ${Math.round(drift * 1e6)} ppm)`).join(' ');
  const ills = faults.size === 0 ? 'none' : [...faults].join(' ');
  return `seed ${seed}: ${machines}; about ${scans} scans; faults: ${ills}; crash ${crashChance}, drop ${dropChance.toFixed(2)}`;
}
