import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { assert, FaultError } from '#core/base/fault.ts';

/** Our own letters, for pictures of lines and for the simulated printers: 12 × 24 dots for ASCII, 24 × 24 for the two-byte codes A1A1–F7FE. */
export interface CharacterRom {
  narrow(code: number): DotPattern;
  /** A code without a glyph is drawn as a box, as printers do. */
  wide(lead: number, trail: number): DotPattern;
}

/** Dots by row; the high bit of `rows[y]` is the leftmost of `width`. */
export interface DotPattern {
  readonly width: number;
  readonly height: number;
  readonly rows: Uint32Array;
}

const GLYPH_HEIGHT = 24;
const NARROW_WIDTH = 12;
const WIDE_WIDTH = 24;
const NARROW_BYTES = 2 * GLYPH_HEIGHT;
const WIDE_BYTES = 3 * GLYPH_HEIGHT;
const NARROW_COUNT = 0x7f - 0x20;
const ROWS = 0xf8 - 0xa1;
const CELLS = 0xff - 0xa1;
const ROM_BYTES = NARROW_COUNT * NARROW_BYTES + ROWS * CELLS * WIDE_BYTES;

const FILE = 'glyphs.bin.gz';

/** Beside this source, and where the same folder lies when seen from the bundle `dist/edge-agent/main.cjs`. */
function defaultDirectories(): string[] {
  const here = path.dirname(fileURLToPath(import.meta.url));
  return [path.join(here, 'font'), path.join(here, '..', '..', 'device-drivers', 'ticket-printer', 'paper', 'font')];
}

const loaded = new Map<string, CharacterRom>();

/**
 * @param directory where `glyphs.bin.gz` lies; found by itself in a checkout
 * @throws FaultError `E-SIM-FONT` when it is not there: a printer without letters would print white paper and seem to work
 */
export function loadCharacterRom(directory?: string): CharacterRom {
  const candidates = directory === undefined ? defaultDirectories() : [directory];
  const found = candidates.map((candidate) => path.join(candidate, FILE)).find((file) => existsSync(file));
  if (found === undefined) {
    throw new FaultError({
      code: 'E-SIM-FONT',
      owner: 'configuration',
      message: `the letters for drawn lines (${FILE}) are not in ${candidates.join(' nor in ')}`,
      remedy: 'Start from a complete checkout.',
    });
  }
  const known = loaded.get(found);
  if (known !== undefined) return known;
  const rom = readRom(gunzipSync(readFileSync(found)));
  loaded.set(found, rom);
  return rom;
}

function readRom(bytes: Uint8Array): CharacterRom {
  assert(bytes.length === ROM_BYTES, `the character generator has ${ROM_BYTES} bytes, not ${bytes.length}`);
  const cut = (start: number, width: number): DotPattern => {
    const bytesPerRow = Math.ceil(width / 8);
    const rows = new Uint32Array(GLYPH_HEIGHT);
    for (let y = 0; y < GLYPH_HEIGHT; y += 1) {
      let bits = 0;
      for (let i = 0; i < bytesPerRow; i += 1) bits = bits * 256 + (bytes[start + y * bytesPerRow + i] ?? 0);
      rows[y] = bits << (32 - bytesPerRow * 8);
    }
    return { width, height: GLYPH_HEIGHT, rows };
  };
  const wideStart = NARROW_COUNT * NARROW_BYTES;
  return {
    narrow: (code) => (code < 0x20 || code > 0x7e ? box(NARROW_WIDTH) : cut((code - 0x20) * NARROW_BYTES, NARROW_WIDTH)),
    wide: (lead, trail) => {
      if (lead < 0xa1 || lead > 0xf7 || trail < 0xa1 || trail > 0xfe) return box(WIDE_WIDTH);
      const glyph = cut(wideStart + ((lead - 0xa1) * CELLS + (trail - 0xa1)) * WIDE_BYTES, WIDE_WIDTH);
      // A1A1 is the ideographic space, the one glyph that is rightly empty.
      const isEmpty = glyph.rows.every((row) => row === 0) && !(lead === 0xa1 && trail === 0xa1);
      return isEmpty ? box(WIDE_WIDTH) : glyph;
    },
  };
}

function box(width: number): DotPattern {
  const rows = new Uint32Array(GLYPH_HEIGHT);
  const inner = width - 4;
  const full = (2 ** inner - 1) * 2 ** (32 - 2 - inner);
  const sides = 2 ** 29 + 2 ** (32 - 2 - inner);
  for (let y = 3; y <= 21; y += 1) rows[y] = y === 3 || y === 21 ? full : sides;
  return { width, height: GLYPH_HEIGHT, rows };
}
