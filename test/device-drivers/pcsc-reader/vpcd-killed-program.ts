import { fileURLToPath } from 'node:url';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '#agent/runtime/clock.ts';
import type { CardRead } from '#core/ports/card-reader.ts';
import { pcscDriver } from '#drivers/pcsc-reader/pcsc-driver.ts';
import { BENCH_PROOF } from '#drivers/smart-card/card-simulator.ts';
import { eventually } from '#test/support/eventually.ts';
import { connectAgain, runUntilKilled } from '#test/support/killed-program.ts';
import { insert, startService, stopService, virtualReader } from './card-service.ts';

/**
 * Inside a network of its own: a member's card lies on the reader, a program that reads it is killed at each point, and the next one reads the card that still
 * lies there. Before that, sessions that end the moment they began. Prints what the next one read, a line of JSON for each point.
 */
const PROGRAM = fileURLToPath(new URL('./reading-program.ts', import.meta.url));
const POINTS = {
  'when it was ready': 'ready',
  'when the reader was asked for the number': 'after ffca',
  'when the card was asked whether it pays': 'after 00a404',
  'when the application was chosen': 'after 905a',
  'when the proof was begun': 'after 90aa',
  'when the proof was half done': 'after 90af',
  'when the card was told': 'told',
};
const SHORT_SESSIONS = 60;

const service = startService();
const card = await insert('member');
const context = { device: 'reader', transport: virtualReader(), clock, timers, onHealth: () => undefined };
const connect = () => connectAgain(() => pcscDriver.connect(context, { random, proof: BENCH_PROOF }));
for (let session = 1; session <= SHORT_SESSIONS; session++) await (await connect()).stop();
process.stdout.write(`${JSON.stringify({ 'short sessions': SHORT_SESSIONS })}\n`);
for (const [name, point] of Object.entries(POINTS)) {
  await runUntilKilled(PROGRAM, [point]);
  const session = await connect();
  const reads: CardRead[] = [];
  session.port.onCard((read) => reads.push(read));
  await eventually(`the card is read after a death ${name}`, () => reads.length > 0);
  await session.stop();
  process.stdout.write(`${JSON.stringify({ [name]: reads.map((read) => (read.kind === 'contactless' ? read.proof.kind : read.kind)) })}\n`);
}
card.take();
await stopService(service);
process.exit(0);
