import { print } from 'receiptio';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock as clock, systemTimers as timers } from '#agent/runtime/clock.ts';
import { createPrinterSimulator } from '#drivers/escpos-printer/simulator.ts';
import { serveOverTcp } from '#drivers/simulation/serve-over-tcp.ts';
import { createStarSimulator } from '#drivers/star-printer/simulator.ts';
import type { PrinterSimulator } from '#drivers/ticket-printer/simulator/simulated-printer.ts';
import { readPaper } from '#test/support/paper-reader.ts';

/**
 * `receiptio`, a print host that knows nothing of us, prints on our simulated printers over TCP and asks them how they are. It finds out by itself which language they
 * speak, and waits for their word: `GS r` of one, the counter of the other.
 */

const RECEIPT = ['^^^示例影城', '影票|3号厅 5排08座', '-', '{code:FT1-RECEIPTIO-0001;option:qrcode,6,m}'].join('\n');
const FAMILIES: readonly (readonly [string, () => PrinterSimulator])[] = [
  ['ESC/POS', () => createPrinterSimulator({ clock, timers, mmPerSecond: 1_000 })],
  ['Star', () => createStarSimulator({ clock, timers, mmPerSecond: 1_000 })],
];

/** It always takes port 9100; each test has a loopback address of its own. */
let addresses = 0;
async function plugIn(printer: PrinterSimulator): Promise<string> {
  addresses += 1;
  const host = `127.${(process.pid >> 8) & 0x7f}.${process.pid & 0xff}.${addresses}`;
  const served = await serveOverTcp(printer, { host, port: 9_100 });
  if (!served.ok) throw new Error(served.error.message);
  onTestFinished(() => served.value.close());
  return host;
}

describe.each(FAMILIES)('receiptio and our %s printer', (_, simulate) => {
  it('print a receipt in Chinese with a code, to its cut', async () => {
    const printer = simulate();
    const host = await plugIn(printer);
    expect(await print(RECEIPT, `-d ${host} -c 48 -l zh -t 20`)).toBe('success');
    expect(printer.papers()).toMatchObject([{ cut: true }]);
    const png = printer.paperPng(1);
    if (png === undefined) throw new Error('nothing was printed');
    expect(readPaper(png)).toBe('FT1-RECEIPTIO-0001');
  });

  it.each([
    ['paper-out', 'paperempty'],
    ['cover-open', 'coveropen'],
  ])('agree about %s', async (fault, status) => {
    const printer = simulate();
    const host = await plugIn(printer);
    expect(await print('', `-d ${host} -q`)).toBe('online');
    printer.setFault(fault, true);
    expect(await print('', `-d ${host} -q`)).toBe(status);
    expect(await print(RECEIPT, `-d ${host} -c 48 -l zh -t 20`)).toBe(status);
    expect(printer.papers()).toEqual([]);
  });
});
