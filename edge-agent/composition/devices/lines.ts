import { FaultError, unreachable } from '#core/base/fault.ts';
import type { DeviceId } from '#core/contract/identifiers.ts';
import type { Timers } from '#core/ports/clock.ts';
import type { Transport } from '#core/ports/link.ts';
import { serveOverPty } from '#drivers/simulation/serve-over-pty.ts';
import { serveOverTcp } from '#drivers/simulation/serve-over-tcp.ts';
import type { SimulatedDevice } from '#drivers/simulation/simulated-device.ts';
import { gpioTransport } from '#drivers/transport/gpio.ts';
import { type HidPlace, hidTransport } from '#drivers/transport/hid.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { pcscTransport } from '#drivers/transport/pcsc.ts';
import { type SerialPlace, serialTransport } from '#drivers/transport/serial.ts';
import { tcpTransport } from '#drivers/transport/tcp.ts';
import { usbPrinterTransport } from '#drivers/transport/usb-printer.ts';
import { DEFAULT_BAUD_RATE, type LinkConfiguration } from '../../configuration/device-schema.ts';
import { foundTransport } from '../../devices/discovery/found-transport.ts';
import type { PortDesk } from '../../devices/discovery/port-desk.ts';
import { type PluggedLink, wantedText } from '../port-wishes.ts';

type SerialNeeds = Pick<SerialPlace, 'obeysXoff' | 'stopBits'>;

interface LineNeeds extends SerialNeeds {
  readonly usagePage?: number;
}

/** The lines of the configuration, real and simulated. */
export interface Lines {
  /**
   * The line to one device. A simulated one is made with `simulate`, and remembered in `known` for the bench.
   * @param needs of the driver: `usagePage` of the collection that it reads, for a HID device that has several; the others on a serial line
   * @throws FaultError `E-SIM-*` when it cannot be put on a PTY or a port
   */
  to<Simulator extends SimulatedDevice>(
    id: DeviceId,
    link: LinkConfiguration,
    known: Map<DeviceId, Simulator>,
    simulate: () => Simulator,
    needs?: LineNeeds,
  ): Promise<Transport>;
  /** Takes simulated devices off their PTYs and ports. */
  close(): Promise<void>;
}

const PTY_BAUD_RATE = 115_200;

/** @param ports where what is plugged in is known; a device that a technician has pointed at is opened there, whatever the configuration says */
export function createLines(timers: Timers, ports: PortDesk): Lines {
  const closers: (() => Promise<void>)[] = [];

  const simulated = async (simulator: SimulatedDevice, over: 'memory' | 'pty' | 'tcp'): Promise<Transport> => {
    switch (over) {
      case 'memory':
        return memoryTransport(simulator);
      case 'pty': {
        const served = await serveOverPty(simulator);
        if (!served.ok) throw new FaultError(served.error);
        closers.push(() => served.value.close());
        return serialTransport({ path: served.value.path, baudRate: PTY_BAUD_RATE });
      }
      case 'tcp': {
        const served = await serveOverTcp(simulator);
        if (!served.ok) throw new FaultError(served.error);
        closers.push(() => served.value.close());
        return tcpTransport(served.value, timers);
      }
      default:
        return unreachable(over);
    }
  };

  /** Where a technician has said that it is; otherwise `own`, the place of the configuration. */
  const plugged = (id: DeviceId, link: PluggedLink, own: Transport | undefined, serial: SerialNeeds): Transport => {
    const found = foundTransport(
      wantedText(link),
      () => ports.match(id),
      ({ bus, path }) => {
        switch (bus) {
          case 'serial':
            return serialTransport({ path, baudRate: 'baudRate' in link ? link.baudRate : DEFAULT_BAUD_RATE, ...serial });
          case 'usb-printer':
            return usbPrinterTransport({ path }, timers);
          case 'hid':
            return hidTransport({ path });
          default:
            return unreachable(bus);
        }
      },
      ports.wishes.find(({ device }) => device === id)?.looksFor.length !== 0,
    );
    const now = (): Transport => (own === undefined || ports.isAssigned(id) ? found : own);
    return {
      get place() {
        return now().place;
      },
      open: (events) => now().open(events),
    };
  };

  return {
    to: async (id, link, known, simulate, { usagePage, ...serial } = {}) => {
      switch (link.kind) {
        case 'serial':
          return plugged(id, link, serialTransport({ ...link, ...serial }), serial);
        case 'usb':
          return plugged(id, link, undefined, serial);
        case 'tcp':
          return tcpTransport(link, timers);
        case 'usb-printer':
          return plugged(id, link, usbPrinterTransport(link, timers), serial);
        case 'hid':
          return plugged(id, link, hidTransport(hidPlace(link, usagePage)), serial);
        case 'pcsc':
          return pcscTransport(link, timers);
        case 'gpio':
          return gpioTransport(link, timers);
        case 'simulated': {
          const simulator = simulate();
          known.set(id, simulator);
          return simulated(simulator, link.over);
        }
        default:
          return unreachable(link);
      }
    },
    close: async () => {
      await Promise.all(closers.map((close) => close()));
    },
  };
}

function hidPlace({ usb, serial, path }: Extract<LinkConfiguration, { kind: 'hid' }>, usagePage: number | undefined): HidPlace {
  if (path !== undefined) return { path };
  const [vendorId = 0, productId = 0] = (usb ?? '').split(':').map((id) => Number.parseInt(id, 16));
  return { vendorId, productId, ...(serial !== undefined && { serial }), ...(usagePage !== undefined && { usagePage }) };
}
