import { describe, expect, it } from 'vitest';
import { createPortDesk } from '#agent/devices/discovery/port-desk.ts';
import { createPortWatch } from '#agent/devices/discovery/port-watch.ts';
import { type PortEvent, parseEvent } from '#agent/devices/discovery/udev-monitor.ts';
import { LIMITS } from '#core/base/limits.ts';
import { seconds } from '#core/base/time.ts';
import type { PortSelector } from '#core/devices/match-ports.ts';
import type { FoundPort } from '#core/ports/discovery.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

const usb = (path: string, port: string): FoundPort => ({ bus: 'serial', path, usb: { vendor: '1a86', product: '7523', port, interface: 0 } });

function startWatch(selector: PortSelector = { vendor: '1a86', product: '7523', port: '1-1' }, hasUdev = false) {
  const time = createVirtualTime();
  let plugged: FoundPort[] = [];
  let assigned: PortSelector | undefined;
  const udev: { tell: (event: PortEvent) => void } = { tell: () => undefined };
  const story: string[] = [];
  const watch = createPortWatch({
    timers: time.timers,
    list: () => plugged,
    monitor: (onEvent) => {
      udev.tell = onEvent;
      return { isRunning: () => hasUdev, stop: async () => undefined };
    },
    onChange: (appeared) => desk.changed(appeared),
  });
  const desk = createPortDesk({
    wishes: [{ device: 'gate', line: 'gate', buses: ['serial'], selector, fingerprints: [], alternatives: [], looksFor: [] }],
    assigned: () => assigned,
    ports: watch.ports,
    onPlace: (device, change) => story.push(`${device} ${change}`),
  });
  watch.start();
  return {
    time,
    watch,
    desk,
    story,
    udev,
    plug: (...ports: FoundPort[]) => {
      plugged = ports;
    },
    assign: (to: PortSelector | undefined) => {
      assigned = to;
      desk.changed([]);
    },
  };
}

describe('watching what is plugged in', () => {
  it('finds what was plugged in at once by an event, and within one beat without', async () => {
    const { time, story, plug, udev, desk } = startWatch();
    plug(usb('/dev/ttyUSB0', '1-1'));
    expect(story).toEqual([]);
    udev.tell({ action: 'add', path: '/dev/ttyUSB0' });
    expect(story).toEqual(['gate present']);
    expect(desk.match('gate')).toMatchObject({ kind: 'matched', port: { path: '/dev/ttyUSB0' } });
    plug();
    await time.advance(seconds(2));
    expect(story).toEqual(['gate present', 'gate moved']);
    plug(usb('/dev/ttyUSB1', '1-1'));
    await time.advance(LIMITS.devices.lookEvery);
    expect(story).toEqual(['gate present', 'gate moved', 'gate present']);
  });

  it('looks less often where udev tells, and finds what udev does not know of all the same', async () => {
    const { time, story, plug } = startWatch({ path: '/dev/pts/7' }, true);
    plug({ bus: 'serial', path: '/dev/pts/7' });
    await time.advance(LIMITS.devices.lookEvery);
    expect(story).toEqual([]);
    await time.advance(LIMITS.devices.lookBesideEvents);
    expect(story).toEqual(['gate present']);
  });

  it('misses nothing that went and came between two looks, when udev tells', () => {
    const { story, plug, udev } = startWatch();
    plug(usb('/dev/ttyUSB0', '1-1'));
    udev.tell({ action: 'add', path: '/dev/ttyUSB0' });
    udev.tell({ action: 'remove', path: '/dev/ttyUSB0' });
    udev.tell({ action: 'add', path: '/dev/ttyUSB0' });
    expect(story).toEqual(['gate present', 'gate moved', 'gate present']);
  });

  it('moves a device to where a technician says it is, and back', () => {
    const { story, plug, udev, desk, assign } = startWatch();
    plug(usb('/dev/ttyUSB0', '1-1'), usb('/dev/ttyUSB1', '1-2'));
    udev.tell({ action: 'other', path: '/dev/ttyUSB0' });
    assign({ vendor: '1a86', product: '7523', port: '1-2' });
    expect(desk.match('gate')).toMatchObject({ kind: 'matched', port: { path: '/dev/ttyUSB1' } });
    assign(undefined);
    expect(desk.match('gate')).toMatchObject({ kind: 'matched', port: { path: '/dev/ttyUSB0' } });
    expect(story).toEqual(['gate present', 'gate moved', 'gate moved']);
  });

  it('counts the devices on one line as one thing that is plugged in', () => {
    const wish = { line: 'reader', buses: ['serial'], selector: { port: '1-1' }, fingerprints: [], alternatives: [], looksFor: [] } as const;
    const told: string[] = [];
    const desk = createPortDesk({
      wishes: [
        { ...wish, device: 'reader' },
        { ...wish, device: 'light' },
      ],
      assigned: () => undefined,
      ports: () => [usb('/dev/ttyUSB0', '1-1')],
      onPlace: (device, change) => told.push(`${device} ${change}`),
    });
    desk.changed([]);
    expect(told).toEqual(['reader present', 'light present']);
    expect(desk.match('light')).toMatchObject({ kind: 'matched', port: { path: '/dev/ttyUSB0' } });
  });

  it('says nothing of what does not concern a device', () => {
    const { story, plug, udev } = startWatch();
    plug(usb('/dev/ttyUSB5', '2-4'));
    udev.tell({ action: 'add', path: '/dev/ttyUSB5' });
    expect(story).toEqual([]);
  });

  it('stops', async () => {
    const { watch, time, story, plug } = startWatch();
    await watch.stop();
    plug(usb('/dev/ttyUSB0', '1-1'));
    await time.advance(seconds(5));
    expect(story).toEqual([]);
  });
});

describe('events of udev', () => {
  it.each([
    [
      'UDEV  [8342.118] add      /devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/ttyUSB0/tty/ttyUSB0 (tty)',
      { action: 'add', path: '/dev/ttyUSB0' },
    ],
    ['UDEV  [8342.118] remove   /devices/pci0000:00/usb1/1-1/1-1:1.0/usbmisc/lp0 (usbmisc)', { action: 'remove', path: '/dev/usb/lp0' }],
    ['UDEV  [1.5] change   /devices/pci0000:00/usb1/1-2/0003:0C2E:0CAA.0001/hidraw/hidraw3 (hidraw)', { action: 'other', path: '/dev/hidraw3' }],
    ['UDEV  [1.5] add      /devices/pci0000:00/usb1/1-2 (usb)', undefined],
    ['monitor will print the received events for:', undefined],
    ['UDEV - the event which udev sends out after rule processing', undefined],
    ['', undefined],
  ])('%s', (line, wanted) => {
    expect(parseEvent(line)).toEqual(wanted);
  });
});
