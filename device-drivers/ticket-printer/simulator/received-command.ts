/**
 * What a simulated printer has read out of its buffer, in the words that all families share. Each family has a parser of its own, written from the manual's
 * point of view (what may arrive), not from our encoder's (what we send), so that the two can disagree.
 */
export type ReceivedCommand =
  /** One byte from 20h on that is no command; two of them may be one character. */
  | { readonly kind: 'character'; readonly byte: number }
  | { readonly kind: 'line-feed' }
  | { readonly kind: 'initialise' }
  | { readonly kind: 'print-mode'; readonly n: number }
  | { readonly kind: 'size'; readonly n: number }
  | { readonly kind: 'bold'; readonly on: boolean }
  | { readonly kind: 'align'; readonly n: number }
  | { readonly kind: 'line-spacing'; readonly dots: number | undefined }
  | { readonly kind: 'smoothing'; readonly on: boolean }
  | { readonly kind: 'ideograms'; readonly on: boolean }
  | { readonly kind: 'code-page'; readonly number: number }
  | { readonly kind: 'ideogram-spacing'; readonly left: number; readonly right: number }
  | { readonly kind: 'feed-dots'; readonly dots: number }
  | { readonly kind: 'feed-lines'; readonly lines: number }
  | { readonly kind: 'automatic-status'; readonly classes: number }
  | { readonly kind: 'paper-status'; readonly n: number }
  | { readonly kind: 'identity'; readonly n: number }
  | { readonly kind: 'cut'; readonly full: boolean; readonly feedDots: number }
  | { readonly kind: 'raster'; readonly bytesPerRow: number; readonly rows: Uint8Array; readonly scaleX: 1 | 2; readonly scaleY: 1 | 2 }
  /** Out of the presenter's output by steps, or back into its box. */
  | { readonly kind: 'presenter'; readonly what: 'present' | 'retract' }
  /** `GS ( H`, `GS ( k` and their like: a function and its parameters. */
  | { readonly kind: 'block'; readonly group: string; readonly data: Uint8Array }
  /** Adds one to the counter of fences once all before it is on paper. */
  | { readonly kind: 'count-fence' }
  | { readonly kind: 'reset-fences' }
  /** Says that all before it is on paper, with this name (`ESC GS ETX`, s = 0 or 1), or sets its counter back (2), begins (3) or ends (4) a document. */
  | { readonly kind: 'print-end'; readonly fn: number; readonly n1: number; readonly n2: number }
  /** To the next black mark. */
  | { readonly kind: 'feed-to-mark' }
  /** A picture within the line, 24 dots high. */
  | { readonly kind: 'line-picture'; readonly bytesPerRow: number; readonly rows: Uint8Array }
  /** Understood as a command and without effect here, or not understood and skipped. */
  | { readonly kind: 'ignored'; readonly bytes: number };

/** A command and the bytes that it took. */
export interface Complete {
  readonly command: ReceivedCommand;
  readonly length: number;
}

export type Parsed = Complete | 'incomplete';
