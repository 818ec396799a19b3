import { connect, type Socket } from 'node:net';
import { answerOf, atrOf } from '#drivers/pcsc-reader/pcsc-simulator.ts';
import { BENCH_PROOF, simulatedChip } from '#drivers/smart-card/card-simulator.ts';
import { eventuallyAnswers } from '#test/support/eventually.ts';

/**
 * A card on vpcd's reader until it is killed: `<name>`. Says a line when it lies there. To the reader it is a TCP client: two bytes of length, then one byte of control
 * (0 off, 1 on, 2 reset, 4 answer to reset) or a command. A service that was started just now may not listen yet.
 */
const VPCD_PORT = 35_963;
const NAMES = ['member', 'payment', 'unknown'] as const;

const name = NAMES.find((known) => known === process.argv[2]);
if (name === undefined) throw new Error(`which card? ${NAMES.join(', ')}`);
const chip = simulatedChip(name, BENCH_PROOF);
const socket = await eventuallyAnswers('vpcd listens', dial);
let held = Buffer.alloc(0);
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
process.stdout.write('there\n');

function answer(bytes: Uint8Array): void {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(bytes.length);
  socket.write(Buffer.concat([head, bytes]));
}

function dial(): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(VPCD_PORT, '127.0.0.1', () => resolve(socket));
    socket.on('error', () => resolve(undefined));
  });
}
