import { StoreUnknownError } from '#agent/store/transactor.ts';

/**
 * One run of a simulated machine's program, from a start to its end. Whatever the program has asked the world for belongs to its life: after the end its timers
 * do not fire, its callbacks are not called, and its hands reach nothing any more.
 */
export interface Life {
  readonly machine: string;
  /** Counts the starts of this machine. */
  readonly number: number;
  isOver: boolean;
}

/** The power went, or the process was killed, at this very point. It unwinds the machine's program and nothing else. */
export class Crash extends Error {
  override readonly name = 'Crash';
  readonly life: Life;
  constructor(life: Life, where: string) {
    super(`${life.machine} ended ${where}`);
    this.life = life;
  }
}

/** What a program says when its life ends: it was cut off, or has lost its store and must stop. */
export function isEndOfLife(cause: unknown): boolean {
  return cause instanceof Crash || cause instanceof StoreUnknownError;
}
