import type { Frame, Reading } from './frame.ts';
import type { FrameReader } from './read-frame.ts';
import type { WasmReader } from './wasm-reader.ts';

/**
 * A frame is shown to the first reader, which is there at once, and what it misses to the second, which is fetched at the first miss. Nothing waits for that:
 * until it is there, and where it cannot be had, a miss is a miss.
 */
export interface TwoReaders {
  read(frame: Frame, turn: number): Promise<Reading>;
}

export interface TwoReadersOptions {
  readonly first: FrameReader;
  readonly openSecond: () => Promise<WasmReader>;
  /** The second reader could not be had. */
  readonly onTrouble: (cause: unknown) => void;
}

/** Some ten seconds of a camera; a network that was away may be back by then. */
export const MISSES_UNTIL_ASKED_AGAIN = 100;

export function createTwoReaders({ first, openSecond, onTrouble }: TwoReadersOptions): TwoReaders {
  let second: WasmReader | undefined;
  let isOnItsWay = false;
  let missesToWait = 0;
  const fetchSecond = async (): Promise<void> => {
    isOnItsWay = true;
    try {
      second = await openSecond();
    } catch (cause) {
      missesToWait = MISSES_UNTIL_ASKED_AGAIN;
      onTrouble(cause);
    }
    isOnItsWay = false;
  };
  return {
    read: async (frame, turn) => {
      const reading = first.read(frame, turn);
      if (reading.kind === 'text') return reading;
      if (second !== undefined) {
        const text = await second(frame);
        return text === undefined ? reading : { kind: 'text', text };
      }
      if (missesToWait > 0) missesToWait--;
      else if (!isOnItsWay) void fetchSecond();
      return reading;
    },
  };
}
