import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, concatBytes, fromHex, toHex } from '#core/base/bytes.ts';
import { InvariantError } from '#core/base/fault.ts';
import { createCommandDecoder, createReplyDecoder, encodeCommand, type RelayReplyEvent } from '#drivers/lcus-relay/codec.ts';
import type { RelayCommand } from '#drivers/lcus-relay/frame.ts';
import frames from '#test/fixtures/lcus-relay/frames.json' with { type: 'json' };

const levels = (events: readonly RelayReplyEvent[]) => events.flatMap((event) => (event.kind === 'level' ? [event.level] : []));

describe('commands to a relay module', () => {
  it.each(frames.commands)('$name', ({ command, frame }) => {
    expect(toHex(encodeCommand(command as RelayCommand))).toBe(toHex(fromHex(frame) ?? new Uint8Array()));
  });

  it('name no channel that no module has', () => {
    for (const channel of [0, 9]) expect(() => encodeCommand({ kind: 'switch', channel, on: true })).toThrow(InvariantError);
  });

  it('are found by the module behind any noise that is no command', () => {
    const noise = fc.uint8Array({ maxLength: 20 }).map((bytes) => bytes.map((byte) => (byte >= 0xa0 ? byte & 0x7f : byte)));
    fc.assert(
      fc.property(noise, fc.integer({ min: 1, max: 8 }), fc.boolean(), (before, channel, on) => {
        const found = createCommandDecoder().push(concatBytes(before, encodeCommand({ kind: 'switch', channel, on })));
        expect(found).toEqual([{ kind: 'switch', channel, on }]);
      }),
    );
  });
});

describe('answers of a relay module', () => {
  it.each(frames.replies)('$line', ({ line, level }) => {
    expect(levels(createReplyDecoder().push(ascii(line)))).toEqual([level]);
  });

  it('read byte by byte as in one piece, and nothing throws or is kept', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...frames.replies.map(({ line }) => ascii(line))), fc.uint8Array({ maxLength: 60 }))),
        (parts) => {
          const whole = concatBytes(...parts);
          const bytewise = createReplyDecoder();
          expect([...whole].flatMap((byte) => bytewise.push(Uint8Array.of(byte)))).toEqual(createReplyDecoder().push(whole));
        },
      ),
    );
  });

  it('are found behind noise and between noise, once its line has ended', () => {
    const noise = fc.uint8Array({ maxLength: 60 }).map((bytes) => concatBytes(bytes, ascii('\r\n')));
    // Noise that happens to be an answer is one.
    const meansNothing = noise.filter((bytes) => levels(createReplyDecoder().push(bytes)).length === 0);
    fc.assert(
      fc.property(fc.array(fc.tuple(meansNothing, fc.constantFrom(...frames.replies)), { minLength: 1, maxLength: 5 }), (parts) => {
        const stream = concatBytes(...parts.flatMap(([before, { line }]) => [before, ascii(`${line}\r\n`)]));
        expect(levels(createReplyDecoder().push(stream))).toEqual(parts.map(([, { level }]) => level));
      }),
    );
  });
});
