import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '#agent/runtime/clock.ts';
import type { CardRead } from '#core/ports/card-reader.ts';
import { pn532Driver } from '#drivers/pn532-reader/pn532-driver.ts';
import { createPn532Simulator } from '#drivers/pn532-reader/pn532-simulator.ts';
import { serveOverPty } from '#drivers/simulation/serve-over-pty.ts';
import { BENCH_PROOF, simulatedChip } from '#drivers/smart-card/card-simulator.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { eventually } from '#test/support/eventually.ts';

/** The program that reads is killed in another process, over a real serial line, after each command that it sends; the next one reads the card that lies there. */
const PROGRAM = fileURLToPath(new URL('./reading-program.ts', import.meta.url));

it.each([
  ['it was woken', '14'],
  ['it was asked what it is', '02'],
  ['it was set', '32'],
  ['it looked for a card', '4a'],
  ['the card was asked something', '40'],
  ['the card was told', 'told'],
  ['the card was let go', '52'],
])('killed when %s', { timeout: 30_000 }, async (_, point) => {
  const reader = createPn532Simulator({ timers, proof: BENCH_PROOF });
  const served = await serveOverPty(reader);
  if (!served.ok) throw new Error(served.error.message);
  onTestFinished(() => served.value.close());
  const { path } = served.value;
  reader.lay(simulatedChip('member', BENCH_PROOF));
  const program = spawn(process.execPath, ['--import', 'tsx', PROGRAM, path, point], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  program.stderr.on('data', (text) => {
    said += String(text);
  });
  const [, signal] = await once(program, 'exit');
  expect(signal, said).toBe('SIGKILL');

  await eventually('the port is there', () => existsSync(path));
  const connect = () =>
    pn532Driver.connect(
      { device: 'reader', transport: serialTransport({ path, baudRate: 115_200 }), clock, timers, onHealth: () => undefined },
      { random, proof: BENCH_PROOF },
    );
  let connected = await connect();
  // The port of the dead program goes away and comes back.
  for (let tries = 0; !connected.ok && tries < 20; tries += 1) {
    await eventually('the port is there', () => existsSync(path));
    connected = await connect();
  }
  if (!connected.ok) throw new Error(connected.error.message);
  const session = connected.value;
  const reads: CardRead[] = [];
  session.port.onCard((read) => reads.push(read));
  await eventually('the card is read', () => reads.length > 0);
  await session.stop();
  expect(reads).toMatchObject([{ kind: 'contactless', proof: { kind: 'challenge', keyId: 'bench' } }]);
});
