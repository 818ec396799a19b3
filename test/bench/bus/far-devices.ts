import { systemTimers as timers } from '#agent/runtime/clock.ts';
import { fromHex } from '#core/base/bytes.ts';
import { createGateSimulator } from '#drivers/modbus-gate/gate-simulator.ts';
import { createOsdpPdSimulator } from '#drivers/osdp/pd-simulator.ts';
import type { SimulatedDevice } from '#drivers/simulation/simulated-device.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { BAUD_RATE, REPLY_BYTES, REQUEST_BYTES } from './bus-setup.ts';

/** The devices at the far ends of the lines, in a process of their own: `<echo> <modbus> <osdp in the clear> <osdp in secret> <key>`. */
const [echo = '', modbus = '', clear = '', secret = '', key = ''] = process.argv.slice(2);

/** Answers every so many bytes with so many, and knows nothing else. */
const echoing: Pick<SimulatedDevice, 'connect'> = {
  connect: (line) => {
    let bytes = 0;
    const reply = new Uint8Array(REPLY_BYTES);
    return {
      receive: (chunk) => {
        for (bytes += chunk.length; bytes >= REQUEST_BYTES; bytes -= REQUEST_BYTES) line.write(reply);
      },
      closed: () => undefined,
    };
  },
};

async function serve(path: string, device: Pick<SimulatedDevice, 'connect'>): Promise<void> {
  let end: ReturnType<SimulatedDevice['connect']>;
  const opened = await serialTransport({ path, baudRate: BAUD_RATE }).open({ bytes: (chunk) => end?.receive(chunk), closed: () => process.exit(0) });
  if (!opened.ok) throw new Error(opened.error.message);
  const link = opened.value;
  end = device.connect({ write: (bytes) => void link.write(bytes), drop: () => process.exit(1) });
}

await serve(echo, echoing);
await serve(modbus, createGateSimulator({ timers }));
await serve(clear, createOsdpPdSimulator({ timers }));
await serve(secret, createOsdpPdSimulator({ timers, key: fromHex(key) }));
process.stdout.write('ready\n');
