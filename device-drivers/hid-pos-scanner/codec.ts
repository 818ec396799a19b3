import { concatBytes } from '#core/base/bytes.ts';
import { AT, type CodePart, PART_BYTES, REPORT_BYTES, SCANNED_DATA_REPORT } from './frame.ts';

const BRACKET = 0x5d;

/** One input report. Total: whatever the bytes, one of the three. */
export function parsePart(report: Uint8Array): CodePart {
  if (report[0] !== SCANNED_DATA_REPORT) return { kind: 'other' };
  const shift = aimShift(report);
  const length = report[AT.length] ?? 0;
  const begin = AT.data + (shift ?? 0);
  if (shift === undefined || report.length < REPORT_BYTES || length > PART_BYTES || begin + length > AT.more) return { kind: 'malformed' };
  const symbology = String.fromCharCode(...report.subarray(begin - 2, begin));
  return { kind: 'part', symbology, data: report.slice(begin, begin + length), isLast: report[AT.more] === 0 };
}

function aimShift(report: Uint8Array): 0 | 1 | undefined {
  if (report[AT.aim] === BRACKET) return 0;
  return report[AT.aim + 1] === BRACKET ? 1 : undefined;
}

/** A code as the reports of a scanner, the last one first in nothing: in order. Used by the simulator. */
export function encodeParts(code: Uint8Array, symbology: string, shift: 0 | 1): Uint8Array[] {
  const room = PART_BYTES;
  const count = Math.max(1, Math.ceil(code.length / room));
  return Array.from({ length: count }, (_, index) => {
    const data = code.subarray(index * room, (index + 1) * room);
    const report = new Uint8Array(REPORT_BYTES);
    report[0] = SCANNED_DATA_REPORT;
    report[AT.length] = data.length;
    report.set([BRACKET, symbology.charCodeAt(0), symbology.charCodeAt(1)], AT.aim + shift);
    report.set(data, AT.data + shift);
    report[AT.more] = index === count - 1 ? 0 : 1;
    return report;
  });
}

export type AssemblerEvent =
  /** The first part of a code whose last is still to come. */
  | { readonly kind: 'begun' }
  | { readonly kind: 'code'; readonly data: Uint8Array; readonly symbology: string }
  /** Longer than any code may be; told when it passes the limit, the rest is dropped. */
  | { readonly kind: 'overlong'; readonly head: Uint8Array }
  | { readonly kind: 'garbage'; readonly reason: 'malformed' | 'part-missing' };

/** Puts parts together to codes. No timer inside: silence is an input. Memory is one code. */
export interface CodeAssembler {
  push(report: Uint8Array): AssemblerEvent[];
  /** The next part did not come in time. */
  idle(): AssemblerEvent[];
  readonly isInCode: boolean;
}

interface Held {
  readonly symbology: string;
  readonly data: Uint8Array;
  /** It has passed the limit and was told. */
  readonly isOverlong: boolean;
}

export function createCodeAssembler(codeBytesMax: number): CodeAssembler {
  let held: Held | undefined;

  const drop = (reason: 'malformed' | 'part-missing'): AssemblerEvent[] => {
    held = undefined;
    return [{ kind: 'garbage', reason }];
  };

  const grow = (before: Held, part: Uint8Array): { readonly next: Held; readonly events: AssemblerEvent[] } => {
    if (before.isOverlong) return { next: before, events: [] };
    const data = concatBytes(before.data, part);
    if (data.length <= codeBytesMax) return { next: { ...before, data }, events: [] };
    return { next: { ...before, data: new Uint8Array(), isOverlong: true }, events: [{ kind: 'overlong', head: data.slice(0, codeBytesMax) }] };
  };

  return {
    push: (report) => {
      const part = parsePart(report);
      if (part.kind === 'other') return [];
      if (part.kind === 'malformed') return drop('malformed');
      const events: AssemblerEvent[] = [];
      if (held !== undefined && held.symbology !== part.symbology) events.push(...drop('part-missing'));
      if (held === undefined && !part.isLast) events.push({ kind: 'begun' });
      const grown = grow(held ?? { symbology: part.symbology, data: new Uint8Array(), isOverlong: false }, part.data);
      events.push(...grown.events);
      held = part.isLast ? undefined : grown.next;
      if (part.isLast && !grown.next.isOverlong) events.push({ kind: 'code', data: withoutSuffix(grown.next.data), symbology: part.symbology });
      return events;
    },
    idle: () => (held === undefined ? [] : drop('part-missing')),
    get isInCode() {
      return held !== undefined;
    },
  };
}

/** Scanners that were set up for a keyboard or a serial line before still add the suffix that they were given there. */
function withoutSuffix(data: Uint8Array): Uint8Array {
  let end = data.length;
  if (data[end - 1] === 0x0a) end -= 1;
  if (data[end - 1] === 0x0d) end -= 1;
  return data.subarray(0, end);
}
