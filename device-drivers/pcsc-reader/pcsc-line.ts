import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Result } from '#core/base/result.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import { encodeMessage } from './codec.ts';

/** One command at a time to the card that lies there, each with a number, so that the answer of a card that is gone is nobody's. */
export interface PcscLine {
  /** Undefined: no answer, or the card is gone. */
  exchange(command: Uint8Array): Promise<Uint8Array | undefined>;
  answered(number: number, answer: Uint8Array | undefined): void;
  /** The card that was asked is gone, or the session is over. */
  giveUp(): void;
}

export interface PcscLineOptions {
  readonly timers: Timers;
  readonly write: (bytes: Uint8Array) => Promise<Result<void, Fault>>;
  /** Nothing came: what the service is doing cannot be called back. */
  readonly onSilent: () => void;
  readonly counted: { framesOut: number; bytesOut: number; timeouts: number };
}

export function createPcscLine({ timers, write, onSilent, counted }: PcscLineOptions): PcscLine {
  let waiting: { readonly number: number; readonly done: (answer: Uint8Array | undefined) => void; readonly deadline: Timer } | undefined;
  let count = 0;

  const settle = (answer: Uint8Array | undefined): void => {
    const asked = waiting;
    waiting = undefined;
    asked?.deadline.cancel();
    asked?.done(answer);
  };

  return {
    exchange: (command) =>
      new Promise((done) => {
        if (waiting !== undefined) return done(undefined);
        count = (count + 1) & 0xff;
        const number = count;
        const deadline = timers.after(LIMITS.cards.pcsc.answerWithin, () => {
          counted.timeouts += 1;
          onSilent();
        });
        waiting = { number, done, deadline };
        const frame = encodeMessage({ kind: 'exchange', number, bytes: command });
        counted.framesOut += 1;
        counted.bytesOut += frame.length;
        void write(frame).then((written) => {
          if (!written.ok && waiting?.number === number) settle(undefined);
        });
      }),
    answered: (number, answer) => {
      if (waiting?.number === number) settle(answer);
    },
    giveUp: () => settle(undefined),
  };
}
