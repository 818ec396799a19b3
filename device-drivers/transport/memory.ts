import type { Fault } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Link, Transport } from '#core/ports/link.ts';
import type { SimulatedDevice } from '../simulation/simulated-device.ts';
import { linkAbsent, linkClosed, linkLost, linkRefused } from './link-faults.ts';

/**
 * A cable of no length between a host and a simulated device: the same contract as a serial port or a socket, without the operating system. Bytes arrive
 * in order and never inside the call that sent them, as on a real line, and each write arrives as it was written, which makes it a report of a HID device. What was sent before the far side closed still arrives; after a pulled cable the
 * device receives nothing more.
 */
export function memoryTransport(device: SimulatedDevice): Transport {
  const place = 'simulated';
  return {
    place,
    open: async (events) => {
      let isOpen = true;
      let isPulled = false;
      let closedByHost = false;
      const end = (fault: Fault | undefined): void => {
        isOpen = false;
        queueMicrotask(() => events.closed(fault));
      };

      const deviceEnd = device.connect({
        write: (bytes) => {
          if (!isOpen) return;
          const copy = bytes.slice();
          queueMicrotask(() => {
            if (!closedByHost) events.bytes(copy);
          });
        },
        drop: () => {
          if (!isOpen) return;
          isPulled = true;
          end(linkLost(place, 'the simulated cable was pulled'));
        },
      });
      if (deviceEnd === undefined) return err(linkAbsent(place, 'the simulated device is unplugged'));

      const { features } = deviceEnd;
      const asked = async <Answer>(ask: () => Answer | undefined): Promise<Result<Answer, Fault>> => {
        if (!isOpen) return err(linkClosed(place));
        const answer = ask();
        return answer === undefined ? err(linkRefused(place, 'it knows no such feature report')) : ok(answer);
      };
      const link: Link = {
        get isOpen() {
          return isOpen;
        },
        write: async (bytes) => {
          if (!isOpen) return err(linkClosed(place));
          const copy = bytes.slice();
          queueMicrotask(() => {
            if (!isPulled) deviceEnd.receive(copy);
          });
          return ok();
        },
        close: async () => {
          if (!isOpen) return;
          closedByHost = true;
          queueMicrotask(() => deviceEnd.closed());
          end(undefined);
        },
        ...(features !== undefined && {
          features: {
            send: async (report: Uint8Array) => {
              const sent = await asked(() => features.send(report.slice()) || undefined);
              return sent.ok ? ok() : sent;
            },
            read: (number: number, bytes: number) => asked(() => features.read(number)?.slice(0, bytes)),
          },
        }),
      };
      return ok(link);
    },
  };
}
