import { afterEach, describe, expect, it } from 'vitest';
import { createDeviceManager, type DeviceManager } from '#agent/devices/device-manager.ts';
import {
  type ManagedDevice,
  managedCardReader,
  managedGate,
  managedIndicator,
  managedPrinter,
  managedScanner,
  managedTerminal,
} from '#agent/devices/managed-device.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { ascii } from '#core/base/bytes.ts';
import { type Fault, InvariantError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok } from '#core/base/result.ts';
import { instant, milliseconds, plus, seconds } from '#core/base/time.ts';
import type { CardRead, CardReader } from '#core/ports/card-reader.ts';
import type { Driver } from '#core/ports/driver.ts';
import type { GateInput } from '#core/ports/gate-controller.ts';
import { type DeviceHealth, NO_TRAFFIC } from '#core/ports/health.ts';
import type { Transport } from '#core/ports/link.ts';
import type { TerminalAuthorisation } from '#core/ports/payment-terminal.ts';
import type { TicketPrinter } from '#core/ports/ticket-printer.ts';
import { createLcusTowerSimulator } from '#drivers/lcus-relay/lcus-simulators.ts';
import { lcusTowerDriver } from '#drivers/lcus-relay/lcus-tower-driver.ts';
import { createGateSimulator } from '#drivers/modbus-gate/gate-simulator.ts';
import { modbusGateDriver } from '#drivers/modbus-gate/modbus-gate-driver.ts';
import { createScannerSimulator } from '#drivers/serial-scanner/scanner-simulator.ts';
import { serialScannerDriver } from '#drivers/serial-scanner/serial-scanner-driver.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { zvtTerminalDriver } from '#drivers/zvt-terminal/zvt-driver.ts';
import { createTerminalSimulator } from '#drivers/zvt-terminal/zvt-simulator.ts';
import { GATE_OPTIONS } from '#test/device-drivers/modbus-gate/gate-bench.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';

interface Lobby {
  readonly time: VirtualTime;
  readonly manager: DeviceManager;
  readonly told: DeviceHealth[];
  /** Kinds and reasons of one device, in the order they were told. */
  story(device: string): string[];
}

function startLobby(time: VirtualTime, devices: readonly ManagedDevice[], uniform = 0): Lobby {
  const told: DeviceHealth[] = [];
  const manager = createDeviceManager({
    devices,
    clock: time.clock,
    timers: time.timers,
    random: { uniform: () => uniform, bytes: (count) => new Uint8Array(count) },
    log: silentLog,
    onHealth: (health) => told.push(health),
  });
  manager.start();
  const story = (device: string): string[] =>
    told.filter((health) => health.device === device).map(({ state }) => [state.kind, ...state.reasons].join(' '));
  return { time, manager, told, story };
}

/** A place whose every opening fails in the same way; counts them. */
function deadTransport(code: string): Transport & { attempts: number } {
  const transport = {
    place: 'nowhere',
    attempts: 0,
    open: async () => {
      transport.attempts += 1;
      return err({ code, owner: 'device' as const, message: `nowhere fails with ${code}`, remedy: 'Look for it.' });
    },
  };
  return transport;
}

const SCANNER_OPTIONS = { suffix: 'cr', aimPrefix: false } as const;

describe('device manager', () => {
  let lobby: Lobby;
  afterEach(() => lobby.manager.stop());

  const withScanner = () => {
    const time = createVirtualTime();
    const simulator = createScannerSimulator({ timers: time.timers });
    lobby = startLobby(time, [
      managedScanner({ id: 's1', driver: serialScannerDriver, options: SCANNER_OPTIONS, transport: memoryTransport(simulator) }),
    ]);
    return { ...lobby, simulator };
  };

  it('connects what is there and says so', async () => {
    const { time, story, manager } = withScanner();
    await time.settle();
    expect(story('s1')).toEqual(['connecting', 'ready']);
    expect(manager.health()).toMatchObject([
      { device: 's1', class: 'scanner', driver: 'serial-scanner', place: 'simulated', state: { kind: 'ready' } },
    ]);
  });

  it('gives ports that survive an unplugged cable', async () => {
    const { time, simulator, manager, story } = withScanner();
    const codes: string[] = [];
    manager.scanner('s1').onCode(({ bytes }) => codes.push(new TextDecoder().decode(bytes)));
    await time.settle();
    simulator.present(ascii('BEFORE'));
    await time.settle();
    simulator.setFault('unplugged', true);
    await time.advance(seconds(20));
    simulator.setFault('unplugged', false);
    await time.advance(LIMITS.devices.reopen.cap);
    simulator.present(ascii('AFTER'));
    await time.settle();
    expect(codes).toEqual(['BEFORE', 'AFTER']);
    expect(story('s1')).toEqual(['connecting', 'ready', 'absent link-lost', 'absent port-missing', 'ready']);
  });

  it('gives cards to the lobby over all connections of their reader', async () => {
    const time = createVirtualTime();
    const sessions: { say: () => void; end: () => void }[] = [];
    const driver: Driver<CardReader, undefined> = {
      name: 'test-reader',
      connect: async () => {
        let listen: ((read: CardRead) => void) | undefined;
        const ended = new Promise<Fault | undefined>((resolve) => {
          sessions.push({
            say: () => listen?.({ kind: 'unreadable', at: time.clock.monotonic() }),
            end: () => resolve({ code: 'E-LNK-LOST', owner: 'device', message: 'pulled' }),
          });
        });
        const onCard = (newListener: (read: CardRead) => void): void => {
          listen = newListener;
        };
        return ok({ port: { onCard }, counters: () => NO_TRAFFIC, ended, stop: async () => sessions.at(-1)?.end() });
      },
    };
    const wanted = { id: 'r1', driver, options: undefined, transport: deadTransport('E-LNK-ABSENT') };
    lobby = startLobby(time, [managedCardReader(wanted)]);
    const reads: string[] = [];
    lobby.manager.cardReader('r1').onCard(({ kind }) => reads.push(kind));
    await time.settle();
    sessions.at(-1)?.say();
    sessions.at(-1)?.end();
    await time.advance(seconds(5));
    sessions.at(-1)?.say();
    expect(sessions).toHaveLength(2);
    expect(reads).toEqual(['unreadable', 'unreadable']);
  });

  it('adds up what the line has seen over all connections, and knows when it last heard something', async () => {
    const { time, simulator, manager } = withScanner();
    await time.settle();
    simulator.present(ascii('12345'));
    await time.settle();
    const seen = time.clock.wall();
    simulator.setFault('unplugged', true);
    await time.advance(seconds(3));
    const away = manager.health()[0];
    expect(away).toMatchObject({ lastSeen: seen, counters: { bytesIn: 6, framesIn: 1, opened: 1, lastFault: 'E-LNK-ABSENT' } });
    simulator.setFault('unplugged', false);
    await time.advance(seconds(5));
    simulator.present(ascii('678'));
    await time.settle();
    expect(manager.health()[0]).toMatchObject({ lastSeen: time.clock.wall(), counters: { bytesIn: 10, framesIn: 2, opened: 2 } });
  });

  it('keeps the time since when a device is missed while it is tried again and again', async () => {
    const time = createVirtualTime(instant(1_000_000));
    lobby = startLobby(time, [
      managedScanner({ id: 's1', driver: serialScannerDriver, options: SCANNER_OPTIONS, transport: deadTransport('E-LNK-ABSENT') }),
    ]);
    await time.advance(seconds(60));
    expect(lobby.story('s1').slice(0, 2)).toEqual(['connecting', 'absent port-missing']);
    expect(lobby.manager.health()[0]).toMatchObject({ state: { kind: 'absent' }, since: 1_000_000 });
  });

  it.each([
    ['E-LNK-BUSY', 'blocked port-busy'],
    ['E-LNK-ABSENT', 'absent port-missing'],
  ])('tells %s as %s', async (code, wanted) => {
    const time = createVirtualTime();
    lobby = startLobby(time, [managedScanner({ id: 's1', driver: serialScannerDriver, options: SCANNER_OPTIONS, transport: deadTransport(code) })]);
    await time.settle();
    expect(lobby.story('s1')).toEqual(['connecting', wanted]);
  });

  it('backs off to its cap and no further, and hurries no more than its floor', async () => {
    const attemptsIn = async (uniform: number): Promise<number> => {
      const time = createVirtualTime();
      const transport = deadTransport('E-LNK-ABSENT');
      lobby = startLobby(time, [managedScanner({ id: 's1', driver: serialScannerDriver, options: SCANNER_OPTIONS, transport })], uniform);
      await time.advance(seconds(60));
      await lobby.manager.stop();
      return transport.attempts;
    };
    // 0.5 + 1 s, then one every 2 s: 3 attempts in 1.5 s and 29 more in the minute; at the floor one every 0.2 s.
    expect(await attemptsIn(0.999_999)).toBe(35);
    expect(await attemptsIn(0)).toBe(1 + 300);
  });

  it('tells the health of every device each half minute, changed or not', async () => {
    const { time, told } = withScanner();
    await time.settle();
    const before = told.length;
    await time.advance(LIMITS.devices.healthEvery);
    expect(told.slice(before).map(({ device }) => device)).toEqual(['s1']);
  });

  it('refuses commands at once while there is no session, with the reason and what to do', async () => {
    const time = createVirtualTime();
    const printer: Driver<TicketPrinter, undefined> = {
      name: 'unreachable',
      connect: async ({ transport }) => {
        const opened = await transport.open({ bytes: () => undefined, closed: () => undefined });
        return opened.ok ? err({ code: 'E-PRN-NO-ANSWER', owner: 'device', message: 'silent' }) : err(opened.error);
      },
    };
    lobby = startLobby(time, [
      managedPrinter({ id: 'p1', driver: printer, options: undefined, transport: deadTransport('E-LNK-ABSENT') }),
      managedGate({ id: 'g1', driver: modbusGateDriver, options: GATE_OPTIONS, transport: deadTransport('E-LNK-BUSY') }),
    ]);
    await time.settle();
    const document = { columns: 48, blocks: [], cut: 'full' } as const;
    const printed = await lobby.manager.printer('p1').print({ jobId: 'j1', document, beforeFirstByte: () => expect.unreachable('nothing is sent') });
    expect(printed).toEqual({
      kind: 'not-printed',
      fault: {
        code: 'E-DEV-ABSENT',
        owner: 'device',
        message: 'p1 is not connected: nowhere fails with E-LNK-ABSENT',
        remedy: 'Look for it.',
        device: 'p1',
      },
    });
    const gate = lobby.manager.gate('g1');
    const command = {
      reason: { kind: 'admission', id: 'a1' },
      pulse: milliseconds(700),
      deadline: plus(time.clock.monotonic(), seconds(2)),
    } as const;
    expect(await gate.release(command)).toMatchObject({ kind: 'not-released', fault: { code: 'E-DEV-ABSENT' } });
    expect(await gate.secure()).toMatchObject({ ok: false, error: { code: 'E-DEV-ABSENT' } });
  });

  it('tells levels of a gate once, also over a new connection, and the end of one that ended meanwhile', async () => {
    const time = createVirtualTime();
    const simulator = createGateSimulator({ timers: time.timers });
    lobby = startLobby(time, [managedGate({ id: 'g1', driver: modbusGateDriver, options: GATE_OPTIONS, transport: memoryTransport(simulator) })]);
    const inputs: GateInput[] = [];
    lobby.manager.gate('g1').onInput((input) => inputs.push(input));
    await time.advance(seconds(1));
    simulator.setFault('jam', true);
    await time.advance(seconds(1));
    simulator.setFault('unplugged', true);
    await time.advance(seconds(1));
    simulator.setFault('unplugged', false);
    await time.advance(seconds(6));
    expect(inputs).toEqual([{ kind: 'jammed', on: true }]);
    simulator.setFault('unplugged', true);
    simulator.setFault('jam', false);
    await time.advance(seconds(1));
    simulator.setFault('unplugged', false);
    await time.advance(seconds(6));
    expect(inputs).toEqual([
      { kind: 'jammed', on: true },
      { kind: 'jammed', on: false },
    ]);
  });

  it('lets a light that comes back show what is true now, without the beeps of what is over', async () => {
    const time = createVirtualTime();
    const lamps = { red: 1, green: 2, buzzer: 3 };
    const simulator = createLcusTowerSimulator({ lamps });
    lobby = startLobby(time, [managedIndicator({ id: 'l1', driver: lcusTowerDriver, options: { lamps }, transport: memoryTransport(simulator) })]);
    const light = lobby.manager.indicator('l1');
    simulator.setFault('unplugged', true);
    await time.advance(seconds(1));
    light.show({ light: { colour: 'red', rhythm: 'steady' }, beeps: 'alarm', words: '' });
    light.show({ light: { colour: 'green', rhythm: 'steady' }, beeps: 'alarm', words: '' });
    simulator.setFault('unplugged', false);
    let beeped = false;
    simulator.onChange(() => {
      beeped ||= simulator.isSounding();
    });
    await time.advance(seconds(6));
    expect(simulator.lamps()).toEqual([
      { colour: 'red', isOn: false },
      { colour: 'green', isOn: true },
    ]);
    expect(beeped).toBe(false);
  });

  it('stops in the middle of anything, and leaves no timer and no host on any device', async () => {
    for (const moment of [0, 1, 100, 400, 1_200]) {
      const time = createVirtualTime();
      const simulator = createGateSimulator({ timers: time.timers });
      simulator.setFault('no-answer', moment % 2 === 0);
      lobby = startLobby(time, [
        managedGate({ id: 'g1', driver: modbusGateDriver, options: GATE_OPTIONS, transport: memoryTransport(simulator) }),
        managedScanner({ id: 's1', driver: serialScannerDriver, options: SCANNER_OPTIONS, transport: deadTransport('E-LNK-ABSENT') }),
      ]);
      await time.advance(milliseconds(moment));
      const stopping = lobby.manager.stop();
      await time.advance(seconds(5));
      await stopping;
      const told = lobby.told.length;
      await time.advance(seconds(60));
      expect(lobby.told).toHaveLength(told);
      expect(time.pendingTimers()).toBe(0);
    }
  });

  it('gives a card terminal that takes no money while it is away, and finds its bookings when it is back', async () => {
    const time = createVirtualTime();
    const simulator = createTerminalSimulator({ timers: time.timers, clock: time.clock, framing: 'tcp' });
    const options = { framing: 'tcp', password: '000000', currency: 'CNY', timeZone: 'UTC' } as const;
    lobby = startLobby(time, [managedTerminal({ id: 't1', driver: zvtTerminalDriver, options, transport: memoryTransport(simulator) })]);
    await time.advance(seconds(1));
    const terminal = lobby.manager.terminal('t1');
    const amount = { minor: 4_200, currency: 'CNY' } as const;
    const sale: TerminalAuthorisation = {
      attemptKey: 'a1',
      amount,
      onText: () => undefined,
      onApproved: () => undefined,
      decide: () => 'goods-issued',
    };
    simulator.setFault('unplugged', true);
    await time.advance(seconds(1));
    expect(await terminal.authorise(sale)).toEqual({ kind: 'declined', reason: 'terminal-busy' });
    const startedAt = time.clock.wall();
    const inquiry = { attemptKey: 'a1', amount, startedAt, before: undefined, approved: undefined };
    expect(await terminal.inquire(inquiry)).toMatchObject({ kind: 'unknown', fault: { code: 'E-DEV-ABSENT' } });
    simulator.setFault('unplugged', false);
    await time.advance(seconds(6));
    const paying = terminal.authorise(sale);
    await time.advance(milliseconds(100));
    simulator.present('good');
    await time.advance(seconds(2));
    expect(await paying).toMatchObject({ kind: 'approved' });
    const asking = terminal.inquire(inquiry);
    await time.advance(milliseconds(100));
    expect(await asking).toMatchObject({ kind: 'approved', receipt: { amount } });
  });

  it('knows its devices by name and class: anything else is our own bug', () => {
    const { manager } = withScanner();
    expect(() => manager.gate('s1')).toThrow(InvariantError);
    expect(() => manager.scanner('s2')).toThrow(InvariantError);
  });
});
