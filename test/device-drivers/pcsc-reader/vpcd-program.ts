import { createDeviceManager } from '#agent/devices/device-manager.ts';
import { managedCardReader } from '#agent/devices/managed-device.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { toHex } from '#core/base/bytes.ts';
import { pcscDriver } from '#drivers/pcsc-reader/pcsc-driver.ts';
import { BENCH_PROOF } from '#drivers/smart-card/card-simulator.ts';
import { eventually } from '#test/support/eventually.ts';
import { insert, startService, stopService, virtualReader } from './card-service.ts';

/**
 * Inside a network of its own: Debian's pcscd with a virtual reader (vpcd), cards in processes of their own, and the driver under the device manager over the real
 * PC/SC library. Prints what the lobby saw, a line of JSON each.
 */
const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const reads: string[] = [];
const states: string[] = [];
const manager = createDeviceManager({
  devices: [
    managedCardReader({
      id: 'reader',
      driver: pcscDriver,
      options: { proof: BENCH_PROOF, random },
      transport: virtualReader(),
    }),
  ],
  clock,
  timers,
  random,
  log: silentLog,
  onHealth: ({ state }) => states.push([state.kind, ...state.reasons].join(' ')),
});
manager
  .cardReader('reader')
  .onCard((read) => reads.push(read.kind === 'contactless' ? `${toHex(read.uid)} ${read.technology} ${read.proof.kind}` : read.kind));

/** The first state of this kind since the last one that was waited for: a reader that is away is looked for again, and then away for another reason. */
let looked = 0;
const until = async (kind: string): Promise<string> => {
  const at = await eventually(`the reader is ${kind}: ${states.slice(looked).join(', ')}`, () => {
    const found = states.findIndex((state, index) => index >= looked && state.startsWith(kind));
    return found === -1 ? undefined : found + 1;
  });
  looked = at;
  return states[at - 1] ?? '';
};
const show = async (name: 'member' | 'payment' | 'unknown'): Promise<void> => {
  const before = reads.length;
  const card = await insert(name);
  await eventually(`the ${name} card is read; so far ${reads.join(', ')}`, () => reads.length > before);
  card.take();
};

manager.start();
say({ 'before the service runs': await until('absent') });
let service = startService();
await until('ready');
await show('member');
await show('payment');
await show('unknown');
say({ reads: reads.splice(0) });
await stopService(service);
say({ 'the service is gone': await until('absent') });
service = startService();
await until('ready');
await show('member');
say({ 'after its restart': reads.splice(0) });
await manager.stop();
await stopService(service);
say({ end: 'in order' });
process.exit(0);
