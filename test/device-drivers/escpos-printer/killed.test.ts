import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { openLedger } from '#agent/ledger/ledger.ts';
import { createPrintLedger } from '#agent/ledger/print-ledger.ts';
import { createPrinterMemory } from '#agent/ledger/printer-memory.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '#agent/runtime/clock.ts';
import { serveOverPty } from '#drivers/simulation/serve-over-pty.ts';
import { ticketPrinterDriver } from '#drivers/ticket-printer/driver.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { connectAgain, runUntilKilled } from '#test/support/killed-program.ts';
import { killedModel } from './killed-models.ts';
import { job } from './printer-bench.ts';

/**
 * The program that prints is killed in another process, at every state of a job, over a real serial line. What the next program finds in the ledger is true,
 * and nothing of the old job comes out any more.
 */
const PROGRAM = fileURLToPath(new URL('./printing-program.ts', import.meta.url));

async function killedAt(point: string, model = 'epson') {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-killed-'));
  const plug = killedModel(model);
  const printer = plug.simulate({ clock, timers, mmPerSecond: point === 'half printed' ? 100 : 1_500 });
  const served = await serveOverPty(printer);
  if (!served.ok) throw new Error(served.error.message);
  onTestFinished(async () => {
    await served.value.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const path = join(folder, 'ledger.db');
  await runUntilKilled(PROGRAM, [path, served.value.path, point, model]);
  await served.value.hostGone();

  const ledger = openLedger(path, { clock, random, boot: 'next' });
  onTestFinished(() => ledger.close());
  const memory = createPrinterMemory(ledger, 'printer');
  const couldHold = memory.read().mayHoldRemainder;
  createPrintLedger(ledger).recover(clock.wall(), 'another start of the machine');
  const state = ledger.database.prepare('SELECT state FROM print_job').pluck().get();
  const events = ledger.database
    .prepare(`SELECT body FROM outbox WHERE type = 'print' ORDER BY seq`)
    .all()
    .map((row) => String((JSON.parse((row as { body: string }).body) as { outcome: string }).outcome));

  const transport = serialTransport({ path: served.value.path, baudRate: 115_200 });
  const context = { device: 'printer', transport, clock, timers, onHealth: () => undefined };
  const session = await connectAgain(() => ticketPrinterDriver.connect(context, { columns: 48, language: plug.language, memory }));
  printer.tearOff();
  const before = printer.papers().length;
  const next = await session.port.print(job());
  await session.stop();
  return { state, events, couldHold, isEmptyNow: !memory.read().mayHoldRemainder, next, newPieces: printer.papers().length - before };
}

it.each([
  ['started', 'uncertain', ['started', 'uncertain'], true],
  ['half printed', 'uncertain', ['started', 'uncertain'], true],
  ['print-confirmed', 'uncertain', ['started', 'uncertain'], true],
  ['cut-confirmed', 'printed', ['started', 'printed'], true],
  ['outcome', 'printed', ['started', 'printed'], false],
] as const)('killed at %s: %s', { timeout: 180_000 }, async (point, state, events, couldHold) => {
  const found = await killedAt(point);
  expect(found).toMatchObject({ state, events, couldHold, isEmptyNow: true, next: { kind: 'printed', evidence: 'cut-confirmed' }, newPieces: 1 });
});

const BLOCKED = { kind: 'not-printed', fault: { code: 'E-PRN-CLEAR' } };

/** These cannot prove that they are empty after a job that nobody saw end: nothing more is printed until a person has switched them off and on. */
it.each([
  ['custom-vkp80', 'started', 'uncertain', ['started', 'uncertain'], BLOCKED],
  ['custom-vkp80', 'half printed', 'uncertain', ['started', 'uncertain'], BLOCKED],
  ['custom-vkp80', 'print-confirmed', 'uncertain', ['started', 'uncertain'], BLOCKED],
  ['custom-vkp80', 'presented', 'printed', ['started', 'printed'], { kind: 'printed', evidence: 'taken' }],
  ['custom-vkp80', 'taken', 'printed', ['started', 'printed'], { kind: 'printed', evidence: 'taken' }],
  ['star-chinese', 'started', 'uncertain', ['started', 'uncertain'], BLOCKED],
  ['star-chinese', 'half printed', 'uncertain', ['started', 'uncertain'], BLOCKED],
  ['star-chinese', 'print-confirmed', 'uncertain', ['started', 'uncertain'], BLOCKED],
  ['star-chinese', 'cut-confirmed', 'printed', ['started', 'printed'], BLOCKED],
  ['star-chinese', 'outcome', 'printed', ['started', 'printed'], { kind: 'printed', evidence: 'cut-confirmed' }],
] as const)('%s, killed at %s: %s', { timeout: 180_000 }, async (model, point, state, events, next) => {
  expect(await killedAt(point, model)).toMatchObject({ state, events, next });
});
