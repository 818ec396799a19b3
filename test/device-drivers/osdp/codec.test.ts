import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '#core/base/bytes.ts';
import type { OsdpCommand, OsdpReply } from '#drivers/osdp/frame.ts';
import { encodeCommand, parseReply } from '#drivers/osdp/messages.ts';
import { checksum, coveredBytes, crc16, createPacketDecoder, encodePacket, type Packet, type PacketEvent } from '#drivers/osdp/packet.ts';
import { clientCryptogram, DEFAULT_KEY, firstMac, macOf, seal, serverCryptogram, sessionKeys, unseal } from '#drivers/osdp/secure-channel.ts';
import fixture from '#test/fixtures/osdp/packets.json' with { type: 'json' };

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const hex = (text: string): string => toHex(bytes(text));
const packetsIn = (events: readonly PacketEvent[]) => events.flatMap((event) => (event.kind === 'packet' ? [event.packet] : []));
const onLine = (sequence: number, command: OsdpCommand): Uint8Array =>
  encodePacket({ address: 0, isReply: false, sequence, check: 'crc', security: undefined, ...encodeCommand(command) });

const anyPacket: fc.Arbitrary<Packet> = fc.record({
  address: fc.integer({ min: 0, max: 0x7e }),
  isReply: fc.boolean(),
  sequence: fc.integer({ min: 0, max: 3 }),
  check: fc.constantFrom('crc' as const, 'checksum' as const),
  security: fc.option(fc.record({ type: fc.constantFrom(0x11, 0x12, 0x13, 0x14), data: fc.uint8Array({ maxLength: 1 }) }), { nil: undefined }),
  code: fc.integer({ min: 0, max: 255 }),
  data: fc.uint8Array({ maxLength: 100 }),
});

describe('OSDP checks', () => {
  it.each(fixture.checks)('$name', ({ body, check }) => {
    const crc = crc16(bytes(body));
    expect(toHex(Uint8Array.of(crc & 0xff, crc >> 8))).toBe(hex(check));
  });

  it('sum up to nothing with a checksum', () => {
    for (const { body, check } of fixture.sums) expect(toHex(Uint8Array.of(checksum(bytes(body))))).toBe(hex(check));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (data) => {
        expect(checksum(concatBytes(data, Uint8Array.of(checksum(data))))).toBe(0);
      }),
    );
  });
});

describe('OSDP packets', () => {
  it.each(fixture.plain)('$name', ({ question, sent, answered, reply }) => {
    expect(toHex(onLine(question.sequence, question.command as OsdpCommand))).toBe(hex(sent));
    if (answered === undefined || reply === undefined) return;
    const [packet] = packetsIn(createPacketDecoder().push(bytes(answered)));
    expect(packet).toMatchObject({ address: 0, isReply: true, sequence: question.sequence, check: 'crc' });
    const expected = 'data' in reply && typeof reply.data === 'string' ? { ...reply, data: bytes(reply.data) } : reply;
    expect(packet && parseReply(packet.code, packet.data)).toEqual(expected as OsdpReply);
  });

  it('read a refusal', () => {
    expect(packetsIn(createPacketDecoder().push(bytes(fixture.nak.answered))).map(({ code, data }) => parseReply(code, data))).toEqual([
      { kind: 'nak', reason: 3 },
    ]);
  });

  it('read the form of a secure poll, MAC and all', () => {
    const [packet] = packetsIn(createPacketDecoder().push(bytes(fixture.securePoll)));
    expect(packet).toMatchObject({ sequence: 1, security: { type: 0x15 }, code: 0x60, mac: bytes('92 8D 26 28') });
    expect(packet && toHex(encodePacket(packet, packet.mac))).toBe(hex(fixture.securePoll));
  });

  it('come back as they were sent', () => {
    fc.assert(
      fc.property(anyPacket, (packet) => {
        expect(packetsIn(createPacketDecoder().push(encodePacket(packet)))).toEqual([{ ...packet, mac: undefined, covered: coveredBytes(packet) }]);
      }),
    );
  });

  it('read byte by byte as in one piece', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            anyPacket.map((packet) => encodePacket(packet)),
            fc.uint8Array({ maxLength: 30 }),
          ),
          { maxLength: 6 },
        ),
        (parts) => {
          const whole = concatBytes(...parts);
          const bytewise = createPacketDecoder();
          const events = [...whole].flatMap((byte) => bytewise.push(Uint8Array.of(byte)));
          expect(packetsIn(events)).toEqual(packetsIn(createPacketDecoder().push(whole)));
        },
      ),
    );
  });

  it('are found behind noise once the line was silent', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), anyPacket, (noise, packet) => {
        const decoder = createPacketDecoder();
        decoder.push(noise);
        decoder.idle();
        expect(packetsIn(decoder.push(encodePacket(packet)))).toHaveLength(1);
      }),
    );
  });

  it('are never made of flipped bits', () => {
    const sent = bytes('53 00 0C 00 05 68 00 05 14 00 BA BE');
    for (let bit = 0; bit < sent.length * 8; bit++) {
      const flipped = sent.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(packetsIn(createPacketDecoder().push(flipped))).toEqual([]);
    }
  });

  it('take any bytes without a word, and any data without throwing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 300 }), (code, data) => {
        expect(parseReply(code, data).kind).toBeTypeOf('string');
        expect(createPacketDecoder().push(data).length).toBeLessThanOrEqual(data.length);
      }),
    );
  });
});

describe('the secure channel', () => {
  const { channel } = fixture;
  const randomA = bytes(channel.randomA);
  const randomB = bytes(channel.randomB);
  const keys = sessionKeys(bytes(channel.key), randomA);

  it('derives what the standard derives', () => {
    expect(toHex(DEFAULT_KEY)).toBe(hex(channel.key));
    expect([keys.enc, keys.mac1, keys.mac2].map(toHex)).toEqual([channel.enc, channel.mac1, channel.mac2].map(hex));
    expect(toHex(clientCryptogram(keys, randomA, randomB))).toBe(hex(channel.client));
    expect(toHex(serverCryptogram(keys, randomA, randomB))).toBe(hex(channel.server));
    expect(toHex(firstMac(keys, bytes(channel.server)))).toBe(hex(channel.firstMac));
  });

  it('opens what it sealed, and nothing that was touched gives the same', () => {
    const before = bytes(channel.firstMac);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (data) => {
        const sealed = seal(keys, before, data);
        expect(sealed.length % 16).toBe(0);
        expect(unseal(keys, before, sealed)).toEqual(data);
        expect(unseal(sessionKeys(DEFAULT_KEY, randomB), before, sealed)).not.toEqual(data);
      }),
    );
  });

  it('chains its MACs', () => {
    const message = bytes('53 00 0E 00 0D 02 15 60');
    expect(macOf(keys, bytes(channel.firstMac), message)).not.toEqual(macOf(keys, new Uint8Array(16), message));
    expect(macOf(keys, bytes(channel.firstMac), message)).toHaveLength(16);
  });
});
