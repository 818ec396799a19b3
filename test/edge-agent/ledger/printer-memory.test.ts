import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLedger } from '#agent/ledger/ledger.ts';
import { createPrinterMemory } from '#agent/ledger/printer-memory.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

test('what is known of a printer outlives the program, of each printer by itself', () => {
  const path = join(scratchFolder(), 'ledger.db');
  const open = (boot: string) =>
    openLedger(path, { clock: createVirtualTime().clock, random: { uniform: () => 0.5, bytes: (length) => new Uint8Array(length).fill(7) }, boot });
  const first = open('first');
  const stuck = { lastToken: 41, mayHoldRemainder: true, mayHang: true, papersSinceLow: 3 };
  const memory = createPrinterMemory(first, 'printer-a');
  memory.keep({ ...stuck, lastToken: 40, mayHang: false });
  memory.keep(stuck);
  first.close();
  const second = open('second');
  expect(createPrinterMemory(second, 'printer-a').read()).toEqual(stuck);
  expect(createPrinterMemory(second, 'printer-b').read()).toEqual({ lastToken: 0, mayHoldRemainder: false, mayHang: false, papersSinceLow: 0 });
  second.close();
});
