import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listPorts } from '#agent/devices/discovery/list-ports.ts';
import { topLevelUsages } from '#agent/devices/discovery/report-descriptor.ts';
import { fromHex } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import { scratchFolder } from '#test/support/scratch.ts';

/** A /sys with these files and class links. */
function plant(files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>>): string {
  const sys = scratchFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(sys, path)), { recursive: true });
    writeFileSync(join(sys, path), text);
  }
  for (const [link, to] of Object.entries(links)) {
    mkdirSync(dirname(join(sys, link)), { recursive: true });
    mkdirSync(join(sys, to), { recursive: true });
    symlinkSync(relative(dirname(join(sys, link)), join(sys, to)), join(sys, link));
  }
  return sys;
}

const USB = 'devices/pci0000:00/usb1/1-1/1-1.3';

describe('the list of what is plugged in', () => {
  it('says of a USB serial port what it is and in which socket', () => {
    const sys = plant(
      {
        [`${USB}/idVendor`]: '1a86\n',
        [`${USB}/idProduct`]: '7523\n',
        [`${USB}/product`]: 'USB Serial\n',
        [`${USB}/manufacturer`]: 'QinHeng\u001b[31m\n',
        [`${USB}/1-1.3:1.2/bInterfaceNumber`]: '02\n',
      },
      { 'class/tty/ttyUSB0': `${USB}/1-1.3:1.2/ttyUSB0/tty/ttyUSB0` },
    );
    expect(listPorts([], sys)).toEqual([
      {
        bus: 'serial',
        path: '/dev/ttyUSB0',
        usb: { vendor: '1a86', product: '7523', port: '1-1.3', interface: 2, name: 'USB Serial', manufacturer: 'QinHeng?[31m' },
      },
    ]);
  });

  it('leaves out consoles, pseudo-terminals and sockets without a chip', () => {
    const sys = plant(
      { 'devices/platform/serial8250/tty/ttyS1/type': '0\n', 'devices/pnp0/00:04/tty/ttyS0/type': '4\n' },
      {
        'class/tty/tty0': 'devices/virtual/tty/tty0',
        'class/tty/ttyprintk0': 'devices/virtual/tty/ttyprintk0',
        'class/tty/console': 'devices/virtual/tty/console',
        'class/tty/ttyS0': 'devices/pnp0/00:04/tty/ttyS0',
        'class/tty/ttyS1': 'devices/platform/serial8250/tty/ttyS1',
        'class/usbmisc/lp0': `${USB}/1-1.3:1.0/usbmisc/lp0`,
        'class/usbmisc/hiddev0': `${USB}/1-1.3:1.0/usbmisc/hiddev0`,
      },
    );
    expect(listPorts([], sys).map(({ path }) => path)).toEqual(['/dev/ttyS0', '/dev/usb/lp0']);
  });

  it('has what the configuration names, under the name that it gives', () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'pts'), '');
    symlinkSync('pts', join(folder, 'scanner'));
    expect(listPorts([join(folder, 'scanner'), join(folder, 'nothing')], plant({}, {}))).toEqual([
      { bus: 'serial', path: join(folder, 'pts'), names: [join(folder, 'scanner')] },
    ]);
  });

  it('is empty where there is no /sys', () => {
    expect(listPorts([], '/nowhere')).toEqual([]);
  });
});

const hex = (text: string): Uint8Array => {
  const bytes = fromHex(text.replaceAll(' ', ''));
  assert(bytes !== undefined, 'hexadecimal');
  return bytes;
};

describe('what a HID device is for', () => {
  it.each([
    // HID 1.11, appendix E.6: the boot keyboard.
    ['05 01 09 06 a1 01 05 07 19 e0 29 e7 15 00 25 01 75 01 95 08 81 02 c0', [{ page: 1, usage: 6 }]],
    // HID POS Usage Tables 1.02: a bar-code scanner.
    ['05 8c 09 02 a1 01 09 12 a1 02 85 02 81 02 c0 c0', [{ page: 0x8c, usage: 2 }]],
    // A vendor's page of two bytes, then a keyboard: two collections.
    [
      '06 45 ff 09 20 a1 01 c0 05 01 09 06 a1 01 c0',
      [
        { page: 0xff45, usage: 0x20 },
        { page: 1, usage: 6 },
      ],
    ],
    // A usage that brings its page along.
    ['0b 02 00 8c 00 a1 01 c0', [{ page: 0x8c, usage: 2 }]],
    ['', []],
    ['05', []],
  ])('%s', (descriptor, usages) => {
    expect(topLevelUsages(hex(descriptor))).toEqual(usages);
  });

  it('reads anything to its end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(topLevelUsages(bytes).length).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
