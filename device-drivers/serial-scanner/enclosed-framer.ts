import { ETX, type ScanFramerEvent, STX } from './frame.ts';
import type { ScanFramer } from './scan-framer.ts';

/**
 * Codes between STX and ETX: the one way in which a serial scanner can send a code that holds a CR or an LF. What stands outside is noise, a CR LF between two
 * codes apart. A second STX begins anew: the first code lost its end.
 */
export function createEnclosedFramer(maxFrameBytes: number): ScanFramer {
  const held = new Uint8Array(maxFrameBytes);
  let length = 0;
  let place: 'outside' | 'inside' | 'overlong' = 'outside';
  /** A run of noise is one event, however long, so that a babbling line is counted and not multiplied. */
  let isNoise = false;
  let noise = 0;

  const tellNoise = (events: ScanFramerEvent[]): void => {
    if (isNoise) events.push({ kind: 'garbage', reason: 'unterminated', length: noise });
    isNoise = false;
    noise = 0;
  };

  const begin = (events: ScanFramerEvent[]): void => {
    if (place === 'inside') events.push({ kind: 'garbage', reason: 'unterminated', length });
    tellNoise(events);
    place = 'inside';
    length = 0;
    events.push({ kind: 'first-byte' });
  };

  const outside = (byte: number, events: ScanFramerEvent[]): void => {
    if (byte === 0x0d || byte === 0x0a) {
      tellNoise(events);
      return;
    }
    isNoise = true;
    noise += 1;
    if (noise >= maxFrameBytes) tellNoise(events);
  };

  const take = (byte: number, events: ScanFramerEvent[]): void => {
    if (byte === STX) begin(events);
    else if (place === 'outside') outside(byte, events);
    else if (byte === ETX) {
      if (place === 'inside' && length > 0) events.push({ kind: 'frame', bytes: held.slice(0, length) });
      place = 'outside';
      length = 0;
    } else if (place === 'inside' && length < maxFrameBytes) held[length++] = byte;
    else if (place === 'inside') {
      events.push({ kind: 'overlong', head: held.slice() });
      place = 'overlong';
      length = 1;
    } else if (++length >= maxFrameBytes) {
      events.push({ kind: 'garbage', reason: 'endless', length });
      length = 0;
    }
  };

  const reset = (): void => {
    place = 'outside';
    length = 0;
    isNoise = false;
    noise = 0;
  };

  return {
    push: (chunk) => {
      const events: ScanFramerEvent[] = [];
      for (const byte of chunk) take(byte, events);
      return events;
    },
    idle: () => {
      const events: ScanFramerEvent[] = [];
      if (place === 'inside') events.push({ kind: 'garbage', reason: 'unterminated', length });
      tellNoise(events);
      reset();
      return events;
    },
    reset,
    get isInFrame() {
      return place !== 'outside' || isNoise;
    },
  };
}
