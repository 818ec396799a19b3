import { describe, expect, it } from 'vitest';
import { createBench } from '#agent/local-api/bench.ts';
import { DeviceId } from '#core/contract/identifiers.ts';
import { BenchState } from '#core/contract/local/bench.ts';
import { createPrinterSimulator } from '#drivers/escpos-printer/simulator.ts';
import { createLcusTowerSimulator } from '#drivers/lcus-relay/lcus-simulators.ts';
import { createGateSimulator } from '#drivers/modbus-gate/gate-simulator.ts';
import { createScannerSimulator } from '#drivers/serial-scanner/scanner-simulator.ts';
import { createTerminalSimulator } from '#drivers/zvt-terminal/zvt-simulator.ts';
import { createVirtualTime } from '../../support/virtual-time.ts';

const PRINTER = DeviceId.parse('ticket-printer');
const SCANNER = DeviceId.parse('kiosk-scanner');
const GATE = DeviceId.parse('gate-controller');
const READER = DeviceId.parse('kiosk-reader');
const LIGHT = DeviceId.parse('gate-light');
const TERMINAL = DeviceId.parse('card-terminal');

const EVERY_CLASS = ['ticket-printer', 'scanner', 'gate-controller', 'payment-terminal', 'card-reader', 'indicator'];

function setUp(model: 'epson' | 'custom-vkp80' = 'epson') {
  const { clock, timers } = createVirtualTime();
  const printer = createPrinterSimulator({ clock, timers, mmPerSecond: 0, model });
  const scanner = createScannerSimulator({ timers });
  const gate = createGateSimulator({ timers });
  const terminal = createTerminalSimulator({ timers, clock, framing: 'tcp' });
  const shown: string[] = [];
  const reader = { ...scanner, class: 'card-reader' as const, show: (card: string) => shown.push(card), reads: () => shown.length };
  const wires = { broker: true, boxOffice: true, site: true };
  let changes = 0;
  const bench = createBench({
    simulators: {
      printers: new Map([[PRINTER, printer]]),
      scanners: new Map([[SCANNER, scanner]]),
      gates: new Map([[GATE, gate]]),
      terminals: new Map([[TERMINAL, terminal]]),
      cardReaders: new Map([[READER, reader]]),
      indicators: new Map([[LIGHT, createLcusTowerSimulator({ lamps: { red: 1, green: 2, buzzer: 3 } })]]),
    },
    wires: {
      state: () => ({ ...wires }),
      setBroker: (isJoined) => {
        wires.broker = isJoined;
      },
      setBoxOffice: (isJoined) => {
        wires.boxOffice = isJoined;
      },
      setSite: (isJoined) => {
        wires.site = isJoined;
      },
    },
    onChange: () => {
      changes++;
    },
  });
  return { bench, printer, scanner, gate, shown, changes: () => changes };
}

describe('the device bench', () => {
  it('shows every simulated device as the contract says', () => {
    const state = BenchState.parse(setUp().bench.state());
    expect(state.devices.map((device) => device.class)).toEqual(EVERY_CLASS);
    for (const device of state.devices) expect(device.faults.map((fault) => fault.name)).toContain('unplugged');
  });

  it('shows a terminal’s display and its money, and presents cards to it', () => {
    const { bench } = setUp();
    expect(bench.state().devices.find(({ class: kind }) => kind === 'payment-terminal')).toMatchObject({
      phase: 'idle',
      wants: null,
      kept: { minor: 0, currency: 'CNY' },
    });
    expect(bench.presentCard(TERMINAL, 'good')).toBe(true);
    expect(bench.presentCard(TERMINAL, 'stop')).toBe(true);
    expect(bench.presentCard(PRINTER, 'good')).toBe(false);
  });

  it('holds cards to a reader', () => {
    const { bench, shown } = setUp();
    expect(bench.showCard(READER, 'payment')).toBe(true);
    expect(bench.showCard(SCANNER, 'member')).toBe(false);
    expect(shown).toEqual(['payment']);
    expect(bench.state().devices.find(({ class: kind }) => kind === 'card-reader')).toMatchObject({ reads: 1 });
  });

  it('shows the lamps of a light from the top', () => {
    const { bench } = setUp();
    expect(bench.state().devices.find(({ class: kind }) => kind === 'indicator')).toMatchObject({
      lamps: [
        { colour: 'red', on: false },
        { colour: 'green', on: false },
      ],
      sounding: false,
    });
  });

  it('breaks and mends a device, and tells of it', () => {
    const { bench, printer, changes } = setUp();
    expect(bench.setFault(PRINTER, 'paper-out', true)).toBe(true);
    expect(printer.isOn('paper-out')).toBe(true);
    expect(changes()).toBeGreaterThan(0);
    const [shown] = bench.state().devices;
    expect(shown?.faults.find((fault) => fault.name === 'paper-out')?.on).toBe(true);
    expect(bench.refill(PRINTER)).toBe(true);
    expect(printer.isOn('paper-out')).toBe(false);
  });

  it('takes papers away, and shows those that come after them', () => {
    const { bench, printer } = setUp();
    const line = printer.connect({ write: () => {}, drop: () => {} });
    const papers = (): readonly number[] => {
      const [shown] = bench.state().devices;
      return shown?.class === 'ticket-printer' ? shown.papers.map(({ number }) => number) : [];
    };
    const print = (): void => line?.receive(Uint8Array.of(0x41, 0x0a));
    print();
    expect(papers()).toEqual([1]);
    expect(bench.tearOff(PRINTER)).toBe(true);
    expect(papers()).toEqual([]);
    print();
    expect(papers()).toEqual([2]);
  });

  it('knows no fault and no device but those that it shows', () => {
    const { bench, changes } = setUp();
    expect(bench.setFault(PRINTER, 'meteor', true)).toBe(false);
    expect(bench.setFault(DeviceId.parse('toaster'), 'unplugged', true)).toBe(false);
    expect(bench.refill(SCANNER)).toBe(false);
    expect(bench.present(PRINTER, Uint8Array.of(1))).toBe(false);
    expect(bench.setPerson(PRINTER, 'push')).toBe(false);
    expect(bench.paperPng(SCANNER, 1)).toBeUndefined();
    expect(bench.paperPng(PRINTER, 99)).toBeUndefined();
    expect(changes()).toBe(0);
  });

  it('puts exactly the bytes of a code on the line', () => {
    const { bench, scanner } = setUp();
    const sent: number[] = [];
    scanner.connect({ write: (bytes) => sent.push(...bytes), drop: () => {} });
    expect(bench.present(SCANNER, Uint8Array.of(0x31, 0x32))).toBe(true);
    expect(sent).toEqual([0x31, 0x32, 0x0d]);
    expect(bench.state().devices[1]).toMatchObject({ reads: 1 });
  });

  it('moves the person at the gate', () => {
    const { bench, gate } = setUp();
    expect(bench.setPerson(GATE, 'walks-away')).toBe(true);
    expect(gate.state().person).toBe('walks-away');
    expect(bench.setPerson(GATE, 'push')).toBe(true);
  });

  it('cuts one wire and leaves the others', () => {
    const { bench } = setUp();
    bench.setNetwork({ broker: false });
    expect(bench.state().network).toEqual({ broker: false, boxOffice: true, site: true });
    bench.setNetwork({ broker: true, boxOffice: false });
    expect(bench.state().network).toEqual({ broker: true, boxOffice: false, site: true });
    bench.setNetwork({ boxOffice: true, site: false });
    expect(bench.state().network).toEqual({ broker: true, boxOffice: true, site: false });
  });
});

it('takes the ticket that a printer holds at its output, and shows that it stood there', async () => {
  const { bench, printer } = setUp('custom-vkp80');
  const shown = () => BenchState.parse(bench.state()).devices[0];
  printer.setFault('ticket-left', true);
  const line = printer.connect({ write: () => {}, drop: () => {} });
  line?.receive(Uint8Array.of(0x41, 0x0a, 0x1b, 0x69, 0x1d, 0x65, 0x03, 0x0c));
  expect(shown()).toMatchObject({ class: 'ticket-printer', output: { holds: true, drawnBack: 0 } });
  expect(bench.takePaper(PRINTER)).toBe(true);
  expect(shown()).toMatchObject({ output: { holds: false } });
  line?.receive(Uint8Array.of(0x41, 0x0a, 0x1b, 0x69, 0x1d, 0x65, 0x03, 0x0c, 0x1d, 0x65, 0x02));
  expect(shown()).toMatchObject({ output: { holds: false, drawnBack: 1 } });
});
