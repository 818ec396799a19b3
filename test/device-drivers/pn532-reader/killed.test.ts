import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock as clock, systemRandom as random } from '#agent/runtime/clock.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { CardRead } from '#core/ports/card-reader.ts';
import { pn532Driver } from '#drivers/pn532-reader/pn532-driver.ts';
import { createPn532Simulator } from '#drivers/pn532-reader/pn532-simulator.ts';
import { serveOverPty } from '#drivers/simulation/serve-over-pty.ts';
import { BENCH_PROOF, simulatedChip } from '#drivers/smart-card/card-simulator.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { eventually } from '#test/support/eventually.ts';
import { connectAgain, runUntilKilled } from '#test/support/killed-program.ts';
import { patientWith } from '#test/support/patient-timers.ts';

/** The program that reads is killed in another process, over a real serial line, after each command that it sends; the next one reads the card that lies there. */
const PROGRAM = fileURLToPath(new URL('./reading-program.ts', import.meta.url));
const timers = patientWith(LIMITS.cards.pn532.acknowledgeWithin, LIMITS.cards.pn532.answerWithin);

it.each([
  ['it was woken', 'after d414'],
  ['it was asked what it is', 'after d402'],
  ['it was set', 'after d432'],
  ['it looked for a card', 'after d44a'],
  ['the card was asked something', 'after d440'],
  ['the card was told', 'told'],
  ['the card was let go', 'after d452'],
])('killed when %s', { timeout: 180_000 }, async (_, point) => {
  const reader = createPn532Simulator({ timers, proof: BENCH_PROOF });
  const served = await serveOverPty(reader);
  if (!served.ok) throw new Error(served.error.message);
  onTestFinished(() => served.value.close());
  const { path } = served.value;
  reader.lay(simulatedChip('member', BENCH_PROOF));
  await runUntilKilled(PROGRAM, [path, point]);
  await served.value.hostGone();

  const session = await connectAgain(() =>
    pn532Driver.connect(
      { device: 'reader', transport: serialTransport({ path, baudRate: 115_200 }), clock, timers, onHealth: () => undefined },
      { random, proof: BENCH_PROOF },
    ),
  );
  const reads: CardRead[] = [];
  session.port.onCard((read) => reads.push(read));
  await eventually('the card is read', () => reads.length > 0);
  await session.stop();
  expect(reads).toMatchObject([{ kind: 'contactless', proof: { kind: 'challenge', keyId: 'bench' } }]);
});
