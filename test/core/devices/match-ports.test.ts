import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FINGERPRINTS } from '#agent/composition/known-drivers.ts';
import { genericChip, isTellingSerial } from '#core/devices/generic-chips.ts';
import { type Matching, matchPorts, type PortSelector, type WantedPort } from '#core/devices/match-ports.ts';
import type { Fingerprint, FoundPort } from '#core/ports/discovery.ts';

const usb = (path: string, vendor: string, product: string, port: string, more: Partial<NonNullable<FoundPort['usb']>> = {}): FoundPort => ({
  bus: 'serial',
  path,
  usb: { vendor, product, port, interface: 0, ...more },
});

const SCANNER: Fingerprint = { bus: 'serial', vendor: '0c2e', vendorTells: true, model: 'scanner', source: 'test' };
const RELAY: Fingerprint = { bus: 'serial', vendor: '1a86', product: '7523', model: 'relay', source: 'test' };
const want = (device: string, selector: PortSelector = {}, more: Partial<WantedPort> = {}): WantedPort => ({
  device,
  buses: ['serial'],
  selector,
  fingerprints: [SCANNER, RELAY],
  ...more,
});

const pathOf = (matching: Matching, device: string): string | undefined => {
  const match = matching.devices.get(device);
  return match?.kind === 'matched' ? match.port.path : undefined;
};

describe('matching what is plugged in to what is wanted', () => {
  it('knows a device by the looks that its driver declares', () => {
    const matching = matchPorts([want('s1')], [usb('/dev/ttyACM0', '0c2e', '0caa', '1-1')]);
    expect(matching.devices.get('s1')).toMatchObject({ kind: 'matched', model: 'scanner', because: ['maker-of-these'] });
  });

  it('never takes a chip that many devices have for one of them by its numbers', () => {
    const port = usb('/dev/ttyUSB0', '1a86', '7523', '1-1');
    const byLooks = matchPorts([want('gate')], [port]);
    expect(byLooks.devices.get('gate')).toEqual({ kind: 'missing', unsure: ['/dev/ttyUSB0'] });
    expect(byLooks.pairs[0]?.verdict).toEqual({ kind: 'unsure', why: 'generic-chip', model: 'relay' });
    const byNumbers = matchPorts([want('gate', { vendor: '1a86', product: '7523' })], [port]);
    expect(byNumbers.devices.get('gate')).toMatchObject({ kind: 'missing', unsure: ['/dev/ttyUSB0'] });
  });

  it('takes it by its socket, its serial number or its maker', () => {
    const port = usb('/dev/ttyUSB0', '1a86', '7523', '1-1.3', { serial: 'A77001', manufacturer: 'Gatemaker Ltd' });
    for (const more of [{ port: '1-1.3' }, { serial: 'A77001' }, { manufacturer: 'gatemaker' }]) {
      expect(pathOf(matchPorts([want('gate', { vendor: '1a86', product: '7523', ...more })], [port]), 'gate')).toBe('/dev/ttyUSB0');
    }
    expect(pathOf(matchPorts([want('gate', { vendor: '1a86', product: '7523', port: '1-1.4' })], [port]), 'gate')).toBeUndefined();
  });

  it('leaves a vendor alone for a hint', () => {
    expect(matchPorts([want('x', { vendor: 'abcd' })], [usb('/dev/ttyACM0', 'abcd', '0001', '1-1')]).devices.get('x')).toEqual({
      kind: 'missing',
      unsure: ['/dev/ttyACM0'],
    });
  });

  it('does not guess between two that fit equally', () => {
    const ports = [usb('/dev/ttyACM0', '0c2e', '0caa', '1-1'), usb('/dev/ttyACM1', '0c2e', '0caa', '1-2')];
    expect(matchPorts([want('s1')], ports).devices.get('s1')).toEqual({ kind: 'ambiguous', paths: ['/dev/ttyACM0', '/dev/ttyACM1'] });
    expect(matchPorts([want('s1'), want('s2')], ports.slice(0, 1)).devices.get('s2')).toEqual({ kind: 'ambiguous', paths: ['/dev/ttyACM0'] });
  });

  it('gives the rest to the rest when one is named', () => {
    const ports = [usb('/dev/ttyACM0', '0c2e', '0caa', '1-1'), usb('/dev/ttyACM1', '0c2e', '0caa', '1-2')];
    const matching = matchPorts([want('s1', { port: '1-2' }), want('s2')], ports);
    expect([pathOf(matching, 's1'), pathOf(matching, 's2')]).toEqual(['/dev/ttyACM1', '/dev/ttyACM0']);
  });

  it('keeps a working one when a second of its kind is plugged in', () => {
    const ports = [usb('/dev/ttyACM0', '0c2e', '0caa', '1-1'), usb('/dev/ttyACM1', '0c2e', '0caa', '1-2')];
    expect(pathOf(matchPorts([want('s1', {}, { current: '/dev/ttyACM1' })], ports), 's1')).toBe('/dev/ttyACM1');
  });

  it('believes a technician before anything else', () => {
    const ports = [usb('/dev/ttyUSB0', '1a86', '7523', '1-1'), usb('/dev/ttyUSB1', '1a86', '7523', '1-2')];
    const assigned = want('gate', { port: '1-1' }, { assigned: { vendor: '1a86', product: '7523', port: '1-2' } });
    const matching = matchPorts([assigned], ports);
    expect(matching.devices.get('gate')).toMatchObject({
      kind: 'matched',
      port: { path: '/dev/ttyUSB1' },
      because: ['assigned', 'port', 'vendor-product'],
    });
    expect(matchPorts([assigned], ports.slice(0, 1)).devices.get('gate')).toEqual({ kind: 'missing', unsure: [] });
  });

  it('says of every pair why it is none', () => {
    const printer: FoundPort = { bus: 'usb-printer', path: '/dev/usb/lp0' };
    const { pairs } = matchPorts([want('gate', { port: '1-9' }), want('s1')], [usb('/dev/ttyUSB0', '1a86', '7523', '1-1'), printer]);
    expect(pairs.map(({ verdict }) => verdict)).toEqual([
      { kind: 'no', why: 'differs', differs: 'port' },
      { kind: 'no', why: 'other-bus' },
      { kind: 'unsure', why: 'generic-chip', model: 'relay' },
      { kind: 'no', why: 'other-bus' },
    ]);
  });

  /** A card reader of the PC/SC service is no port of this machine: its driver knows no looks. */
  const withLooks = Object.entries(FINGERPRINTS).filter(([, fingerprints]) => fingerprints.length > 0);
  it.each(withLooks)('takes nothing by a hint among the fingerprints of %s', (_, fingerprints) => {
    for (const looks of fingerprints) {
      const { bus, vendor, product, name, manufacturer, usage } = looks;
      const port: FoundPort = { bus, path: '/dev/x', ...(usage && { usages: [usage] }) };
      const found: FoundPort =
        vendor === undefined
          ? port
          : {
              ...port,
              usb: { vendor, product: product ?? 'ffff', port: '1-1', interface: 0, ...(name && { name }), ...(manufacturer && { manufacturer }) },
            };
      const { verdict } = matchPorts([{ device: 'x', buses: [bus], selector: {}, fingerprints: [looks] }], [found]).pairs[0] ?? {};
      // A name that only such devices bear tells what the chip's numbers do not.
      const isNamed = name !== undefined || manufacturer !== undefined;
      const isHint = vendor === undefined ? usage === undefined : !isNamed && product !== undefined && genericChip({ vendor, product }) !== undefined;
      if (isHint) expect(verdict?.kind).toBe('unsure');
      expect(looks.source.length).toBeGreaterThan(3);
    }
  });

  it('knows serial numbers that name nothing', () => {
    expect(['0001', '', undefined, '0', '123456', '00000000', 'AAAA', 'Default string'].map(isTellingSerial)).toEqual(Array(8).fill(false));
    expect(['A50285BI', '19290B0123', 'DN00KCJ5'].map(isTellingSerial)).toEqual([true, true, true]);
  });
});

const anyVendor = fc.constantFrom<[string, string]>(['1a86', '7523'], ['10c4', 'ea60'], ['0c2e', '0caa'], ['05e0', '1701'], ['abcd', '0001']);
const anyPort = fc
  .record({
    numbers: anyVendor,
    port: fc.constantFrom('1-1', '1-2', '1-3', '2-1'),
    serial: fc.option(fc.constantFrom('A77001', 'B77002'), { nil: undefined }),
  })
  .map(({ numbers: [vendor, product], port, serial }) => ({ vendor, product, port, ...(serial === undefined ? {} : { serial }) }));
const anyFound = fc
  .uniqueArray(anyPort, { maxLength: 6, selector: ({ port }) => port })
  .map((all) => all.map((each, index): FoundPort => ({ bus: 'serial', path: `/dev/ttyUSB${index}`, usb: { ...each, interface: 0 } })));
const anySelector = fc.record(
  {
    vendor: fc.constantFrom('1a86', '0c2e'),
    product: fc.constantFrom('7523', '0caa'),
    port: fc.constantFrom('1-1', '1-2', '2-1'),
    serial: fc.constant('A77001'),
  },
  { requiredKeys: [] },
);
const anyWanted = fc
  .array(fc.record({ selector: anySelector, assigned: fc.option(anySelector, { nil: undefined }) }), { maxLength: 5 })
  .map((all) => all.map(({ selector, assigned }, index) => want(`d${index}`, selector, assigned === undefined ? {} : { assigned })));

describe('matching, whatever is wanted and plugged in', () => {
  it('gives every wanted device one answer, and no port to two', () => {
    fc.assert(
      fc.property(anyWanted, anyFound, (wanted, found) => {
        const { devices } = matchPorts(wanted, found);
        expect([...devices.keys()].sort()).toEqual(wanted.map(({ device }) => device).sort());
        const given = [...devices.values()].flatMap((match) => (match.kind === 'matched' ? [match.port.path] : []));
        expect(new Set(given).size).toBe(given.length);
      }),
    );
  });

  it('does not depend on the order of either list', () => {
    fc.assert(
      fc.property(anyWanted, anyFound, (wanted, found) => {
        const other = matchPorts([...wanted].reverse(), [...found].reverse()).devices;
        for (const [device, match] of matchPorts(wanted, found).devices) expect(other.get(device)).toEqual(match);
      }),
    );
  });

  it('matches only what everything that is stated is true of', () => {
    fc.assert(
      fc.property(anyWanted, anyFound, (wanted, found) => {
        const { devices } = matchPorts(wanted, found);
        const untrue = wanted.flatMap(({ device, selector, assigned }) => {
          const match = devices.get(device);
          if (match?.kind !== 'matched') return [];
          const usb: Readonly<Record<string, unknown>> = { ...match.port.usb };
          return Object.entries(assigned ?? selector).filter(([name, value]) => usb[name] !== value);
        });
        expect(untrue).toEqual([]);
      }),
    );
  });

  it('takes no generic chip without a socket, a serial number or a person', () => {
    fc.assert(
      fc.property(anyWanted, anyFound, (wanted, found) => {
        const { devices } = matchPorts(wanted, found);
        const guessed = wanted.filter(({ device, selector, assigned }) => {
          const match = devices.get(device);
          if (match?.kind !== 'matched' || match.port.usb === undefined || genericChip(match.port.usb) === undefined) return false;
          return assigned === undefined && selector.port === undefined && selector.serial === undefined;
        });
        expect(guessed).toEqual([]);
      }),
    );
  });

  it('matches what it matched before when something of another kind is plugged in', () => {
    fc.assert(
      fc.property(anyWanted, anyFound, (wanted, found) => {
        const before = matchPorts(wanted, found).devices;
        const more = matchPorts(wanted, [...found, { bus: 'hid', path: '/dev/hidraw0', usages: [{ page: 1, usage: 6 }] }]).devices;
        for (const [device, match] of before) expect(more.get(device)).toEqual(match);
      }),
    );
  });
});
