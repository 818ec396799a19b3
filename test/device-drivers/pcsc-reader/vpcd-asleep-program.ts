import { systemClock as clock, systemRandom as random, systemTimers as timers } from '#agent/runtime/clock.ts';
import { assert } from '#core/base/fault.ts';
import type { Transport } from '#core/ports/link.ts';
import { pcscDriver } from '#drivers/pcsc-reader/pcsc-driver.ts';
import { BENCH_PROOF } from '#drivers/smart-card/card-simulator.ts';
import { eventuallyAnswers } from '#test/support/eventually.ts';
import { startService, stopService, virtualReader } from './card-service.ts';

/**
 * Inside a network of its own: a pcscd that listens and takes nobody in (SIGSTOP), as one that starts with a slow reader, or hangs. Only this program's event loop
 * wakes it again: a program that the PC/SC library holds up never ends.
 */
const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const connect = (transport: Transport) =>
  pcscDriver.connect({ device: 'reader', transport, clock, timers, onHealth: () => undefined }, { random, proof: BENCH_PROOF });
const connected = (transport: Transport) =>
  eventuallyAnswers('the service has the reader', async () => {
    const outcome = await connect(transport);
    return outcome.ok ? outcome.value : undefined;
  });

const service = startService();
// Now it listens for sure.
await (await connected(virtualReader())).stop();
service.kill('SIGSTOP');
const later = virtualReader();
const held = await connect(later);
assert(!held.ok, 'a service that is held up gives nobody a reader');
say({ 'held up': `${held.error.code}, ${held.error.message.includes('takes nobody in') ? 'takes nobody in' : held.error.message}` });
service.kill('SIGCONT');
const session = await connected(later);
say({ awake: 'connected' });
await session.stop();
await stopService(service);
process.exit(0);
