import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createDice, drawFrame, HELD_WELL, type Pose, ticketText } from '#test/kiosk-ui/usher/camera/draw-code.ts';
import { FRAME_SIDE, type Frame, type Reading } from '../../kiosk-ui/usher/camera/frame.ts';
import { createFrameReader } from '../../kiosk-ui/usher/camera/read-frame.ts';
import { createTwoReaders } from '../../kiosk-ui/usher/camera/two-readers.ts';
import { openWasmReader } from '../../kiosk-ui/usher/camera/wasm-reader.ts';
import { type Benchmark, type Measurement, rounded } from './measurement.ts';

const SEED = 20_261_129;
/** Of each kind of distortion: half of them on paper, half on a phone. */
const CODES = 20;
const WARM_CODES = 4;
/** Half a second of a camera: all three pairs of looks of our reader, twice, and one of its two harder ones. */
const FRAMES_A_CODE = 6;

export const decode: Benchmark = {
  name: 'decode',
  what: "frames of an usher's camera with distorted codes, read by @zxing/library as the page uses it, by the page's two readers, and by zxing-wasm alone",
  run: async (report) => {
    const wasm = await openWasmReader(FRAME_SIDE, wasmProgram());
    const library = createFrameReader(FRAME_SIDE);
    const both = createTwoReaders({
      first: library,
      openSecond: async () => wasm,
      onTrouble: (cause) => {
        throw cause;
      },
    });
    const readers: Readers = {
      library: async (frame, turn) => textOf(library.read(frame, turn)),
      both: async (frame, turn) => textOf(await both.read(frame, turn)),
      wasm,
    };
    // The first miss is what the second reader is fetched for. Compiled code is quicker than what runs first.
    await both.read({ side: FRAME_SIDE, luminance: new Uint8ClampedArray(FRAME_SIDE * FRAME_SIDE) }, 0);
    for (const [frames, text] of scenes(0, () => ({}), WARM_CODES)) await look(readers, frames, text, []);
    const all = createTallies();
    for (const [index, [kind, distort]] of Object.entries(KINDS).entries()) {
      const tallies = createTallies();
      for (const [frames, text] of scenes(index + 1, distort, CODES)) await look(readers, frames, text, [tallies, all]);
      tell(report, kind, tallies);
    }
    tell(report, 'all', all);
    for (const name of OURS) {
      const shown = { bench: 'decode', case: 'all', metric: `${name}: wrong texts`, unit: 'count', aim: '0' } as const;
      report({ ...shown, value: all[name].wrong, floor: all.wasm.wrong });
    }
  },
};

/** What a kind does to a code that is held well; every number is drawn anew for each code. */
const KINDS: Readonly<Record<string, (between: Between) => Partial<Pose>>> = {
  'held well': () => ({}),
  rotation: (between) => ({ turned: between(0, 2 * Math.PI) }),
  blur: (between) => ({ blur: Math.round(between(2, 5)) }),
  noise: (between) => ({ noise: between(30, 110) }),
  'low contrast': (between) => {
    const ink = between(30, 120);
    return { light: [ink + between(14, 50), ink], noise: between(2, 8) };
  },
  // Smaller, so that the near edge is in the picture.
  perspective: (between) => ({ size: between(0.45, 0.65), tilted: between(0.1, 0.5), turned: between(-0.4, 0.4) }),
  glare: (between) => ({ glare: between(0.03, 0.09) }),
  inverted: (between) => ({ light: [between(5, 40), between(180, 240)] }),
  combined: (between) => {
    const ink = between(30, 90);
    return {
      size: between(0.45, 0.65),
      turned: between(0, 2 * Math.PI),
      tilted: between(0.05, 0.25),
      blur: Math.round(between(1, 2)),
      light: [ink + between(40, 120), ink],
      noise: between(10, 30),
      glare: between(0, 0.04),
    };
  },
};

type Between = (low: number, high: number) => number;

/** Codes of a kind, one after the other, because all pictures of a kind are 43 MB; a hand moves a little from one frame to the next. */
function* scenes(kind: number, distort: (between: Between) => Partial<Pose>, codes: number): Generator<[frames: Frame[], text: string]> {
  const dice = createDice(SEED + kind);
  const between: Between = (low, high) => low + dice() * (high - low);
  for (let code = 0; code < codes; code++) {
    const text = ticketText(code % 2 === 0 ? 'paper' : 'phone', dice);
    const pose = { ...HELD_WELL, size: between(0.5, 0.8), turned: between(-0.1, 0.1), noise: between(2, 10), ...distort(between) };
    const frames = Array.from({ length: FRAMES_A_CODE }, () =>
      drawFrame(text, FRAME_SIDE, { ...pose, turned: pose.turned + between(-0.02, 0.02) }, dice),
    );
    yield [frames, text];
  }
}

type Name = 'library' | 'both' | 'wasm';
/** Both is what the page has; the library alone is what it has until zxing-wasm has been fetched. */
const OURS = ['library', 'both'] as const;
type Readers = Readonly<Record<Name, (frame: Frame, turn: number) => Promise<string | undefined>>>;

const textOf = (reading: Reading): string | undefined => (reading.kind === 'text' ? reading.text : undefined);

interface Tally {
  frames: number;
  hits: number;
  codes: number;
  /** Codes of which one frame at least was read. */
  codesRead: number;
  wrong: number;
  spentMs: number;
}

type Tallies = Readonly<Record<Name, Tally>>;

const createTally = (): Tally => ({ frames: 0, hits: 0, codes: 0, codesRead: 0, wrong: 0, spentMs: 0 });
const createTallies = (): Tallies => ({ library: createTally(), both: createTally(), wasm: createTally() });

/** The readers take turns over the frames of one code, so that whatever else the machine does meets all of them. */
async function look(readers: Readers, frames: readonly Frame[], text: string, tallies: readonly Tallies[]): Promise<void> {
  for (const name of ['library', 'both', 'wasm'] as const) {
    const begun = performance.now();
    const texts: (string | undefined)[] = [];
    for (const [turn, frame] of frames.entries()) texts.push(await readers[name](frame, turn));
    const spent = performance.now() - begun;
    const hits = texts.filter((each) => each === text).length;
    for (const { [name]: tally } of tallies) {
      tally.frames += frames.length;
      tally.hits += hits;
      tally.codes++;
      tally.codesRead += hits > 0 ? 1 : 0;
      tally.wrong += texts.filter((each) => each !== undefined && each !== text).length;
      tally.spentMs += spent;
    }
  }
}

function tell(report: (measurement: Measurement) => void, kind: string, tallies: Tallies): void {
  for (const name of OURS) {
    const one = (metric: string, unit: Measurement['unit'], of: (tally: Tally) => number): void => {
      const [value, floor] = [of(tallies[name]), of(tallies.wasm)];
      const shown = { bench: 'decode', case: kind, metric: `${name}: ${metric}`, unit };
      report({ ...shown, value: rounded(value), floor: rounded(floor), ratio: rounded(value / floor) });
    };
    one('frames read', '%', ({ hits, frames }) => (100 * hits) / frames);
    one('codes read', '%', ({ codesRead, codes }) => (100 * codesRead) / codes);
    one('frames/s', 'count', ({ frames, spentMs }) => (1_000 * frames) / spentMs);
  }
}

/** From the package: nothing of this is fetched. */
function wasmProgram(): ArrayBuffer {
  return new Uint8Array(readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'))).buffer;
}
