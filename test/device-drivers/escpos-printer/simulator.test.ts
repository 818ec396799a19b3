import { describe, expect, it } from 'vitest';
import { ascii, concatBytes, toHex } from '#core/base/bytes.ts';
import { FaultError } from '#core/base/fault.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import { createPrinterSimulator } from '#drivers/escpos-printer/simulator.ts';
import { loadCharacterRom } from '#drivers/ticket-printer/paper/character-rom.ts';
import type { PrinterSimulator } from '#drivers/ticket-printer/simulator/simulated-printer.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';
import { hex, VECTORS } from './fixtures.ts';

/** A host that only writes bytes and looks at what comes back. */
interface Host {
  readonly printer: PrinterSimulator;
  readonly time: VirtualTime;
  send(text: string): void;
  sendText(text: string): void;
  /** What came back since the last look, in hexadecimal. */
  answers(): string;
  readonly wasDropped: () => boolean;
}

function plugIn(mmPerSecond = 0): Host {
  const time = createVirtualTime();
  const printer = createPrinterSimulator({ ...time, mmPerSecond });
  let received: Uint8Array = new Uint8Array(0);
  let dropped = false;
  const end = printer.connect({
    write: (bytes) => {
      received = concatBytes(received, bytes);
    },
    drop: () => {
      dropped = true;
    },
  });
  return {
    printer,
    time,
    send: (text) => end?.receive(hex(text)),
    sendText: (text) => end?.receive(ascii(text)),
    answers: () => {
      const text = toHex(received);
      received = new Uint8Array(0);
      return text;
    },
    wasDropped: () => dropped,
  };
}

const CONDITIONS: Readonly<Record<string, string | undefined>> = {
  'paper out': 'paper-out',
  'paper near end': 'paper-near-end',
  'cover open': 'cover-open',
};

describe('the simulated printer', () => {
  it.each(VECTORS.realTime.filter(({ name }) => name === 'all well' || CONDITIONS[name] !== undefined))(
    'answers DLE EOT as the manual says: $name',
    ({ name, answers }) => {
      const host = plugIn();
      const fault = CONDITIONS[name];
      if (fault !== undefined) host.printer.setFault(fault, true);
      host.send('10 04 01 10 04 02 10 04 03 10 04 04');
      expect(host.answers()).toBe(toHex(hex(answers)));
    },
  );

  it('tells its status unasked once it was asked to, and only changes', () => {
    const host = plugIn();
    host.printer.setFault('cover-open', true);
    host.printer.setFault('cover-open', false);
    expect(host.answers()).toBe('');
    host.send('1D 61 0E');
    expect(host.answers()).toBe('1000000f');
    host.printer.setFault('cover-open', true);
    expect(host.answers()).toBe('3800000f');
    host.printer.setFault('cover-open', false);
    host.send('1B 40');
    host.answers();
    host.printer.setFault('paper-out', true);
    expect(host.answers()).toBe('');
  });

  it('answers real-time questions while offline, and queued ones only afterwards', () => {
    const host = plugIn();
    host.printer.setFault('paper-out', true);
    host.send('1D 72 01 1D 28 48 06 00 30 30 41 42 43 44 10 04 01');
    expect(host.answers()).toBe('1a');
    host.printer.setFault('paper-out', false);
    expect(host.answers()).toBe('0037224142434400');
  });

  it('forgets what it has not printed when it is told to, also while offline', () => {
    const host = plugIn();
    host.printer.setFault('paper-out', true);
    host.sendText('stale\n');
    host.send('10 14 08 01 03 14 01 06 02 08');
    expect(host.answers()).toBe('372500');
    host.printer.refill();
    expect(host.printer.papers()).toEqual([]);
  });

  it('prints the stale remainder when nobody told it to forget: the trap that the driver is built around', () => {
    const host = plugIn();
    host.printer.setFault('paper-out', true);
    host.sendText('stale\n');
    host.printer.refill();
    expect(host.printer.papers()).toMatchObject([{ number: 1, cut: false }]);
  });

  it('obeys a real-time command even inside a bar code: the reason why no payload may hold one', () => {
    const host = plugIn();
    host.send('1D 28 6B 07 00 31 50 30 41 10 04 01');
    expect(host.answers()).toBe('12');
  });

  it('reads commands cut anywhere', () => {
    const bytes = '1B 40 1C 26 1D 21 11 B5 E7 D3 B0 0A 1D 28 48 06 00 30 30 41 42 43 44 1D 56 42 00';
    const whole = plugIn();
    whole.send(bytes);
    const pieces = plugIn();
    for (const byte of bytes.split(' ')) pieces.send(byte);
    expect(pieces.answers()).toBe(whole.answers());
    expect(pieces.printer.paperPng(1)).toEqual(whole.printer.paperPng(1));
  });

  it('echoes a process identifier only when the paper before it is out', async () => {
    const host = plugIn(100);
    host.sendText('line\n'.repeat(10));
    host.send('1D 28 48 06 00 30 30 41 42 43 44');
    await host.time.advance(milliseconds(300));
    expect(host.answers()).toBe('');
    await host.time.advance(seconds(1));
    expect(host.answers()).toBe('37224142434400');
  });

  it('says who it claims to be', () => {
    const host = plugIn();
    host.send('1D 49 42');
    expect(host.answers()).toBe(`5f${toHex(ascii('FOYER'))}00`);
  });

  it('shows the paper that still hangs in it, and lets it be torn off', () => {
    const host = plugIn();
    host.sendText('hello\n');
    expect(host.printer.papers()).toMatchObject([{ number: 1, cut: false }]);
    const half = host.printer.paperPng(1);
    host.sendText('again\n');
    expect(host.printer.paperPng(1)).not.toEqual(half);
    host.printer.tearOff();
    expect(host.printer.papers()).toMatchObject([{ number: 1, cut: true }]);
    host.sendText('next\n');
    expect(host.printer.papers()).toMatchObject([{ number: 1 }, { number: 2, cut: false }]);
  });

  it('uses up its roll, shows it at the sensor and ends', () => {
    const host = plugIn();
    const full = host.printer.paperLeftMm;
    host.send('1B 4A F0');
    expect(host.printer.paperLeftMm).toBe(full - 30);
    const feed = '1B 4A F0 '.repeat(400);
    while (host.printer.paperLeftMm > 3_000) host.send(`${feed}1D 56 42 00`);
    expect(host.printer.isOn('paper-near-end')).toBe(true);
    for (let i = 0; i < 2; i += 1) host.send(feed);
    expect(host.printer.isOn('paper-out')).toBe(true);
    host.printer.refill();
    expect(host.printer.isOn('paper-near-end')).toBe(false);
    expect(host.printer.papers().length).toBeLessThanOrEqual(20);
  });

  it('belongs to the last host that connected', () => {
    const host = plugIn();
    const second = host.printer.connect({ write: () => undefined, drop: () => undefined });
    expect(host.wasDropped()).toBe(true);
    host.sendText('from the first\n');
    expect(host.printer.papers()).toEqual([]);
    second?.receive(ascii('from the second\n'));
    expect(host.printer.papers()).toHaveLength(1);
  });

  it('survives any bytes', () => {
    const host = plugIn();
    let state = 1;
    const bytes = Array.from({ length: 200_000 }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state & 0xff;
    });
    const printer = createPrinterSimulator({ ...host.time, mmPerSecond: 0 });
    const end = printer.connect({ write: () => undefined, drop: () => undefined });
    for (let at = 0; at < bytes.length; at += 1_000) end?.receive(Uint8Array.from(bytes.slice(at, at + 1_000)));
    expect(printer.papers().length).toBeLessThanOrEqual(20);
  });

  it('makes nothing of a bar code that is too long for one', () => {
    const host = plugIn();
    host.send(`1D 28 6B 00 10 31 50 30 ${'FF '.repeat(4_093)} 1D 28 6B 03 00 31 51 30`);
    expect(host.printer.papers()).toEqual([]);
  });

  it('does not start without its letters', () => {
    expect(() => loadCharacterRom('/nowhere')).toThrow(FaultError);
  });
});
