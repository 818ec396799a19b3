import { systemTimers as timers } from '#agent/runtime/clock.ts';
import { fromHex } from '#core/base/bytes.ts';
import { COMMAND } from '#drivers/osdp/frame.ts';
import { createPacketDecoder } from '#drivers/osdp/packet.ts';
import { createOsdpPdSimulator } from '#drivers/osdp/pd-simulator.ts';
import { serialTransport } from '#drivers/transport/serial.ts';

/** An OSDP device in a process of its own: `<port> <key> <command>`. It is killed when it has carried that command out and not yet answered; `never` lets it live. */
const [path = '', key = '', point = ''] = process.argv.slice(2);

const device = createOsdpPdSimulator({ timers, key: fromHex(key) });
const decoder = createPacketDecoder();
let isAtPoint = false;
device.onChange(() => process.stdout.write(`${device.gate.state().barrier}\n`));

const opened = await serialTransport({ path, baudRate: 9_600 }).open({
  bytes: (chunk) => {
    isAtPoint = decoder.push(chunk).some((event) => event.kind === 'packet' && event.packet.code === COMMAND[point as keyof typeof COMMAND]);
    end?.receive(chunk);
  },
  closed: () => process.exit(0),
});
const end = device.connect({
  write: (bytes) => {
    if (isAtPoint) process.kill(process.pid, 'SIGKILL');
    if (opened.ok) void opened.value.write(bytes);
  },
  drop: () => process.exit(1),
});
process.stdout.write(opened.ok ? 'ready\n' : `${opened.error.message}\n`);
