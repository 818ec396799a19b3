/**
 * What is to be on one piece of paper, before any printer's language: laid-out lines of text, bar codes, rules and the cut. The layout pass makes it, the
 * printer's codec, the picture and the spoken form all start from it. Widths are in columns of the printer's Font A (12 dots); a CJK character takes two.
 */
export interface PaperDocument {
  /** 48 on 80 mm paper, 32 on 58 mm. */
  readonly columns: number;
  readonly blocks: readonly PaperBlock[];
  readonly cut: 'partial' | 'full';
}

export type PaperBlock =
  | PaperText
  | { readonly kind: 'qr'; readonly data: string /** Dots a module. */; readonly moduleDots: number; readonly errorCorrection: 'L' | 'M' | 'Q' | 'H' }
  /** Code 128 of a number, two dots a module: for tills and wands that read no symbols of two dimensions. */
  | { readonly kind: 'barcode'; readonly data: string }
  /** A line across the paper: solid between parts, dashed where it is to be torn. */
  | { readonly kind: 'rule'; readonly style: 'solid' | 'dashed' }
  | { readonly kind: 'feed'; readonly lines: number };

/** One printed line. The sum of its runs' widths (scaled) never exceeds the paper's columns: the layout pass has wrapped and cut before. */
export interface PaperText {
  readonly kind: 'text';
  readonly align: 'left' | 'centre';
  readonly runs: readonly PaperRun[];
}

export interface PaperRun {
  readonly text: string;
  readonly width: 1 | 2;
  readonly height: 1 | 2;
  readonly bold: boolean;
}
