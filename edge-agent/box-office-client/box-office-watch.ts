import { toHex } from '#core/base/bytes.ts';
import { LIMITS } from '#core/base/limits.ts';
import { between, type Duration, type Instant, instant, type Monotonic, milliseconds } from '#core/base/time.ts';
import type { Clock, Random, Timer, Timers } from '#core/ports/clock.ts';
import type { BoxOfficeClient } from './box-office-client.ts';
import type { OpenTime } from './signed-time.ts';

/** Asks the box office for its time again and again: whether it is there, and how far this machine's clock is from its. */
export interface BoxOfficeWatch {
  start(): void;
  stop(): void;
  /** Asks now. */
  ask(): Promise<void>;
  reachable(): boolean;
  since(): Instant;
  /** This machine's clock minus the box office's, and by how much that may be wrong; undefined before the first answer. */
  clock(): { readonly offset: Duration; readonly error: Duration } | undefined;
}

export interface BoxOfficeWatchOptions {
  readonly boxOffice: Pick<BoxOfficeClient, 'readTime'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Pick<Random, 'bytes'>;
  readonly openTime: OpenTime;
  /** The box office read its clock between these two moments of ours (see core/clock). */
  readonly onTime?: (at: Instant, asked: Monotonic, answered: Monotonic) => void;
  /** After the answer to "is it there" has changed. */
  readonly onChanged: (reachable: boolean) => void;
}

const NONCE_BYTES = 16;

export function createBoxOfficeWatch({ boxOffice, clock, timers, random, openTime, onTime, onChanged }: BoxOfficeWatchOptions): BoxOfficeWatch {
  let reachable = false;
  let since = clock.wall();
  let measured: { readonly offset: Duration; readonly error: Duration } | undefined;
  let timer: Timer | undefined;
  let isStopped = false;

  const ask = async (): Promise<void> => {
    const asked = clock.monotonic();
    const nonce = toHex(random.bytes(NONCE_BYTES));
    const answer = await boxOffice.readTime({ query: { nonce } });
    if (isStopped) return;
    const answered = clock.monotonic();
    const at = answer.ok ? openTime(answer.value, nonce) : undefined;
    if (at !== undefined) {
      onTime?.(at, asked, answered);
      // Its clock was read somewhere between question and answer; half the way there and back is the most it can be wrong (Cristian's method).
      const half = between(asked, answered) / 2;
      measured = { offset: between(instant(at + half), clock.wall()), error: milliseconds(Math.ceil(half)) };
    }
    if (answer.ok === reachable) return;
    reachable = answer.ok;
    since = clock.wall();
    onChanged(reachable);
  };
  const askAgain = (): void => {
    timer = timers.after(LIMITS.boxOffice.askEvery, () => {
      void ask().then(() => {
        if (!isStopped) askAgain();
      });
    });
  };

  return {
    start: askAgain,
    stop: () => {
      isStopped = true;
      timer?.cancel();
    },
    ask,
    reachable: () => reachable,
    since: () => since,
    clock: () => measured,
  };
}
