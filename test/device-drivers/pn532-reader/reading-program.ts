import { systemClock as clock, systemRandom as random, systemTimers as timers } from '#agent/runtime/clock.ts';
import type { Transport } from '#core/ports/link.ts';
import { pn532Driver } from '#drivers/pn532-reader/pn532-driver.ts';
import { BENCH_PROOF } from '#drivers/smart-card/card-simulator.ts';
import { serialTransport } from '#drivers/transport/serial.ts';

/** A program that reads cards and dies, as by a power cut, right after the frame with this command left: `<port> <command, in hexadecimal>`. */
const [path = '', point = ''] = process.argv.slice(2);
const line = serialTransport({ path, baudRate: 115_200 });

const transport: Transport = {
  place: line.place,
  open: async (events) => {
    const opened = await line.open(events);
    if (!opened.ok) return opened;
    const { value: link } = opened;
    return {
      ok: true,
      value: {
        get isOpen() {
          return link.isOpen;
        },
        close: () => link.close(),
        write: async (bytes) => {
          const written = await link.write(bytes);
          if (Buffer.from(bytes).toString('hex').includes(`d4${point}`)) process.kill(process.pid, 'SIGKILL');
          return written;
        },
      },
    };
  },
};

const connected = await pn532Driver.connect(
  { device: 'reader', transport, clock, timers, onHealth: () => undefined },
  { random, proof: BENCH_PROOF },
);
if (!connected.ok) throw new Error(connected.error.message);
connected.value.port.onCard(() => {
  if (point === 'told') process.kill(process.pid, 'SIGKILL');
});
