import { concatBytes } from '#core/base/bytes.ts';
import { ETX, STX, type Swipe } from './frame.ts';
import type { StripeProfile } from './profiles.ts';

type ReportProfile = Extract<StripeProfile, { readonly kind: 'report' }>;

const TRACKS = [0, 1, 2] as const;
const HEAD_BYTES = 7;
const ENCODE_TYPE_AT = 6;

const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** One input report, or undefined when it is none of this layout. Bytes beyond a track's length are not looked at: some firmware leaves the last card there. */
export function parseSwipe(report: Uint8Array, { lengthsAt, tracksAt, trackBytesMax }: ReportProfile): Swipe | undefined {
  if (report.length < Math.max(HEAD_BYTES, lengthsAt + 3)) return undefined;
  const tracks: string[] = [];
  for (const track of TRACKS) {
    const length = report[lengthsAt + track] ?? 0;
    const begin = tracksAt[track];
    if (length > trackBytesMax || begin + length > report.length) return undefined;
    tracks.push(textOf(report.subarray(begin, begin + length)));
  }
  const isDamaged = TRACKS.some((track) => ((report[track] ?? 0) & 0x01) !== 0);
  return { tracks, isDamaged, encodeType: report[ENCODE_TYPE_AT] ?? 0 };
}

export type StructureEvent = { readonly kind: 'swipe'; readonly swipe: Swipe } | { readonly kind: 'garbage' };

/** Cuts a stream into structures. Memory is one structure, wiped when it was taken. */
export interface StructureFramer {
  push(chunk: Uint8Array): StructureEvent[];
  /** Nothing came for as long as ends a structure that lost its end. */
  idle(): StructureEvent[];
  readonly isInFrame: boolean;
}

/** Begin, length, and behind the data LRC, sum and end. */
const AROUND_BYTES = 6;
const STRUCTURE_HEAD_BYTES = 5;

export function createStructureFramer(dataBytesMax: number): StructureFramer {
  let held: Uint8Array = new Uint8Array();

  const dropHead = (count: number): void => {
    const rest = held.slice(count);
    held.fill(0);
    held = rest;
  };

  /** The next event in what is held, or undefined when more must come. */
  const next = (): StructureEvent | undefined => {
    const begin = held.indexOf(STX);
    if (begin !== 0) {
      // Reports are filled up with zeros; anything else between two structures is noise.
      const skipped = held.slice(0, begin < 0 ? held.length : begin);
      dropHead(skipped.length);
      if (skipped.some((byte) => byte !== 0)) return { kind: 'garbage' };
      if (begin < 0) return undefined;
    }
    if (held.length < 3) return undefined;
    const length = (held[1] ?? 0) + (held[2] ?? 0) * 256;
    if (length < STRUCTURE_HEAD_BYTES || length > dataBytesMax) return resynchronise();
    if (held.length < length + AROUND_BYTES) return undefined;
    const data = held.subarray(3, 3 + length);
    const swipe = isWhole(data, held.subarray(3 + length)) ? parseStructure(data) : undefined;
    if (swipe === undefined) return resynchronise();
    dropHead(length + AROUND_BYTES);
    return { kind: 'swipe', swipe };
  };

  const resynchronise = (): StructureEvent => {
    dropHead(1);
    return { kind: 'garbage' };
  };

  return {
    push: (chunk) => {
      const before = held;
      held = concatBytes(before, chunk);
      before.fill(0);
      const events: StructureEvent[] = [];
      // A run of noise is one event, as it is one failure.
      for (let event = next(); event !== undefined; event = next()) {
        if (event.kind === 'swipe' || events.at(-1)?.kind !== 'garbage') events.push(event);
      }
      return events;
    },
    idle: () => {
      const isBroken = held.length > 0;
      dropHead(held.length);
      return isBroken ? [{ kind: 'garbage' }] : [];
    },
    get isInFrame() {
      return held.length > 0;
    },
  };
}

function isWhole(data: Uint8Array, behind: Uint8Array): boolean {
  return behind[0] === lrcOf(data) && behind[1] === sumOf(data) && behind[2] === ETX;
}

const lrcOf = (data: Uint8Array): number => data.reduce((lrc, byte) => lrc ^ byte, 0);
const sumOf = (data: Uint8Array): number => data.reduce((sum, byte) => (sum + byte) & 0xff, 0);

function parseStructure(data: Uint8Array): Swipe | undefined {
  const status = data[1] ?? 0;
  let at = STRUCTURE_HEAD_BYTES;
  const tracks: string[] = [];
  let isDamaged = false;
  for (const track of TRACKS) {
    const length = data[2 + track] ?? 0;
    if (at + length > data.length) return undefined;
    tracks.push(textOf(data.subarray(at, at + length)));
    at += length;
    if (length > 0 && (status & (1 << track)) === 0) isDamaged = true;
  }
  return { tracks, isDamaged: isDamaged || status === 0, encodeType: data[0] ?? 0 };
}

/** A structure as the reader sends it. */
export function encodeStructure({ tracks, isDamaged, encodeType }: Swipe): Uint8Array {
  const status = isDamaged ? 0 : tracks.reduce((bits, track, index) => bits | (track === '' ? 0 : 1 << index), 0);
  const bytes = tracks.map((track) => Uint8Array.from(track, (character) => character.charCodeAt(0)));
  const data = concatBytes(Uint8Array.of(encodeType, status, ...bytes.map(({ length }) => length)), ...bytes);
  return concatBytes(Uint8Array.of(STX, data.length & 0xff, data.length >> 8), data, Uint8Array.of(lrcOf(data), sumOf(data), ETX));
}

/** A report as the reader sends it; of one that masks, what it says in clear. */
export function encodeReport({ tracks, isDamaged, encodeType }: Swipe, { lengthsAt, tracksAt, trackBytesMax }: ReportProfile): Uint8Array {
  const report = new Uint8Array(tracksAt[2] + trackBytesMax);
  report[ENCODE_TYPE_AT] = encodeType;
  for (const track of TRACKS) {
    const text = tracks[track] ?? '';
    report[track] = isDamaged ? 1 : 0;
    report[lengthsAt + track] = text.length;
    report.set(
      Uint8Array.from(text, (character) => character.charCodeAt(0)),
      tracksAt[track],
    );
  }
  return report;
}
