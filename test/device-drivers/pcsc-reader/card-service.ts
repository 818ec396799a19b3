import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { systemTimers as timers } from '#agent/runtime/clock.ts';
import { answerOf, atrOf } from '#drivers/pcsc-reader/pcsc-simulator.ts';
import type { SimulatedChip } from '#drivers/smart-card/card-simulator.ts';
import { pcscTransport } from '#drivers/transport/pcsc.ts';
import { eventuallyAnswers } from '#test/support/eventually.ts';

/** Debian's pcscd with a virtual reader (vpcd), and cards that are TCP clients of it; for programs in a network of their own (`own-network.ts`). */
const VPCD_PORT = 35_963;

export const virtualReader = () => pcscTransport({ reader: 'Virtual PCD 00 00' }, timers);

export function startService(): ChildProcess {
  const service = spawn('pcscd', ['--foreground'], { stdio: 'ignore' });
  service.on('error', (cause) => {
    throw new Error(`pcscd cannot be started (${cause.message}); apt-get install pcscd vsmartcard-vpcd`);
  });
  return service;
}

export async function stopService(service: ChildProcess): Promise<void> {
  const ended = once(service, 'exit');
  service.kill('SIGTERM');
  await ended;
}

/**
 * The card's end of vpcd: two bytes of length, then one byte of control (0 off, 1 on, 2 reset, 4 answer to reset) or a command. A service that was started just now
 * may not listen yet.
 */
export async function insert(chip: SimulatedChip): Promise<Socket> {
  const socket = await eventuallyAnswers('vpcd listens', dial);
  let held = Buffer.alloc(0);
  const answer = (bytes: Uint8Array): void => {
    const head = Buffer.alloc(2);
    head.writeUInt16BE(bytes.length);
    socket.write(Buffer.concat([head, bytes]));
  };
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

function dial(): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(VPCD_PORT, '127.0.0.1', () => resolve(socket));
    socket.on('error', () => resolve(undefined));
  });
}
