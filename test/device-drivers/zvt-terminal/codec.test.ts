import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '#core/base/bytes.ts';
import { APDU_BYTES_MAX, type Apdu, createApduStream, decodeApdu, encodeApdu } from '#drivers/zvt-terminal/apdu.ts';
import { readBcd, readContainer, readFields, writeBcd, writeField } from '#drivers/zvt-terminal/fields.ts';
import type { TillCommand } from '#drivers/zvt-terminal/frame.ts';
import { terminalTime } from '#drivers/zvt-terminal/local-time.ts';
import { encodeCommand, readMessage } from '#drivers/zvt-terminal/messages.ts';
import { createSerialFramer, encodeFrame, type SerialEvent } from '#drivers/zvt-terminal/serial-framing.ts';
import fixtures from '#test/fixtures/zvt-terminal/units.json' with { type: 'json' };

const bytesOf = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const anyUnit = fc
  .tuple(fc.integer({ min: 0, max: 0xffff }), fc.uint8Array({ maxLength: 600 }))
  .map(([instruction, data]) => encodeApdu(instruction, data));

function inPieces(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % Math.max(1, sizes.length)] ?? 1);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

describe('units', () => {
  it.each(fixtures.units.filter((unit) => unit.message !== undefined))('understands: $name', ({ bytes, message }) => {
    const apdu = decodeApdu(bytesOf(bytes));
    expect(apdu).toBeDefined();
    expect(readMessage(apdu as Apdu)).toEqual(message);
  });

  it.each(fixtures.units.filter((unit) => unit.command !== undefined))('says: $name', ({ bytes, command }) => {
    expect(toHex(encodeCommand(command as TillCommand))).toBe(toHex(bytesOf(bytes)));
  });

  it('asks for an amount in the vending mode', () => {
    const command: TillCommand = {
      kind: 'authorisation',
      amount: { minor: 8_400, currency: 'EUR' },
      currency: 978,
      answerWithin: 30,
      questionsMax: 90,
    };
    expect(toHex(encodeCommand(command))).toBe(toHex(bytesOf('06 01 10 01 1E 02 5A 04 00 00 00 00 84 00 49 09 78 19 40')));
  });

  it('comes out of a stream as it went in, in whatever pieces', () => {
    fc.assert(
      fc.property(fc.array(anyUnit, { maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (units, sizes) => {
        const stream = createApduStream();
        const events = inPieces(concatBytes(...units), sizes).flatMap((piece) => stream.push(piece));
        const read = events.map((event) => (event.kind === 'apdu' ? toHex(encodeApdu(event.apdu.instruction, event.apdu.data)) : event.kind));
        expect(read).toEqual(units.map(toHex));
      }),
    );
  });

  it('ends a stream that announces more than a terminal says, and holds nothing of it', () => {
    const stream = createApduStream();
    expect(stream.push(Uint8Array.of(0x06, 0xd3, 0xff, 0xff, 0xff))).toEqual([{ kind: 'overflow', length: 5 + 0xffff }]);
    expect(stream.push(bytesOf('80 00 00'))).toEqual([]);
    expect(5 + 0xffff).toBeGreaterThan(APDU_BYTES_MAX);
  });

  it('mean something or nothing, and never throw', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), fc.uint8Array({ maxLength: 300 }), (instruction, data) => {
        expect(readMessage({ instruction, data }).kind).toBeTypeOf('string');
      }),
      { numRuns: 2_000 },
    );
  });

  it('never let a card’s number through, masked or not, in any field that can hold one', () => {
    const track = new TextEncoder().encode('4111111111111111');
    const status = concatBytes(
      bytesOf('27 00'),
      writeField(0x22, bytesOf('41 11 11 11 11 11 11 11')),
      writeField(0x23, track),
      writeField(0x24, track),
      writeField(0x2d, track),
      writeField(0x3c, track),
      writeField(0x8b, concatBytes(track, Uint8Array.of(0))),
    );
    const message = JSON.stringify(readMessage({ instruction: 0x040f, data: status }));
    expect(message).toContain('"result":0');
    expect(message).not.toMatch(/4111|1111/);
  });
});

describe('fields', () => {
  it('are read as they were written', () => {
    const field = fc.oneof(
      fc.tuple(fc.constant(0x04), fc.uint8Array({ minLength: 6, maxLength: 6 })),
      fc.tuple(fc.constantFrom(0x22, 0x8b), fc.uint8Array({ maxLength: 99 })),
      fc.tuple(fc.constantFrom(0x3c, 0x60), fc.uint8Array({ maxLength: 400 })),
      fc.tuple(fc.constant(0x06), fc.uint8Array({ maxLength: 400 })),
    );
    fc.assert(
      fc.property(fc.array(field, { maxLength: 8 }), (fields) => {
        const { fields: read, isWhole } = readFields(concatBytes(...fields.map(([tag, value]) => writeField(tag, value))));
        expect(isWhole).toBe(true);
        expect(read.map(({ tag, value }) => [tag, toHex(value)])).toEqual(fields.map(([tag, value]) => [tag, toHex(value)]));
      }),
    );
  });

  it('say where they stop being readable, and keep what came before', () => {
    const { fields, isWhole } = readFields(bytesOf('27 00 04 00 00'));
    expect(isWhole).toBe(false);
    expect(fields.map(({ tag }) => tag)).toEqual([0x27]);
  });

  it('take any bytes without throwing, containers in containers among them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(readFields(bytes).fields.length).toBeLessThanOrEqual(bytes.length);
        expect(readContainer(bytes).length).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  it('hold decimal digits, two a byte', () => {
    expect(toHex(writeBcd('978', 2))).toBe('0978');
    expect(readBcd(bytesOf('09 78'))).toBe('0978');
    expect(readBcd(bytesOf('0A'))).toBeUndefined();
  });
});

describe('a serial line', () => {
  const unitsIn = (events: readonly SerialEvent[]): string[] => events.flatMap((event) => (event.kind === 'unit' ? [toHex(event.unit)] : []));

  it.each(fixtures.frames)('frames: $name', ({ unit, frame }) => {
    expect(toHex(encodeFrame(bytesOf(unit)))).toBe(toHex(bytesOf(frame)));
    expect(unitsIn(createSerialFramer().push(bytesOf(frame)))).toEqual([toHex(bytesOf(unit))]);
  });

  it('reads byte by byte as in one piece, between acknowledgements and behind noise', () => {
    // Noise that holds no DLE cannot begin a frame; one that does is the next test's.
    const noise = fc.uint8Array({ maxLength: 20 }).map((bytes) => bytes.filter((byte) => byte !== 0x10));
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, anyUnit), { minLength: 1, maxLength: 4 }), (parts) => {
        const bytes = concatBytes(...parts.flatMap(([before, unit]) => [before, encodeFrame(unit)]));
        const whole = createSerialFramer().push(bytes);
        const slow = createSerialFramer();
        expect(unitsIn(whole)).toEqual(parts.map(([, unit]) => toHex(unit)));
        expect(unitsIn(Array.from(bytes).flatMap((byte) => slow.push(Uint8Array.of(byte))))).toEqual(unitsIn(whole));
      }),
    );
  });

  it('finds the next frame when one was cut off, and after silence', () => {
    const framer = createSerialFramer();
    const unit = bytesOf('06 1E 01 6C');
    const frame = encodeFrame(unit);
    framer.push(frame.subarray(0, 5));
    expect(unitsIn(framer.push(frame))).toEqual([toHex(unit)]);
    framer.push(frame.subarray(0, 5));
    expect(framer.idle()).toMatchObject([{ kind: 'garbage' }]);
    expect(unitsIn(framer.push(frame))).toEqual([toHex(unit)]);
  });

  it('tells a frame whose checksum does not hold: any single flipped bit behind its head', () => {
    const frame = encodeFrame(bytesOf('04 0F 02 27 00'));
    for (let bit = 16; bit < frame.length * 8; bit++) {
      const flipped = frame.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(unitsIn(createSerialFramer().push(flipped)), `bit ${bit}`).toEqual([]);
    }
  });

  it('takes any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        expect(createSerialFramer().push(bytes).length).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});

describe('the time of a terminal', () => {
  const now = Date.parse('2026-01-01T00:10:00Z');

  it('is of the year that is nearest', () => {
    expect(terminalTime('1231', '235900', 'UTC', now)).toBe('2025-12-31T23:59:00.000Z');
    expect(terminalTime('0101', '000500', 'UTC', now)).toBe('2026-01-01T00:05:00.000Z');
  });

  it('is of the zone on its wall, in summer and in winter', () => {
    expect(terminalTime('0101', '081000', 'Asia/Shanghai', now)).toBe('2026-01-01T00:10:00.000Z');
    expect(terminalTime('0715', '120000', 'Europe/Berlin', Date.parse('2026-07-15T10:00:00Z'))).toBe('2026-07-15T10:00:00.000Z');
    expect(terminalTime('0115', '120000', 'Europe/Berlin', Date.parse('2026-01-15T11:00:00Z'))).toBe('2026-01-15T11:00:00.000Z');
  });

  it('is ours when it tells none', () => {
    expect(terminalTime(undefined, undefined, 'UTC', now)).toBe('2026-01-01T00:10:00.000Z');
    expect(terminalTime('9999', '999999', 'UTC', now)).toBe('2026-01-01T00:10:00.000Z');
  });
});
