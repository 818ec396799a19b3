import type { Prng } from './prng.ts';
import type { Timeline } from './timeline.ts';

/** The cables between the machines: messages take their time, get lost, come twice or in another order, and some ways are cut in one direction only. */
export interface Network {
  /** A message of its own (a datagram, or one that a broker in between may lose, repeat or delay). */
  post(from: string, to: string, what: string, arrive: () => void): void;
  /** Part of a stream: in order and whole while the way is open; what is on its way when it is cut is gone. Loss is time, because it is sent again; `lost` says that it never will be. */
  stream(from: string, to: string, what: string, arrive: () => void, lost?: () => void): void;
  isOpen(from: string, to: string): boolean;
  cut(from: string, to: string): void;
  mend(from: string, to: string): void;
  /** No faults from now on: everything is mended and quick. */
  heal(): void;
  /** A machine is down or slow: whoever asks it will wait. */
  trouble(machine: string): void;
  /** True time at which something last went wrong between the two, in either direction or with one of them; the present while a way is cut. */
  lastTrouble(a: string, b: string): number;
}

export interface NetworkWeather {
  readonly dropChance: number;
  readonly duplicateChance: number;
  readonly slowChance: number;
}

/** A switch in a lobby. */
const QUICK_MS = [0.3, 4] as const;
const SLOW_MS = [50, 5_000] as const;
/** Longer on the way than this, and a claim of 80 ms may have failed for it. */
const NOTICEABLE_MS = 25;

export function createNetwork(
  timeline: Timeline,
  chance: Prng,
  weather: NetworkWeather,
  reached: (fault: 'drop' | 'duplicate' | 'delay') => void,
): Network {
  const cuts = new Set<string>();
  const troubles = new Map<string, number>();
  const streamEnds = new Map<string, number>();
  /** The name of each way; it is asked for several times an event. */
  const ways = new Map<string, Map<string, string>>();
  let isFine = false;

  const isCut = (from: string, to: string): boolean => cuts.size > 0 && cuts.has(way(from, to));
  const way = (from: string, to: string): string => {
    const known = ways.get(from)?.get(to);
    if (known !== undefined) return known;
    const name = `${from}>${to}`;
    ways.set(from, (ways.get(from) ?? new Map<string, string>()).set(to, name));
    return name;
  };
  const trouble = (from: string, to: string): void => {
    troubles.set(way(from, to), timeline.now());
  };
  const delay = (from: string, to: string): number => {
    if (isFine || !chance.chance(weather.slowChance)) return chance.between(...QUICK_MS);
    reached('delay');
    const slow = chance.between(...SLOW_MS);
    if (slow > NOTICEABLE_MS) trouble(from, to);
    return slow;
  };
  const arriveAt = (from: string, to: string, what: string, at: number, arrive: () => void): void => {
    timeline.at(at, what, () => {
      if (!isCut(from, to)) arrive();
    });
  };

  return {
    post: (from, to, what, arrive) => {
      if (isCut(from, to)) return;
      if (!isFine && chance.chance(weather.dropChance)) {
        reached('drop');
        trouble(from, to);
        return;
      }
      arriveAt(from, to, what, timeline.now() + delay(from, to), arrive);
      if (isFine || !chance.chance(weather.duplicateChance)) return;
      reached('duplicate');
      arriveAt(from, to, `${what} again`, timeline.now() + delay(from, to), arrive);
    },
    stream: (from, to, what, arrive, lost) => {
      if (isCut(from, to)) return lost?.();
      let takes = delay(from, to);
      if (!isFine && chance.chance(weather.dropChance / 4)) {
        // Sent again after the retransmission timeout of the Linux kernel, 200 ms and more.
        reached('drop');
        trouble(from, to);
        takes += chance.between(200, 1_500);
      }
      const at = Math.max(timeline.now() + takes, streamEnds.get(way(from, to)) ?? 0);
      streamEnds.set(way(from, to), at);
      timeline.at(at, what, () => (isCut(from, to) ? lost?.() : arrive()));
    },
    isOpen: (from, to) => !isCut(from, to),
    cut: (from, to) => {
      trouble(from, to);
      cuts.add(way(from, to));
    },
    mend: (from, to) => {
      if (cuts.delete(way(from, to))) trouble(from, to);
    },
    heal: () => {
      for (const name of cuts) troubles.set(name, timeline.now());
      cuts.clear();
      isFine = true;
    },
    trouble: (machine) => {
      troubles.set(machine, timeline.now());
    },
    lastTrouble: (a, b) => {
      const one = (from: string, to: string): number => (isCut(from, to) ? timeline.now() : (troubles.get(way(from, to)) ?? 0));
      return Math.max(one(a, b), one(b, a), troubles.get(a) ?? 0, troubles.get(b) ?? 0);
    },
  };
}
