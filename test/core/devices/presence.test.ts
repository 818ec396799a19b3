import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { NOTHING_SEEN, type Presence, stepPresence } from '#core/devices/presence.ts';
import type { FoundPort } from '#core/ports/discovery.ts';

const port = (path: string, product = '7523'): FoundPort => ({ bus: 'serial', path, usb: { vendor: '1a86', product, port: '1-1', interface: 0 } });
const A = port('/dev/ttyUSB0');
const B = port('/dev/ttyUSB1');

/** One look after another: what each brought and took. */
function look(...looks: readonly (readonly FoundPort[])[]): { state: Presence; story: string[] } {
  let state = NOTHING_SEEN;
  const story = looks.map((listed) => {
    const step = stepPresence(state, listed);
    state = step.state;
    return [...step.appeared.map(({ path }) => `+${path}`), ...step.gone.map(({ path }) => `-${path}`)].join(' ');
  });
  return { state, story };
}

describe('what is there', () => {
  it('is there at the first look that shows it', () => {
    expect(look([A], [A, B]).story).toEqual(['+/dev/ttyUSB0', '+/dev/ttyUSB1']);
  });

  it('is gone when three looks in a row have missed it, and not before', () => {
    expect(LIMITS.devices.missesMax).toBe(3);
    expect(look([A], [], [], []).story).toEqual(['+/dev/ttyUSB0', '', '', '-/dev/ttyUSB0']);
    expect(look([A], [], [], [A], [], [], []).story).toEqual(['+/dev/ttyUSB0', '', '', '', '', '', '-/dev/ttyUSB0']);
  });

  it('is gone at once when the system says so', () => {
    const step = stepPresence(look([A, B]).state, [B], new Set([A.path]));
    expect([step.appeared, step.gone]).toEqual([[], [A]]);
  });

  it('is new when it went and came between two looks, at the next one', () => {
    const step = stepPresence(look([A]).state, [A], new Set([A.path]));
    expect([step.appeared, step.gone]).toEqual([[], [A]]);
    expect(stepPresence(step.state, [A]).appeared).toEqual([A]);
  });

  it('is another one when another device has its name', () => {
    const other = port('/dev/ttyUSB0', '5523');
    expect(look([A], [other]).story).toEqual(['', '+/dev/ttyUSB0 -/dev/ttyUSB0'].map((text, at) => (at === 0 ? '+/dev/ttyUSB0' : text)));
  });

  it('tells of comings and goings in turn, and knows at most what it was shown', () => {
    const anyLook = fc.record({ listed: fc.subarray([A, B, port('/dev/ttyACM0', '0001')]), removed: fc.subarray([A.path, B.path]) });
    fc.assert(
      fc.property(fc.array(anyLook, { maxLength: 30 }), (looks) => {
        let state = NOTHING_SEEN;
        const there = new Set<string>();
        for (const { listed, removed } of looks) {
          const step = stepPresence(state, listed, new Set(removed));
          state = step.state;
          for (const { path } of step.gone) expect(there.delete(path)).toBe(true);
          for (const { path } of step.appeared) {
            expect(there.has(path)).toBe(false);
            there.add(path);
          }
          expect(state.seen.map((seen) => seen.port.path).sort()).toEqual([...there].sort());
        }
      }),
    );
  });
});
