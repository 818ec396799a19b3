import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock as clock, systemTimers } from '#agent/runtime/clock.ts';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Duration, milliseconds } from '#core/base/time.ts';
import type { Timers } from '#core/ports/clock.ts';
import type { GoodsDecision, PaymentTerminal, TerminalInquiry, TerminalReceipt } from '#core/ports/payment-terminal.ts';
import { serveOverPty } from '#drivers/simulation/serve-over-pty.ts';
import { serveOverTcp } from '#drivers/simulation/serve-over-tcp.ts';
import { createTerminalSimulator, type TerminalSimulator } from '#drivers/zvt-terminal/zvt-simulator.ts';
import { eventually, eventuallyAnswers } from '#test/support/eventually.ts';
import { connectAgain, runUntilKilled } from '#test/support/killed-program.ts';
import { connectTo, transportTo } from './killed-terminal.ts';
import { AMOUNT } from './terminal-bench.ts';

/**
 * The program that takes a payment is killed in another process, over TCP and a real serial line, at every step of it. The terminal's own books are the truth:
 * what the next program finds out agrees with them, and paying again where nothing is booked takes the money once.
 */
const PROGRAM = fileURLToPath(new URL('./paying-program.ts', import.meta.url));
const EARLIER = { minor: 2_400, currency: 'CNY' } as const;

/** What a terminal waits for on the line. A busy machine needs it: a frame that is sent again is acknowledged again, and a program dies at the wrong one. */
const ON_THE_LINE: readonly Duration[] = [LIMITS.zvt.confirmWithin, LIMITS.zvt.silenceInFrame];
/** A terminal whose people live ten times as fast, so that it gives up waiting for the goods in three seconds. */
const hurried: Timers = {
  after: (delay, action) => systemTimers.after(ON_THE_LINE.includes(delay) ? delay : milliseconds(Math.ceil(delay / 10)), action),
};

/** A guest who holds her card to the terminal whenever it asks, while `isThere`. */
function guestAt(simulator: TerminalSimulator, isThere: () => boolean): void {
  simulator.onChange(() => {
    if (simulator.state().phase === 'waiting-for-card' && isThere()) hurried.after(milliseconds(100), () => simulator.present('good'));
  });
}

const pay = async (terminal: PaymentTerminal, amount: TerminalInquiry['amount']): Promise<TerminalReceipt> => {
  const outcome = await terminal.authorise({
    attemptKey: 'another',
    amount,
    onText: () => undefined,
    onApproved: () => undefined,
    decide: () => 'goods-issued',
  });
  expect(outcome.kind).toBe('approved');
  return outcome.kind === 'approved' ? outcome.receipt : Promise.reject(new Error(outcome.kind));
};

/** @param comes when the next program is there: at once, or when the terminal has given up waiting for word of the goods */
async function killedAt(framing: 'tcp' | 'serial', point: string, decision: GoodsDecision, comes: 'at once' | 'late') {
  const simulator = createTerminalSimulator({ timers: hurried, clock, framing });
  const served = framing === 'tcp' ? await serveOverTcp(simulator) : await serveOverPty(simulator);
  if (!served.ok) throw new FaultError(served.error);
  const folder = mkdtempSync(join(tmpdir(), 'foyer-killed-'));
  onTestFinished(async () => {
    await served.value.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const place = 'path' in served.value ? served.value.path : String(served.value.port);
  const connect = () => connectAgain(() => connectTo(framing, transportTo(framing, place)));

  // She comes late where the program dies before a card is there.
  let isGuestThere = true;
  guestAt(simulator, () => isGuestThere);
  const first = await connect();
  const before = await pay(first.port, EARLIER);
  await first.stop();
  isGuestThere = !['after 0601', 'prompted present-card'].includes(point);
  const journal = join(folder, 'journal.json');
  const begun: TerminalInquiry = { attemptKey: 'attempt-1', amount: AMOUNT, startedAt: clock.wall(), before, approved: undefined };
  writeFileSync(journal, JSON.stringify(begun));
  await runUntilKilled(PROGRAM, [framing, place, journal, decision, point]);
  if ('hostGone' in served.value) await served.value.hostGone();
  isGuestThere = true;
  if (comes === 'late') await eventually('the terminal is idle', () => simulator.state().phase === 'idle');

  const inquiry: TerminalInquiry = JSON.parse(readFileSync(journal, 'utf8'));
  const next = await connect();
  onTestFinished(() => next.stop());
  // As long as it waits for the goods it tells nothing, and nobody guesses.
  const finding = await eventuallyAnswers('the terminal tells its newest booking', async () => {
    const found = await next.port.inquire(inquiry);
    return found.kind === 'unknown' ? undefined : found;
  });
  const keptOf = (): number => simulator.bookings.kept() - EARLIER.minor;
  const kept = keptOf();
  if (finding.kind !== 'approved') await pay(next.port, AMOUNT);
  const keptAtLast = keptOf();
  const receipt = finding.kind === 'approved' ? finding.receipt : undefined;
  return { finding: finding.kind, kept, keptAtLast, receipt, simulator, next, isSettled: simulator.state().phase === 'idle' };
}

/** The answer is an acknowledgement, the fourth: the end of the registration, two texts and this. */
const GOODS_ARE_OUT = 'after 800000 #4';

describe.each(['tcp', 'serial'] as const)('the driver of a terminal over %s', (framing) => {
  it.each([
    ['when it had registered', 'registered', 'wait', 'not-booked'],
    ['when it had asked for the money', 'after 0601', 'wait', 'not-booked'],
    ['while the terminal waited for a card', 'prompted present-card', 'wait', 'not-booked'],
    ['while the bank was asked', 'prompted wait', 'wait', 'reversed'],
    ['when it had heard of the approval', 'approved', 'wait', 'reversed'],
    ['when it had kept the receipt', 'kept', 'wait', 'reversed'],
    ['when it was asked for the goods', 'asked for the goods', 'goods-issued', 'reversed'],
    ['when it had said that they are being made', 'after 849c', 'wait', 'reversed'],
    ['when it had said that they came out', GOODS_ARE_OUT, 'goods-issued', 'approved'],
    ['when it had heard the end', 'over', 'goods-issued', 'approved'],
    ['when it had said that nothing came out', 'after 8466', 'not-issued', 'reversed'],
    ['when it had heard that the money went back', 'over', 'not-issued', 'reversed'],
  ] as const)('is killed %s', { timeout: 180_000 }, async (_, point, decision, expected) => {
    const { finding, kept, keptAtLast, isSettled, receipt, next, simulator } = await killedAt(framing, point, decision, 'late');
    expect({ finding, kept }).toEqual({ finding: expected, kept: expected === 'approved' ? AMOUNT.minor : 0 });
    expect({ keptAtLast, isSettled }).toEqual({ keptAtLast: AMOUNT.minor, isSettled: true });
    if (receipt === undefined) return;
    // What was found can be given back, once.
    expect(await next.port.reverse(receipt)).toMatchObject({ kind: 'reversed' });
    expect(await next.port.reverse(receipt)).toMatchObject({ kind: 'reversed' });
    expect(simulator.bookings.kept()).toBe(EARLIER.minor);
  });

  /** It may still ask the next program, which acknowledges: then the money is kept, and found, and what becomes of it is the lobby's to say. */
  it.each([
    ['while the bank was asked', 'prompted wait'],
    ['when it had kept the receipt', 'kept'],
    ['when it had said that they are being made', 'after 849c'],
  ] as const)('is killed %s, and the next one comes at once', { timeout: 180_000 }, async (_, point) => {
    const { finding, kept, keptAtLast, isSettled } = await killedAt(framing, point, 'wait', 'at once');
    expect({ finding, keptAtLast, isSettled }).toEqual({ finding: kept === 0 ? 'reversed' : 'approved', keptAtLast: AMOUNT.minor, isSettled: true });
  });
});
