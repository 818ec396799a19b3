import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, concatBytes, fromHex, toHex } from '#core/base/bytes.ts';
import { InvariantError } from '#core/base/fault.ts';
import { answers, crc16, encodeRequest, hasValidCrc, sealFrame } from '#drivers/modbus-gate/codec.ts';
import { bitAt, type ModbusReply, type ModbusRequest } from '#drivers/modbus-gate/frame.ts';
import { createReplyDecoder, type ReplyEvent } from '#drivers/modbus-gate/reply-decoder.ts';
import { createUnitDecoder } from '#drivers/modbus-gate/unit-decoder.ts';
import replies from '#test/fixtures/modbus-gate/replies.json' with { type: 'json' };
import requests from '#test/fixtures/modbus-gate/requests.json' with { type: 'json' };

const bytesOf = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const repliesIn = (events: readonly ReplyEvent[]): ModbusReply[] => events.flatMap((event) => (event.kind === 'reply' ? [event.reply] : []));

const word = fc.integer({ min: 0, max: 0xffff });
const relay = fc.integer({ min: 0, max: 31 });
const anyRequest: fc.Arbitrary<ModbusRequest> = fc.oneof(
  fc.record({ kind: fc.constant('write-coil' as const), relay, on: fc.boolean() }),
  fc.record({ kind: fc.constant('flash-on' as const), relay, tenths: fc.integer({ min: 1, max: 0x7fff }) }),
  fc.record({ kind: fc.constant('read-inputs' as const), first: word, count: fc.integer({ min: 1, max: 32 }) }),
  fc.record({ kind: fc.constant('read-coils' as const), first: word, count: fc.integer({ min: 1, max: 32 }) }),
);
const anyReply: fc.Arbitrary<{ frame: Uint8Array; reply: ModbusReply }> = fc.oneof(
  fc.tuple(word, word).map(([address, value]) => ({
    frame: sealFrame([1, 5, address >> 8, address & 0xff, value >> 8, value & 0xff]),
    reply: { kind: 'write-echo' as const, address, value },
  })),
  fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ minLength: 1, maxLength: 4 })).map(([code, bits]) => ({
    frame: sealFrame([1, code, bits.length, ...bits]),
    reply: { kind: code === 1 ? ('coils' as const) : ('inputs' as const), bits },
  })),
  fc.tuple(fc.constantFrom(1, 2, 5), fc.integer({ min: 1, max: 11 })).map(([to, code]) => ({
    frame: sealFrame([1, 0x80 | to, code]),
    reply: { kind: 'exception' as const, to, code },
  })),
);

describe('Modbus checksum', () => {
  it('is that of the catalogue of CRCs (CRC-16/MODBUS, check value 4B37)', () => {
    expect(crc16(ascii('123456789'))).toBe(0x4b37);
  });

  it('notices every single flipped bit of a frame', () => {
    const frame = bytesOf('01 05 02 00 00 07 8D B0');
    const flipped = Array.from({ length: frame.length * 8 }, (_, bit) => frame.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)));
    expect(hasValidCrc(frame)).toBe(true);
    expect(flipped.filter(hasValidCrc)).toEqual([]);
  });
});

describe('Modbus requests', () => {
  it.each(requests)('$name', ({ unit, request, frame }) => {
    expect(toHex(encodeRequest(unit, request as ModbusRequest))).toBe(toHex(bytesOf(frame)));
  });

  it('cannot flash for longer than the board can count, nor for no time', () => {
    for (const tenths of [0, 0x8000]) expect(() => encodeRequest(1, { kind: 'flash-on', relay: 0, tenths })).toThrow(InvariantError);
  });

  it('are understood by the unit as they were meant', () => {
    fc.assert(
      fc.property(anyRequest, fc.uint8Array({ maxLength: 12 }), (request, noise) => {
        const events = createUnitDecoder(7).push(
          concatBytes(
            noise.filter((byte) => byte !== 7),
            encodeRequest(7, request),
          ),
        );
        expect(events.map((event) => event.kind === 'request' && event.request)).toEqual([request]);
      }),
    );
  });
});

describe('Modbus replies', () => {
  it.each(replies)('$name', ({ unit, frame, reply }) => {
    const decoder = createReplyDecoder({ unit, maxFrameBytes: 9 });
    const wanted = 'bits' in reply ? { ...reply, bits: bytesOf(reply.bits ?? '') } : reply;
    expect(decoder.push(bytesOf(frame))).toEqual([{ kind: 'reply', reply: wanted }]);
  });

  it('are found byte by byte as in one piece, and behind noise that is no part of one', () => {
    const noise = fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.filter((byte) => byte !== 1));
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, anyReply), { maxLength: 4 }), (parts) => {
        const line = concatBytes(...parts.flatMap(([before, { frame }]) => [before, frame]));
        const wanted = parts.map(([, { reply }]) => reply);
        expect(repliesIn(createReplyDecoder({ unit: 1, maxFrameBytes: 9 }).push(line))).toEqual(wanted);
        const single = createReplyDecoder({ unit: 1, maxFrameBytes: 9 });
        expect(repliesIn(Array.from(line, (byte) => single.push(Uint8Array.of(byte))).flat())).toEqual(wanted);
      }),
    );
  });

  it('are found after any noise once the line was silent, and whatever comes never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), anyReply, (noise, { frame, reply }) => {
        const decoder = createReplyDecoder({ unit: 1, maxFrameBytes: 9 });
        const before = [...decoder.push(noise), ...decoder.idle()];
        const accounted = before.reduce((sum, event) => sum + (event.kind === 'garbage' ? event.length : 0), 0);
        if (repliesIn(before).length === 0) expect(accounted).toBe(noise.length);
        expect(repliesIn(decoder.push(frame))).toEqual([reply]);
      }),
    );
  });

  it('of another unit, and frames longer than anything we ask for, are noise', () => {
    const decoder = createReplyDecoder({ unit: 1, maxFrameBytes: 9 });
    const longer = sealFrame([1, 2, 5, 0, 0, 0, 0, 0]);
    const events = [...decoder.push(bytesOf('02 05 00 00 FF 00 8C 09')), ...decoder.push(longer), ...decoder.idle()];
    expect(repliesIn(events)).toEqual([]);
  });

  it('answer one request and no other', () => {
    fc.assert(
      fc.property(anyRequest, anyRequest, (asked, other) => {
        const echo = (request: ModbusRequest): ModbusReply => {
          switch (request.kind) {
            case 'write-coil':
              return { kind: 'write-echo', address: request.relay, value: request.on ? 0xff00 : 0 };
            case 'flash-on':
              return { kind: 'write-echo', address: 0x0200 | request.relay, value: request.tenths };
            case 'read-coils':
              return { kind: 'coils', bits: new Uint8Array(Math.ceil(request.count / 8)) };
            case 'read-inputs':
              return { kind: 'inputs', bits: new Uint8Array(Math.ceil(request.count / 8)) };
          }
        };
        expect(answers(asked, echo(asked))).toBe(true);
        if (asked.kind !== other.kind) expect(answers(asked, echo(other))).toBe(false);
        if (asked.kind === 'flash-on' && other.kind === 'flash-on') {
          expect(answers(asked, echo(other))).toBe(asked.relay === other.relay && asked.tenths === other.tenths);
        }
      }),
    );
  });
});

describe('bits of a reply', () => {
  it('count from the lowest bit of the first byte, and read as off beyond its end', () => {
    const bits = Uint8Array.of(0b0000_0101, 0b1000_0000);
    expect([0, 1, 2, 7, 15, 16, 99].map((index) => bitAt(bits, index))).toEqual([true, false, true, false, true, false, false]);
  });
});
