import { closeSync, constants, existsSync, openSync, readSync, writeSync } from 'node:fs';
import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import type { Link, LinkEvents, Transport } from '#core/ports/link.ts';
import { linkAbsent, linkBusy, linkClosed, linkLost, linkOpenFailed } from './link-faults.ts';

/**
 * A printer of the USB printer class, by the node that the kernel's `usblp` gives it (`/dev/usb/lp0`, or a name that a udev rule makes). Opened without
 * blocking: a printer that takes nothing or says nothing never holds a thread of this process, and closing is always possible.
 *
 * The event loop cannot wait for such a node, so it is looked at every {@link LIMITS.usbPrinter.lookEvery}; a look costs some microseconds. It reads also when
 * no answer is due, because that is what notices a pulled cable.
 */
export function usbPrinterTransport({ path }: { readonly path: string }, timers: Timers): Transport {
  const place = `usb printer ${path}`;
  return {
    place,
    open: async (events) => {
      try {
        return ok(linkOn(openSync(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY), path, place, events, timers));
      } catch (error) {
        return err(openFault(place, error as NodeJS.ErrnoException));
      }
    },
  };
}

function openFault(place: string, { code, message }: NodeJS.ErrnoException): Fault {
  if (code === 'EBUSY') return linkBusy(place, message);
  if (code === 'ENOENT' || code === 'ENODEV' || code === 'ENXIO' || code === 'EIO') return linkAbsent(place, message);
  return linkOpenFailed(place, message);
}

interface Waiting {
  readonly bytes: Uint8Array;
  written: number;
  readonly finish: (outcome: Result<void, Fault>) => void;
}

function linkOn(fd: number, path: string, place: string, events: LinkEvents, timers: Timers): Link {
  let isOpen = true;
  let canRead = true;
  let next: Timer | undefined;
  let writes: Waiting[] = [];
  const buffer = Buffer.alloc(LIMITS.usbPrinter.bytesPerLook);

  const end = (fault: Fault | undefined): void => {
    isOpen = false;
    next?.cancel();
    closeSync(fd);
    for (const { finish } of writes) finish(err(fault ?? linkClosed(place)));
    writes = [];
    queueMicrotask(() => events.closed(fault));
  };

  /** How many bytes a call moved; 0 when the printer is not ready for it. Ends the link when the printer is gone. */
  const attempt = (call: () => number): number => {
    try {
      return call();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') return 0;
      if (code === 'EINVAL' && canRead) {
        // A printer without a channel back (usblp_read in drivers/usb/class/usblp.c). Its node goes with it.
        canRead = false;
        return 0;
      }
      end(linkLost(place, message));
      return 0;
    }
  };

  const push = (): void => {
    for (let first = writes[0]; first !== undefined && isOpen; first = writes[0]) {
      const { bytes, written } = first;
      const moved = attempt(() => writeSync(fd, bytes, written));
      first.written += moved;
      if (first.written < bytes.length && moved > 0) continue;
      if (first.written < bytes.length) return;
      writes.shift();
      first.finish(ok());
    }
  };

  const pull = (): void => {
    while (isOpen && canRead) {
      const length = attempt(() => readSync(fd, buffer, 0, buffer.length, null));
      if (length === 0) break;
      events.bytes(new Uint8Array(buffer.subarray(0, length)));
    }
    // An empty read means nothing: printers answer a poll of the bus with an empty packet. What is gone has no node.
    if (isOpen && !existsSync(path)) end(linkLost(place, 'its node is gone'));
  };

  const look = (): void => {
    push();
    pull();
    if (isOpen) next = timers.after(LIMITS.usbPrinter.lookEvery, look);
  };
  next = timers.after(LIMITS.usbPrinter.lookEvery, look);

  return {
    get isOpen() {
      return isOpen;
    },
    write: (bytes) =>
      new Promise((resolve) => {
        if (!isOpen) {
          resolve(err(linkClosed(place)));
          return;
        }
        writes.push({ bytes: bytes.slice(), written: 0, finish: resolve });
        push();
      }),
    close: async () => {
      if (isOpen) end(undefined);
    },
  };
}
