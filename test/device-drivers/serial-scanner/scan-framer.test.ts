import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, concatBytes, fromHex } from '#core/base/bytes.ts';
import { hasControlCharacters, splitAimPrefix } from '#drivers/scanning/code-text.ts';
import { AROUND, type ScanFramerEvent, type ScanSuffix } from '#drivers/serial-scanner/frame.ts';
import { createScanFramer } from '#drivers/serial-scanner/scan-framer.ts';
import lines from '#test/fixtures/serial-scanner/lines.json' with { type: 'json' };

const SUFFIXES = ['cr', 'lf', 'crlf', 'none', 'stx-etx'] as const;
const anySuffix = fc.constantFrom<ScanSuffix>(...SUFFIXES);
const anyBytes = fc.uint8Array({ maxLength: 300 });

const frames = (events: readonly ScanFramerEvent[]): Uint8Array[] => events.flatMap((event) => (event.kind === 'frame' ? [event.bytes] : []));

/** Ends that frame as this scanner would. */
const ended = (code: Uint8Array, suffix: ScanSuffix): Uint8Array =>
  concatBytes(Uint8Array.from(AROUND[suffix].head), code, Uint8Array.from(AROUND[suffix].tail));

describe('scan framer: lines of real scanners', () => {
  it.each(lines)('$name', ({ suffix, aimPrefix, line, codes }) => {
    const framer = createScanFramer({ maxFrameBytes: 512, suffix: suffix as ScanSuffix });
    const events = [...framer.push(fromHex(line) ?? new Uint8Array()), ...(suffix === 'none' ? framer.idle() : [])];
    const read = frames(events)
      .map((frame) => (aimPrefix ? splitAimPrefix(frame) : { data: frame, symbology: undefined }))
      .filter(({ data }) => data.length > 0);
    expect(read).toEqual(
      (codes as { text?: string; hex?: string; symbology?: string }[]).map(({ text, hex, symbology }) => {
        const data = text === undefined ? fromHex(hex ?? '') : ascii(text);
        return symbology === undefined && aimPrefix ? { data } : { data, symbology };
      }),
    );
  });
});

describe('scan framer', () => {
  it('tells the first byte of each frame before its end', () => {
    const framer = createScanFramer({ maxFrameBytes: 16, suffix: 'cr' });
    expect(framer.push(ascii('A')).map(({ kind }) => kind)).toEqual(['first-byte']);
    expect(framer.push(ascii('1\rB\r')).map(({ kind }) => kind)).toEqual(['frame', 'first-byte', 'frame']);
  });

  it('takes a code of exactly the limit, in every suffix', () => {
    for (const suffix of SUFFIXES) {
      const framer = createScanFramer({ maxFrameBytes: 8, suffix });
      const events = [...framer.push(ended(ascii('12345678'), suffix)), ...framer.idle()];
      expect(frames(events)).toEqual([ascii('12345678')]);
    }
  });

  it('tells an overlong code once, with its head, and is clean after its suffix', () => {
    const framer = createScanFramer({ maxFrameBytes: 4, suffix: 'cr' });
    expect(framer.push(ascii('123456\rAB\r'))).toEqual([
      { kind: 'first-byte' },
      { kind: 'overlong', head: ascii('1234') },
      { kind: 'first-byte' },
      { kind: 'frame', bytes: ascii('AB') },
    ]);
  });

  it('counts an endless stream in pieces of the limit', () => {
    const framer = createScanFramer({ maxFrameBytes: 10, suffix: 'cr' });
    const kinds = framer.push(new Uint8Array(45).fill(0x41)).map(({ kind }) => kind);
    expect(kinds).toEqual(['first-byte', 'overlong', 'garbage', 'garbage', 'garbage']);
  });

  it('gives up a frame without its suffix when the line falls silent, so that it cannot become the head of the next', () => {
    const framer = createScanFramer({ maxFrameBytes: 16, suffix: 'cr' });
    framer.push(ascii('HALF'));
    expect(framer.idle()).toEqual([{ kind: 'garbage', reason: 'unterminated', length: 4 }]);
    expect(frames(framer.push(ascii('WHOLE\r')))).toEqual([ascii('WHOLE')]);
  });

  it('says nothing on silence between frames', () => {
    for (const suffix of SUFFIXES) expect(createScanFramer({ maxFrameBytes: 16, suffix }).idle()).toEqual([]);
  });

  it('forgets everything on reset', () => {
    const framer = createScanFramer({ maxFrameBytes: 16, suffix: 'cr' });
    framer.push(ascii('OLD'));
    framer.reset();
    expect(framer.isInFrame).toBe(false);
    expect(frames(framer.push(ascii('NEW\r')))).toEqual([ascii('NEW')]);
  });
});

describe('scan framer: whatever the line brings', () => {
  it('reads the same byte by byte as in one piece', () => {
    fc.assert(
      fc.property(anyBytes, anySuffix, fc.integer({ min: 1, max: 40 }), (bytes, suffix, maxFrameBytes) => {
        const whole = createScanFramer({ maxFrameBytes, suffix });
        const single = createScanFramer({ maxFrameBytes, suffix });
        const inOne = [...whole.push(bytes), ...whole.idle()];
        const byByte = [...Array.from(bytes, (byte) => single.push(Uint8Array.of(byte))).flat(), ...single.idle()];
        expect(byByte).toEqual(inOne);
      }),
    );
  });

  it('finds a code behind any noise that has ended', () => {
    fc.assert(
      fc.property(anyBytes, anySuffix, (noise, suffix) => {
        const framer = createScanFramer({ maxFrameBytes: 64, suffix });
        framer.push(ended(noise, suffix));
        framer.idle();
        const events = [...framer.push(ended(ascii('TICKET'), suffix)), ...framer.idle()];
        expect(frames(events)).toEqual([ascii('TICKET')]);
      }),
    );
  });

  it('never gives a frame beyond its limit, and gives back every printable code it was given', () => {
    const printable = fc.uint8Array({ min: 0x20, max: 0x7e, minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.array(printable, { maxLength: 6 }), fc.constantFrom<ScanSuffix>('cr', 'lf', 'crlf', 'stx-etx'), (codes, suffix) => {
        const framer = createScanFramer({ maxFrameBytes: 32, suffix });
        const events = codes.flatMap((code) => framer.push(ended(code, suffix)));
        expect(frames(events)).toEqual(codes.filter((code) => code.length <= 32));
        expect(events.filter(({ kind }) => kind === 'overlong')).toHaveLength(codes.filter((code) => code.length > 32).length);
      }),
    );
  });
});

describe('control characters', () => {
  it('are C0 and DEL, and nothing else', () => {
    const controls = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => hasControlCharacters(Uint8Array.of(byte)));
    expect(controls).toEqual([...Array.from({ length: 32 }, (_, byte) => byte), 0x7f]);
  });
});
