import { createPrng, type Prng } from '../kernel/prng.ts';
import { isFullLobbySeed } from './lobby-seed.ts';

/**
 * What a seed of a lobby draws before anything happens: how many kiosks there are, how long seats are kept, and which faults may befall whom. A fifth of the
 * seeds has none; every other draws each fault by itself (swarm testing, as the gates' plan says).
 */
export interface LobbyPlan {
  readonly seed: string;
  readonly kiosks: readonly KioskPlan[];
  readonly faults: ReadonlySet<LobbyFault>;
  /** Of a commit, a call, a device command. */
  readonly crashChance: number;
  readonly dropChance: number;
  readonly duplicateChance: number;
  /** How long the box office keeps seats for a guest who has not paid, in seconds. */
  readonly holdSeconds: number;
  readonly guests: number;
  /** Some guests pay by a code on their phone. */
  readonly hasPhoneCodes: boolean;
  /** Guests may be members, and staff look after what is left to a person. */
  readonly isFull: boolean;
}

export interface KioskPlan {
  readonly machine: string;
  /** How much too fast the crystal is, as a fraction. */
  readonly drift: number;
  /** What the wall clock is off by at the beginning, in milliseconds. */
  readonly wallOff: number;
  readonly printers: number;
  readonly hasTerminal: boolean;
}

export const LOBBY_FAULTS = [
  // Machines and their disks.
  'crash',
  'reboot',
  'office-crash',
  'disk-full',
  'disk-unknown',
  'office-disk-full',
  'office-disk-unknown',
  'old-disk',
  'drift',
  'clock-jump',
  // Cables and the broker.
  'drop',
  'duplicate',
  'delay',
  'one-way-cut',
  'partition',
  'broker-crash',
  'broker-loses',
  'broker-refuses',
  // The provider of payments.
  'provider-away',
  'provider-slow',
  'provider-lost',
  'late-success',
  'payment-fails',
  'refund-refused',
  // Paper.
  'printer-jam',
  'printer-silent',
  'paper-out',
  'printer-gone',
  // Guests.
  'walk-away',
  'cancel-paying',
  'pay-late',
  'press-twice',
  'collect-elsewhere',
  'pay-code-lost',
] as const;

/** Drawn apart, so that all other draws are what they were before there was this one. */
export const ROOM_FAULTS = ['disk-fills'] as const;

/** Drawn apart as well. */
export const PRINT_FAULTS = ['disk-of-a-print'] as const;

/** Of a full house alone. */
export const FULL_LOBBY_FAULTS = [
  'terminal-declines',
  'terminal-lost',
  'terminal-late',
  'terminal-takes-back',
  'wrong-pin',
  'reprint-asked',
  'refund-asked',
] as const;
export type LobbyFault =
  | (typeof LOBBY_FAULTS)[number]
  | (typeof FULL_LOBBY_FAULTS)[number]
  | (typeof ROOM_FAULTS)[number]
  | (typeof PRINT_FAULTS)[number];

const DRIFT_MAX = 0.0005;
const HOUR = 3_600_000;

export function drawLobbyPlan(seed: string): LobbyPlan {
  const chance = createPrng(`${seed}/lobby-plan`);
  const isCalm = chance.chance(0.2);
  const share = chance.between(0.15, 0.6);
  const faults = new Set<LobbyFault>(isCalm ? [] : LOBBY_FAULTS.filter(() => chance.chance(share)));
  const count = chance.pick([1, 1, 2, 2, 2, 3]);
  const isFull = isFullLobbySeed(seed);
  // Drawn apart: a plain lobby is what it was before there were full ones.
  const more = createPrng(`${seed}/full-house`);
  if (isFull && !isCalm) for (const fault of FULL_LOBBY_FAULTS) if (more.chance(0.6)) faults.add(fault);
  if (!isCalm && createPrng(`${seed}/room`).chance(0.3)) for (const fault of ROOM_FAULTS) faults.add(fault);
  if (!isCalm && createPrng(`${seed}/print`).chance(0.15)) for (const fault of PRINT_FAULTS) faults.add(fault);
  return {
    seed,
    faults,
    kiosks: Array.from({ length: count }, (_, index) => ({
      machine: `kiosk-${index + 1}`,
      drift: faults.has('drift') ? chance.between(-DRIFT_MAX, DRIFT_MAX) : 0,
      wallOff: faults.has('clock-jump') ? chance.between(-3 * HOUR, 3 * HOUR) : chance.between(-200, 200),
      ...(isFull ? drawDevices(more) : { printers: 1, hasTerminal: false }),
    })),
    crashChance: faults.has('crash') || faults.has('office-crash') ? chance.pick([0.002, 0.006, 0.02]) : 0,
    dropChance: faults.has('drop') ? chance.between(0.01, 0.3) : 0,
    duplicateChance: faults.has('duplicate') ? chance.between(0.01, 0.2) : 0,
    holdSeconds: chance.pick([150, 180, 180, 240]),
    guests: 3 + count + chance.int(4),
    hasPhoneCodes: chance.chance(0.6),
    isFull,
  };
}

function drawDevices(more: Prng): Pick<KioskPlan, 'printers' | 'hasTerminal'> {
  return { printers: more.pick([1, 2]), hasTerminal: more.chance(0.7) };
}

export function describeLobbyPlan({ seed, kiosks, faults, crashChance, dropChance, holdSeconds, guests }: LobbyPlan): string {
  const ills = faults.size === 0 ? 'none' : [...faults].join(' ');
  return `seed ${seed}: ${kiosks.length} kiosks, ${guests} guests, seats kept ${holdSeconds} s; faults: ${ills}; crash ${crashChance}, drop ${dropChance.toFixed(2)}`;
}
