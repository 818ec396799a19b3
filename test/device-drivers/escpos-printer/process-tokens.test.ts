import { describe, expect, it } from 'vitest';
import { hours, instant, milliseconds, minutes } from '#core/base/time.ts';
import { createProcessTokens } from '#drivers/ticket-printer/process-tokens.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

describe('process tokens', () => {
  it('are four printable characters, and differ within a day at a ticket every two seconds', async () => {
    const time = createVirtualTime();
    const tokens = createProcessTokens(time.clock, 0);
    const seen = new Set<string>();
    const count = 43_200;
    for (let i = 0; i < count; i += 1) {
      const { printToken, cutToken } = tokens.next();
      if (!/^P[0-9A-Za-z]{3}$/.test(printToken) || cutToken !== `C${printToken.slice(1)}`) throw new Error(`odd token ${printToken}`);
      seen.add(printToken);
      time.jumpWall(milliseconds(2_000));
    }
    expect(seen.size).toBe(count);
  });

  it('go on across connections and restarts instead of beginning anew', () => {
    const time = createVirtualTime(instant(1_800_000_000_000));
    const before = createProcessTokens(time.clock, 0).next().printToken;
    time.jumpWall(minutes(1));
    expect(createProcessTokens(time.clock, 0).next().printToken).not.toBe(before);
  });

  it('of sixteen bits tell print from cut, and differ within three hours at a ticket every two seconds', () => {
    const time = createVirtualTime();
    const tokens = createProcessTokens(time.clock, 0, 'sixteen-bits');
    const seen = new Set<string>();
    const count = 5_400;
    for (let i = 0; i < count; i += 1) {
      const { printToken, cutToken } = tokens.next();
      if (!/^[0-7][0-9A-F]{3}$/.test(printToken) || Number.parseInt(cutToken, 16) !== Number.parseInt(printToken, 16) + 0x8000)
        throw new Error(`odd token ${printToken} ${cutToken}`);
      seen.add(printToken);
      time.jumpWall(milliseconds(2_000));
    }
    expect(seen.size).toBe(count);
  });

  it('do not repeat when the clock is set back', () => {
    const time = createVirtualTime();
    const tokens = createProcessTokens(time.clock, 0);
    const first = tokens.next().printToken;
    time.jumpWall(milliseconds(-hours(1)));
    expect(tokens.next().printToken).not.toBe(first);
  });
});
