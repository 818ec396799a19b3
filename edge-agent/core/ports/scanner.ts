import type { Monotonic } from '../base/time.ts';

/** One read of a bar code, already framed, bounded and freed of the device's prefix and suffix. Its bytes are hostile input. */
export interface ScannedCode {
  readonly bytes: Uint8Array;
  /** AIM symbology identifier without the leading bracket (`Q1`), when the scanner is set to send it. */
  readonly symbology?: string;
  readonly at: Monotonic;
}

export interface Scanner {
  /** Replaces the listener; reads while there is none are counted and dropped. */
  onCode(listen: (code: ScannedCode) => void): void;
  /** Called at the first byte of a frame whose end is still to come, so that the reader of facts can be warm when it is there. */
  onFirstByte(listen: () => void): void;
}
