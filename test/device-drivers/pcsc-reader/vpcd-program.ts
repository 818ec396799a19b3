import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createDeviceManager } from '#agent/devices/device-manager.ts';
import { managedCardReader } from '#agent/devices/managed-device.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { toHex } from '#core/base/bytes.ts';
import { pcscDriver } from '#drivers/pcsc-reader/pcsc-driver.ts';
import { answerOf, atrOf } from '#drivers/pcsc-reader/pcsc-simulator.ts';
import { BENCH_PROOF, type SimulatedChip, simulatedChip } from '#drivers/smart-card/card-simulator.ts';
import { pcscTransport } from '#drivers/transport/pcsc.ts';
import { eventually } from '#test/support/eventually.ts';

/**
 * Inside a network of its own: Debian's pcscd with a virtual reader (vpcd), cards that are TCP clients of it, and the driver under the device manager over the real
 * PC/SC library. Prints what the lobby saw, a line of JSON each.
 */
const VPCD_PORT = 35_963;
const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

function startService(): ChildProcess {
  const service = spawn('pcscd', ['--foreground'], { stdio: 'ignore' });
  service.on('error', (cause) => {
    throw new Error(`pcscd cannot be started (${cause.message}); apt-get install pcscd vsmartcard-vpcd`);
  });
  return service;
}

async function stopService(service: ChildProcess): Promise<void> {
  const ended = once(service, 'exit');
  service.kill('SIGTERM');
  await ended;
}

/** The card's end of vpcd: two bytes of length, then one byte of control (0 off, 1 on, 2 reset, 4 answer to reset) or a command. */
function insert(chip: SimulatedChip): Socket {
  const socket = connect(VPCD_PORT, '127.0.0.1');
  let held = Buffer.alloc(0);
  const answer = (bytes: Uint8Array): void => {
    const head = Buffer.alloc(2);
    head.writeUInt16BE(bytes.length);
    socket.write(Buffer.concat([head, bytes]));
  };
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 2 && held.length >= 2 + held.readUInt16BE()) {
      const message = held.subarray(2, 2 + held.readUInt16BE());
      held = held.subarray(2 + message.length);
      if (message.length > 1) answer(answerOf(chip, new Uint8Array(message)));
      else if (message[0] === 4) answer(atrOf(chip));
      else chip.powerUp();
    }
  });
  return socket;
}

const reads: string[] = [];
const states: string[] = [];
const manager = createDeviceManager({
  devices: [
    managedCardReader({
      id: 'reader',
      driver: pcscDriver,
      options: { proof: BENCH_PROOF, random },
      transport: pcscTransport({ reader: 'Virtual PCD 00 00' }, timers),
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

const until = (state: string): Promise<unknown> =>
  eventually(`the reader is ${state}: ${states.join(', ')}`, () => states.at(-1)?.startsWith(state) ?? false);
const show = async (name: 'member' | 'payment' | 'unknown'): Promise<void> => {
  const before = reads.length;
  const card = insert(simulatedChip(name, BENCH_PROOF));
  await eventually(`the ${name} card is read; so far ${reads.join(', ')}`, () => reads.length > before);
  card.destroy();
};

manager.start();
await until('absent');
say({ 'before the service runs': states.at(-1) });
let service = startService();
await until('ready');
await show('member');
await show('payment');
await show('unknown');
say({ reads: reads.splice(0) });
await stopService(service);
await until('absent');
say({ 'the service is gone': states.at(-1) });
service = startService();
await until('ready');
await show('member');
say({ 'after its restart': reads.splice(0) });
await manager.stop();
await stopService(service);
say({ end: 'in order' });
process.exit(0);
