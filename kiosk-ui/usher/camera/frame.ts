/** The middle of one picture of the camera: a square of brightness, a byte each, 0 for black. Its memory travels between page and worker and is used again. */
export interface Frame {
  readonly side: number;
  readonly luminance: Uint8ClampedArray<ArrayBuffer>;
}

/** What a frame without a readable code was good for: the page tells the usher what to do about it. */
export type Sight =
  /** Nothing that looks like a code. */
  | 'nothing'
  /** Corners of a code, but not its text: too far, blurred, or a hand in front. */
  | 'part-of-a-code'
  /** Too little light to tell. */
  | 'dark';

export type Reading = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'none'; readonly sight: Sight };

export interface ReadRequest {
  /** Counts frames from 0; it chooses how hard this one is looked at. */
  readonly turn: number;
  readonly frame: Frame;
}

export interface ReadAnswer {
  readonly turn: number;
  readonly frame: Frame;
  readonly reading: Reading;
}

/** Pixels of the square that is read. A ticket of 45 modules that fills half of it has 6 pixels a module; more would only cost time. */
export const FRAME_SIDE = 600;
