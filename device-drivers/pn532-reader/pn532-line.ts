import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Result } from '#core/base/result.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import { createPn532Decoder, encodeFrame } from './codec.ts';
import { ACK } from './frame.ts';

/**
 * - `answered`: the chip's answer to this command.
 * - `refused`: the chip does not know the command.
 * - `silent`: no acknowledgement or no answer in time; what the chip was doing has been ended.
 * - `closed`: the line is gone.
 */
export type Pn532Asked =
  | { readonly kind: 'answered'; readonly data: Uint8Array }
  | { readonly kind: 'refused' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'closed' };

/** The host's end of a PN532's serial line: one command at a time, acknowledged and then answered. */
export interface Pn532Line {
  /** The next one is asked when the one before was answered. */
  ask(command: number, data: Uint8Array, before?: Uint8Array): Promise<Pn532Asked>;
  bytes(chunk: Uint8Array): void;
  close(): void;
}

export interface Pn532LineOptions {
  readonly timers: Timers;
  readonly write: (bytes: Uint8Array) => Promise<Result<void, Fault>>;
  readonly counted: { framesIn: number; framesOut: number; bytesOut: number; garbage: number; timeouts: number };
}

interface Waiting {
  readonly command: number;
  isAcknowledged: boolean;
  deadline: Timer;
  readonly done: (outcome: Pn532Asked) => void;
}

export function createPn532Line({ timers, write, counted }: Pn532LineOptions): Pn532Line {
  const decoder = createPn532Decoder({ bodyBytesMax: LIMITS.cards.pn532.bodyBytesMax });
  let waiting: Waiting | undefined;
  let isClosed = false;

  const end = (outcome: Pn532Asked): void => {
    const ended = waiting;
    waiting = undefined;
    ended?.deadline.cancel();
    ended?.done(outcome);
  };

  const missed = (): void => {
    counted.timeouts += 1;
    send(ACK);
    end({ kind: 'silent' });
  };

  const send = (bytes: Uint8Array): void => {
    counted.bytesOut += bytes.length;
    void write(bytes).then((written) => {
      if (!written.ok) end({ kind: 'closed' });
    });
  };

  return {
    ask: (command, data, before) =>
      new Promise((done) => {
        if (isClosed || waiting !== undefined) return done({ kind: 'closed' });
        decoder.reset();
        waiting = { command, isAcknowledged: false, deadline: timers.after(LIMITS.cards.pn532.acknowledgeWithin, missed), done };
        counted.framesOut += 1;
        const frame = encodeFrame(command, data);
        send(before === undefined ? frame : Uint8Array.from([...before, ...frame]));
      }),
    bytes: (chunk) => {
      for (const event of decoder.push(chunk)) {
        switch (event.kind) {
          case 'ack':
            if (waiting === undefined || waiting.isAcknowledged) break;
            waiting.isAcknowledged = true;
            waiting.deadline.cancel();
            waiting.deadline = timers.after(LIMITS.cards.pn532.answerWithin, missed);
            break;
          case 'answer':
            // The answer to a command that was given up, or to none.
            if (waiting === undefined || event.code !== waiting.command + 1) {
              counted.garbage += 1;
              break;
            }
            counted.framesIn += 1;
            end({ kind: 'answered', data: event.data });
            break;
          case 'refused':
            end({ kind: 'refused' });
            break;
          case 'nack':
          case 'garbage':
            counted.garbage += 1;
            break;
        }
      }
    },
    close: () => {
      isClosed = true;
      end({ kind: 'closed' });
    },
  };
}
