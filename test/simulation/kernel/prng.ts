import type { Random } from '#core/ports/clock.ts';

/**
 * The only chance of a simulated world: sfc32 (Chris Doty-Humphrey, PractRand), 128 bits of state of which 32 are a counter, so that no seed has a short
 * period. It is small, quick and the same on every machine; nothing here is secret.
 */
export interface Prng extends Random {
  /** A whole number in [0, below). */
  int(below: number): number;
  /** A number in [from, to). */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** An independent stream of its own name, so that one actor's draws never move another's. */
  fork(name: string): Prng;
}

/** @param seed every different text is a different world */
export function createPrng(seed: string): Prng {
  const step = sfc32(...stateOf(seed));
  const uniform = (): number => step() / 2 ** 32;
  const int = (below: number): number => Math.floor(uniform() * below);
  return {
    uniform,
    int,
    between: (from, to) => from + uniform() * (to - from),
    chance: (probability) => uniform() < probability,
    pick: (items) => {
      const item = items[int(items.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
    bytes: (count) => {
      const bytes = new Uint8Array(count);
      for (let at = 0; at < count; at += 4) {
        const word = step();
        for (let i = at; i < Math.min(count, at + 4); i++) bytes[i] = (word >>> ((i - at) * 8)) & 0xff;
      }
      return bytes;
    },
    fork: (name) => createPrng(`${seed}/${name}`),
  };
}

function sfc32(a: number, b: number, c: number, counter: number): () => number {
  return () => {
    const out = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + out;
    c |= 0;
    return out >>> 0;
  };
}

/** Four words of state by FNV-1a over the text with four different beginnings; twelve rounds mix them, as sfc32's author asks for. */
function stateOf(seed: string): [number, number, number, number] {
  const word = (basis: number): number => {
    let hash = basis;
    for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x0100_0193);
    return hash >>> 0;
  };
  const state: [number, number, number, number] = [word(0x811c_9dc5), word(0x9e37_79b9), word(0x85eb_ca6b), 1];
  const step = sfc32(...state);
  for (let round = 0; round < 12; round++) step();
  return [step(), step(), step(), step()];
}
