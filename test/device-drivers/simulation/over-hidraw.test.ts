import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDeviceManager, type DeviceManager } from '#agent/devices/device-manager.ts';
import { type ManagedDevice, managedCardReader, managedGate, managedScanner } from '#agent/devices/managed-device.ts';
import { systemClock, systemRandom, systemTimers } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { ascii } from '#core/base/bytes.ts';
import { milliseconds, plus, seconds } from '#core/base/time.ts';
import type { CardRead } from '#core/ports/card-reader.ts';
import type { Transport } from '#core/ports/link.ts';
import { hidPosScannerDriver } from '#drivers/hid-pos-scanner/hid-pos-scanner-driver.ts';
import { createHidPosSimulator } from '#drivers/hid-pos-scanner/hid-pos-simulator.ts';
import { hidRelayGateDriver } from '#drivers/hid-relay/hid-relay-driver.ts';
import { createHidRelaySimulator } from '#drivers/hid-relay/hid-relay-simulator.ts';
import { keyboardScannerDriver } from '#drivers/keyboard-scanner/keyboard-scanner-driver.ts';
import { createKeyboardSimulator } from '#drivers/keyboard-scanner/keyboard-simulator.ts';
import { stripeDriver } from '#drivers/magnetic-stripe/stripe-driver.ts';
import { createStripeSimulator } from '#drivers/magnetic-stripe/stripe-simulator.ts';
import type { SimulatedDevice } from '#drivers/simulation/simulated-device.ts';
import { TICKET } from '#test/device-drivers/scanning/report-scanner-bench.ts';
import { HID_POS_MODEL, type HidBed, startHidBed } from '#test/support/hid/hid-bed.ts';

/** Ends at its event; a broken line fails it at the deadline. */
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 2 });
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The boot keyboard of HID 1.11, appendix E.6, without its lamps. */
const KEYBOARD = '0501 0906 a101 0507 19e0 29e7 1500 2501 7501 9508 8102 9501 7508 8101 9506 7508 1500 2565 0507 1900 2965 8100 c0';
/** A vendor's own collection with one input report of 337 bytes. */
const STRIPE = '0600ff 0901 a101 150026ff00 7508 965101 0901 8102 c0';
/** A vendor's own collection with one feature report of eight bytes. */
const RELAY = '0600ff 0901 a101 150026ff00 7508 9508 0901 b102 c0';

let bed: HidBed;
beforeAll(async () => {
  bed = await startHidBed();
});
afterAll(() => bed.close());

describe('HID drivers through node-hid and hidraw (umockdev), by the real clock', () => {
  const toClose: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of toClose.splice(0).reverse()) await close();
  });

  const plugIn = async (device: SimulatedDevice, descriptor: string, usagePage: number): Promise<Transport> => {
    const served = await bed.serve(device, { ...HID_POS_MODEL, descriptor });
    toClose.push(served.close);
    return bed.transport({ vendorId: 0x0c2e, productId: 0x0b01, usagePage });
  };

  const manage = async (wanted: ManagedDevice): Promise<DeviceManager> => {
    const surroundings = { clock: systemClock, timers: systemTimers, random: systemRandom, log: silentLog, onHealth: () => undefined };
    const manager = createDeviceManager({ devices: [wanted], ...surroundings });
    toClose.push(() => manager.stop());
    manager.start();
    await eventually(() => expect(manager.health()[0]?.state.kind).toBe('ready'));
    return manager;
  };

  const unplugAndBack = async (manager: DeviceManager, device: SimulatedDevice): Promise<void> => {
    device.setFault('unplugged', true);
    await eventually(() => expect(manager.health()[0]?.state.kind).toBe('absent'));
    device.setFault('unplugged', false);
    await eventually(() => expect(manager.health()[0]?.state.kind).toBe('ready'));
  };

  it('takes a HID-POS scanner into its mode, reads tickets of several reports, and again after it was unplugged and put back', async () => {
    const simulator = createHidPosSimulator({ timers: systemTimers, profile: 'honeywell' });
    const transport = await plugIn(simulator, HID_POS_MODEL.descriptor, 0x8c);
    const manager = await manage(managedScanner({ id: 's1', driver: hidPosScannerDriver, options: { profile: 'honeywell' }, transport }));
    const codes: [string, string | undefined][] = [];
    manager.scanner('s1').onCode(({ bytes, symbology }) => codes.push([text(bytes), symbology]));
    expect(simulator.present(ascii(TICKET))).toBe(true);
    await eventually(() => expect(codes).toEqual([[TICKET, 'Q1']]));
    await unplugAndBack(manager, simulator);
    await eventually(() => expect(simulator.present(ascii('SECOND'))).toBe(true));
    await eventually(() => expect(codes.at(-1)).toEqual(['SECOND', 'Q1']));
    expect(manager.health()[0]?.counters).toMatchObject({ opened: 2, garbage: 0, framesOut: 2 });
  });

  it('says that a scanner which refuses its mode is there and does not answer', async () => {
    const simulator = createHidPosSimulator({ timers: systemTimers, profile: 'honeywell' });
    simulator.setFault('refuses-mode', true);
    const transport = await plugIn(simulator, HID_POS_MODEL.descriptor, 0x8c);
    const wanted = managedScanner({ id: 's1', driver: hidPosScannerDriver, options: { profile: 'honeywell' }, transport });
    const surroundings = { clock: systemClock, timers: systemTimers, random: systemRandom, log: silentLog, onHealth: () => undefined };
    const manager = createDeviceManager({ devices: [wanted], ...surroundings });
    toClose.push(() => manager.stop());
    manager.start();
    await eventually(() => expect(manager.health()[0]).toMatchObject({ state: { kind: 'absent', reasons: ['no-answer'] } }));
    expect(manager.health()[0]?.counters.lastFault).toBe('E-LNK-REFUSED');
  });

  it('reads a ticket that a scanner types as a keyboard, key by key', async () => {
    const simulator = createKeyboardSimulator({ timers: systemTimers });
    const transport = await plugIn(simulator, KEYBOARD, 0x01);
    const manager = await manage(managedScanner({ id: 's1', driver: keyboardScannerDriver, options: {}, transport }));
    const codes: string[] = [];
    manager.scanner('s1').onCode(({ bytes }) => codes.push(text(bytes)));
    expect(simulator.present(ascii(TICKET))).toBe(true);
    await eventually(() => expect(codes).toEqual([TICKET]));
    await unplugAndBack(manager, simulator);
    await eventually(() => expect(simulator.present(ascii('T-0011'))).toBe(true));
    await eventually(() => expect(codes).toEqual([TICKET, 'T-0011']));
    expect(manager.health()[0]?.counters.garbage).toBe(0);
  });

  it("reads a member's card at a stripe reader and forgets a payment card", async () => {
    const simulator = createStripeSimulator({ profile: 'magtek-sureswipe' });
    const transport = await plugIn(simulator, STRIPE, 0xff00);
    const manager = await manage(managedCardReader({ id: 'c1', driver: stripeDriver, options: { profile: 'magtek-sureswipe' }, transport }));
    const reads: CardRead[] = [];
    manager.cardReader('c1').onCard((read) => reads.push(read));
    simulator.show('payment');
    await eventually(() => expect(reads.map(({ kind }) => kind)).toEqual(['payment-card-refused']));
    await unplugAndBack(manager, simulator);
    simulator.show('member');
    await eventually(() => expect(reads.at(-1)).toMatchObject({ kind: 'stripe', tracks: ['%MC8210046937512084?', ';8210046937512084?', ''] }));
    expect(JSON.stringify([reads, manager.trace('c1'), manager.health()])).not.toMatch(/4761|34373631/);
  });

  it('releases a barrier behind a relay module by feature reports, and again after it was unplugged and put back', async () => {
    const simulator = createHidRelaySimulator({ timers: systemTimers, channel: 1 });
    const transport = await plugIn(simulator, RELAY, 0xff00);
    const manager = await manage(managedGate({ id: 'g1', driver: hidRelayGateDriver, options: { channel: 1 }, transport }));
    const release = () =>
      manager.gate('g1').release({
        reason: { kind: 'service-test', id: 't1' },
        pulse: milliseconds(700),
        deadline: plus(systemClock.monotonic(), seconds(2)),
      });
    expect(await release()).toEqual({ kind: 'released' });
    await eventually(() => expect(simulator.state()).toMatchObject({ barrier: 'closed', passed: 1 }));
    await unplugAndBack(manager, simulator);
    expect(await release()).toEqual({ kind: 'released' });
    await eventually(() => expect(simulator.state()).toMatchObject({ barrier: 'closed', passed: 2 }));
  });
});
