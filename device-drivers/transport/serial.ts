import { SerialPort } from 'serialport';
import type { Fault } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Link, LinkEvents, Transport } from '#core/ports/link.ts';
import { linkAbsent, linkBusy, linkClosed, linkLost, linkOpenFailed } from './link-faults.ts';
import { promptBinding } from './prompt-binding.ts';

export interface SerialPlace {
  readonly path: string;
  readonly baudRate: number;
  /**
   * The device stops us with XOFF (13) and lets us go on with XON (11). The kernel obeys and takes both out of what is read, so only for devices whose answers have
   * neither. We send none: a device that prints pictures would print them.
   */
  readonly obeysXoff?: boolean;
  /** One without it. */
  readonly stopBits?: 1 | 2;
}

/**
 * A serial port, 8 data bits, no parity. Modem lines are left as the driver of the port sets them: a PTY and many USB adapters refuse them.
 *
 * One `SerialPort` object serves one connection and is then thrown away. node-serialport keeps what is written to a closed port and sends it after the next
 * `open()` (packages/stream, `_write`: `if (!isOpen) this.once('open', …)`), so a release would come out of the gate when the cable is plugged in again.
 */
export function serialTransport({ path, baudRate, obeysXoff = false, stopBits = 1 }: SerialPlace): Transport {
  const place = `serial ${path} at ${baudRate}`;
  const options = { path, baudRate, autoOpen: false, lock: true, xon: obeysXoff, stopBits, binding: promptBinding };
  return {
    place,
    open: (events) =>
      new Promise((resolve) => {
        const port = new SerialPort(options);
        port.open((error) => {
          resolve(error ? err(openFault(place, error.message)) : ok(linkOn(port, place, events)));
        });
      }),
  };
}

/**
 * The bindings give the reason as text alone. Seen on Linux with serialport 13: `Error: No such file or directory, cannot open /dev/x`, `Error Resource
 * temporarily unavailable Cannot lock port`, `Error: Permission denied, cannot open /dev/x`; EBUSY comes from ports that were opened exclusively, ENXIO and
 * EIO from a name whose device has gone.
 */
function openFault(place: string, message: string): Fault {
  if (/cannot lock|temporarily unavailable|resource busy/i.test(message)) return linkBusy(place, message);
  if (/no such (file|device)|input\/output error/i.test(message)) return linkAbsent(place, message);
  return linkOpenFailed(place, message);
}

function linkOn(port: SerialPort, place: string, events: LinkEvents): Link {
  let isOpen = true;
  let closedByOwner = false;
  let lastError: string | undefined;
  /** Writes whose outcome is still unknown. After a close node-serialport calls some of their callbacks and forgets others, `drain` above all. */
  const unfinished = new Set<(outcome: Result<void, Fault>) => void>();
  let finished: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    finished = resolve;
  });

  /** A failed write makes the stream emit `error` and a `close` of its own beside the port's: only the first end counts. */
  const end = (detail: string | undefined): void => {
    if (!isOpen) return;
    isOpen = false;
    const fault = closedByOwner ? undefined : linkLost(place, detail ?? lastError ?? 'the port closed');
    for (const finish of unfinished) finish(err(fault ?? linkClosed(place)));
    unfinished.clear();
    events.closed(fault);
    finished();
  };

  // The listener must be there from the first moment, also for devices that never speak: without an outstanding read a vanished device is not noticed
  // before the next write (node-serialport issues 2043 and 458).
  port.on('data', (bytes: Buffer) => {
    if (isOpen) events.bytes(new Uint8Array(bytes));
  });
  port.on('error', (error) => {
    lastError = error.message;
  });
  port.on('close', (error: Error | null | undefined) => end(error?.message));

  return {
    get isOpen() {
      return isOpen && port.isOpen;
    },
    write: (bytes) =>
      new Promise((resolve) => {
        if (!isOpen || !port.isOpen) {
          resolve(err(linkClosed(place)));
          return;
        }
        const finish = (outcome: Result<void, Fault>): void => {
          unfinished.delete(finish);
          resolve(outcome);
        };
        unfinished.add(finish);
        port.write(Buffer.from(bytes), (error) => {
          if (error) finish(err(linkLost(place, error.message)));
        });
        port.drain((error) => finish(error ? err(linkLost(place, error.message)) : ok()));
      }),
    close: async () => {
      if (!isOpen) return;
      closedByOwner = true;
      port.close((error) => {
        // Already closing because the device vanished: its own `close` event follows. Any other failure leaves nothing to wait for.
        if (error && !port.closing) end(error.message);
      });
      await closed;
    },
  };
}
