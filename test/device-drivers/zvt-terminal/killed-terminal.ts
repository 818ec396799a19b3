import { systemClock as clock, systemTimers as timers } from '#agent/runtime/clock.ts';
import type { Transport } from '#core/ports/link.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { tcpTransport } from '#drivers/transport/tcp.ts';
import type { Framing } from '#drivers/zvt-terminal/apdu-line.ts';
import { zvtTerminalDriver } from '#drivers/zvt-terminal/zvt-driver.ts';

/** A terminal's place as an argument of a program: a port of this machine, or the path of a serial line. */
export function transportTo(framing: Framing, place: string): Transport {
  return framing === 'tcp' ? tcpTransport({ host: '127.0.0.1', port: Number(place) }, timers) : serialTransport({ path: place, baudRate: 9_600 });
}

export const connectTo = (framing: Framing, transport: Transport) =>
  zvtTerminalDriver.connect(
    { device: 'card-terminal', transport, clock, timers, onHealth: () => undefined },
    { framing, password: '000000', currency: 'CNY', timeZone: 'UTC' },
  );
