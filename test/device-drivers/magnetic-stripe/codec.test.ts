import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '#core/base/bytes.ts';
import { createStructureFramer, encodeReport, encodeStructure, parseSwipe, type StructureEvent } from '#drivers/magnetic-stripe/codec.ts';
import type { Swipe } from '#drivers/magnetic-stripe/frame.ts';
import { STRIPE_PROFILES } from '#drivers/magnetic-stripe/profiles.ts';

const anyTrack = fc.stringMatching(/^[ -_]{0,90}$/);
const anySwipe: fc.Arbitrary<Swipe> = fc
  .tuple(anyTrack, anyTrack, anyTrack)
  .filter((tracks) => tracks.some((track) => track !== ''))
  .map((tracks) => ({ tracks, isDamaged: false, encodeType: 4 }));
const swipesOf = (events: readonly StructureEvent[]): Swipe[] => events.flatMap((event) => (event.kind === 'swipe' ? [event.swipe] : []));
const REPORTS = [STRIPE_PROFILES['magtek-sureswipe'], STRIPE_PROFILES['magtek-magnesafe']] as const;

describe('reports of stripe readers', () => {
  it('give back what was swiped', () => {
    fc.assert(
      fc.property(anySwipe, fc.constantFrom(...REPORTS), (swipe, profile) => {
        expect(parseSwipe(encodeReport(swipe, profile), profile)).toEqual(swipe);
      }),
    );
  });

  it('are none, or three tracks within their limit, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 900 }), fc.constantFrom(...REPORTS), (report, profile) => {
        const swipe = parseSwipe(report, profile);
        expect(swipe?.tracks ?? ['', '', '']).toHaveLength(3);
        for (const track of swipe?.tracks ?? []) expect(track.length).toBeLessThanOrEqual(profile.trackBytesMax);
      }),
    );
  });
});

describe('ID TECH structures', () => {
  it('read the same byte by byte as in one piece', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anySwipe.map(encodeStructure), fc.uint8Array({ maxLength: 60 })), { maxLength: 5 }), (pieces) => {
        const line = concatBytes(...pieces);
        const whole = createStructureFramer(1_024);
        const single = createStructureFramer(1_024);
        const inOne = swipesOf(whole.push(line));
        const byByte = swipesOf([...line].flatMap((byte) => single.push(Uint8Array.of(byte))));
        expect(byByte).toEqual(inOne);
      }),
    );
  });

  it('are found behind noise, once the line was quiet', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), anySwipe, (noise, swipe) => {
        const framer = createStructureFramer(1_024);
        framer.push(noise);
        framer.idle();
        expect(swipesOf(framer.push(encodeStructure(swipe)))).toEqual([swipe]);
        expect(framer.isInFrame).toBe(false);
      }),
    );
  });

  it('are refused with any one bit wrong', () => {
    fc.assert(
      fc.property(anySwipe, fc.nat(), fc.integer({ min: 0, max: 7 }), (swipe, at, bit) => {
        const line = encodeStructure(swipe);
        const index = at % line.length;
        line[index] = (line[index] ?? 0) ^ (1 << bit);
        const framer = createStructureFramer(1_024);
        const swipes = swipesOf([...framer.push(line), ...framer.idle()]);
        expect(swipes).toEqual([]);
      }),
    );
  });
});
