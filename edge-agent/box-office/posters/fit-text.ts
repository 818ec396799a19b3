/**
 * Sets words in a box of given size, as large as they fit. Widths are estimated, since nobody measures fonts here: a Chinese character is one em wide, and
 * Latin letters are reckoned a little wider than the common sans-serifs are.
 */
export interface Box {
  readonly width: number;
  readonly height: number;
  /** In user units, the size of the letters. */
  readonly largest: number;
  /** From one base line to the next, in ems. */
  readonly leading: number;
  /** Between letters, in ems. */
  readonly tracking?: number;
  readonly linesMax?: number;
}

export interface FittedText {
  readonly lines: readonly string[];
  readonly size: number;
}

const WIDE = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/u;
const NARROW = /[iljtfI.,:;'’!|()[\] ]/u;
const BROAD = /[mwMW@%&]/u;

/** Width in ems. */
export function estimatedWidth(text: string, tracking = 0): number {
  let width = 0;
  for (const character of text) {
    width += tracking;
    if (WIDE.test(character)) width += 1;
    else if (NARROW.test(character)) width += 0.36;
    else if (BROAD.test(character)) width += 0.95;
    else if (/[A-Z0-9]/.test(character)) width += 0.72;
    else width += 0.61;
  }
  return Math.max(0, width - tracking);
}

/** What may not be torn: a Latin word, a Chinese word with the particle or the punctuation that follows it. */
function pieces(text: string): string[] {
  const found: string[] = [];
  for (const { segment } of new Intl.Segmenter('zh', { granularity: 'word' }).segment(text)) {
    const last = found.at(-1);
    const clings =
      /^[的了着过吗呢吧\p{Po}\p{Pe}\p{Pf}\s]/u.test(segment) || (last !== undefined && /[\p{L}\p{N}'’.-]$/u.test(last) && !WIDE.test(last + segment));
    const opens = last !== undefined && /[\p{Ps}\p{Pi}]$/u.test(last);
    if (last !== undefined && (clings || opens)) found[found.length - 1] = last + segment;
    else found.push(segment);
  }
  return found;
}

/** For every number of lines from 1 to `most`: the lines that divide the pieces most evenly. */
function divisions(parts: readonly string[], most: number, tracking: number): (count: number) => string[] {
  const ends = [0];
  for (const part of parts) ends.push((ends.at(-1) ?? 0) + estimatedWidth(part, tracking) + tracking);
  const widthOf = (from: number, to: number): number => (ends[to] ?? 0) - (ends[from] ?? 0);
  // best[n][k]: the smallest possible sum of squared widths when the first n pieces make k lines; `from` is where the last of them begins.
  const best: { cost: number; from: number }[][] = [[{ cost: 0, from: 0 }]];
  for (let n = 1; n <= parts.length; n++) {
    const row: { cost: number; from: number }[] = [];
    for (let k = 1; k <= Math.min(most, n); k++) {
      for (let from = k - 1; from < n; from++) {
        const before = best[from]?.[k - 1];
        if (before === undefined) continue;
        const cost = before.cost + widthOf(from, n) ** 2;
        if (cost < (row[k]?.cost ?? Number.POSITIVE_INFINITY)) row[k] = { cost, from };
      }
    }
    best.push(row);
  }
  return (count) => {
    const lines: string[] = [];
    let end = parts.length;
    for (let k = count; k > 0; k--) {
      const from = best[end]?.[k]?.from ?? 0;
      lines.unshift(parts.slice(from, end).join('').trim());
      end = from;
    }
    return lines;
  };
}

/** As large as lines that somebody else has broken fit into the box. */
export function fitLines(lines: readonly string[], box: Box): FittedText {
  const widest = Math.max(...lines.map((one) => estimatedWidth(one, box.tracking)));
  return { lines, size: Math.min(box.largest, box.width / widest, box.height / (1 + (lines.length - 1) * box.leading)) };
}

/** The fewest lines win among equal sizes. Nothing is ever cut off: words in a box that is too small for them become small. */
export function fitText(text: string, box: Box): FittedText {
  const parts = pieces(text.trim());
  const most = Math.min(box.linesMax ?? 12, parts.length);
  const linesFor = divisions(parts, most, box.tracking ?? 0);
  let best: FittedText = { lines: [], size: 0 };
  for (let count = 1; count <= most; count++) {
    const fitted = fitLines(linesFor(count), box);
    if (fitted.size > best.size * 1.02) best = fitted;
  }
  return best;
}
