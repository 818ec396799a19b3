import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import { milliseconds, plus, seconds } from '#core/base/time.ts';
import type { GateInput } from '#core/ports/gate-controller.ts';
import type { HealthState } from '#core/ports/health.ts';
import { encodeLevels, encodeSwitch, levelOf, parseSwitch } from '#drivers/hid-relay/frame.ts';
import { hidRelayGateDriver } from '#drivers/hid-relay/hid-relay-driver.ts';
import { createHidRelaySimulator } from '#drivers/hid-relay/hid-relay-simulator.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import fixtures from '#test/fixtures/hid-relay/reports.json' with { type: 'json' };
import { createVirtualTime } from '#test/support/virtual-time.ts';

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const CHANNELS = [1, 2, 3, 4, 5, 6, 7, 8];

describe('reports of a HID relay module', () => {
  it.each(fixtures.switches)('$name', ({ channel, on, report }) => {
    expect(toHex(encodeSwitch(channel, on))).toBe(toHex(bytes(report)));
    expect(parseSwitch(bytes(report))).toEqual({ channel, on });
  });

  it.each(fixtures.levels)('$name', ({ report, closed }) => {
    expect(CHANNELS.filter((channel) => levelOf(bytes(report), channel))).toEqual(closed);
    expect(encodeLevels(String.fromCharCode(...bytes(report).subarray(1, 6)), new Set(closed))).toEqual(bytes(report));
  });

  it('are none of another length or with another command', () => {
    expect(levelOf(new Uint8Array(8), 1)).toBeUndefined();
    for (const report of ['00ff01', '00fe00000000000000', '01ff01000000000000', '00ff09000000000000'])
      expect(parseSwitch(bytes(report))).toBeUndefined();
  });

  it('of any bytes throw nothing, and name no channel that a module has not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.constantFrom(...CHANNELS), (report, channel) => {
        expect(CHANNELS).toContain(parseSwitch(report)?.channel ?? 1);
        expect([true, false, undefined]).toContain(levelOf(report, channel));
      }),
    );
  });
});

async function connect(prepare: (simulator: ReturnType<typeof createHidRelaySimulator>) => void = () => undefined) {
  const time = createVirtualTime();
  const simulator = createHidRelaySimulator({ timers: time.timers, channel: 2 });
  prepare(simulator);
  const health: HealthState[] = [];
  const context = { device: 'relay-1', transport: memoryTransport(simulator), clock: time.clock, timers: time.timers };
  const connected = await hidRelayGateDriver.connect({ ...context, onHealth: (state) => health.push(state) }, { channel: 2 });
  return { time, simulator, health, connected };
}

describe('barrier behind a HID relay', () => {
  const pulse = milliseconds(700);

  it('is released when the module says so, and closed again after its pulse', async () => {
    const { time, simulator, connected } = await connect();
    assert(connected.ok, 'it connects');
    const deadline = plus(time.clock.monotonic(), seconds(2));
    expect(await connected.value.port.release({ reason: { kind: 'admission', id: 'a' }, pulse, deadline })).toEqual({ kind: 'released' });
    expect(simulator.state().barrier).toBe('released');
    await time.advance(pulse);
    expect(simulator.state()).toMatchObject({ barrier: 'closed', passed: 1 });
    await connected.value.stop();
    // The body behind the barrier walks on.
    await time.advance(seconds(1));
    expect(time.pendingTimers()).toBe(0);
  });

  it('is switched off before anything else, by each connection', async () => {
    const first = await connect();
    assert(first.connected.ok, 'it connects');
    const deadline = plus(first.time.clock.monotonic(), seconds(2));
    await first.connected.value.port.release({ reason: { kind: 'admission', id: 'a' }, pulse: seconds(60), deadline });
    expect(first.simulator.state().barrier).toBe('released');
    // Another agent after the death of this one: nobody ended the pulse.
    const context = { device: 'relay-1', transport: memoryTransport(first.simulator), clock: first.time.clock, timers: first.time.timers };
    const second = await hidRelayGateDriver.connect({ ...context, onHealth: () => undefined }, { channel: 2 });
    expect([second.ok, first.simulator.state().barrier]).toEqual([true, 'closed']);
  });

  it('is never released late, and says when its relay does not move', async () => {
    const { time, simulator, connected } = await connect();
    assert(connected.ok, 'it connects');
    const { port } = connected.value;
    expect(await port.release({ reason: { kind: 'admission', id: 'a' }, pulse, deadline: time.clock.monotonic() })).toEqual({ kind: 'expired' });
    simulator.setFault('relay-stuck', true);
    const deadline = plus(time.clock.monotonic(), seconds(2));
    expect(await port.release({ reason: { kind: 'admission', id: 'a' }, pulse, deadline })).toMatchObject({
      kind: 'not-released',
      fault: { code: 'E-GAT-RELAY' },
    });
  });

  it('tells that nobody counts who goes through', async () => {
    const { connected } = await connect();
    assert(connected.ok, 'it connects');
    const inputs: GateInput[] = [];
    connected.value.port.onInput((input) => inputs.push(input));
    expect(inputs).toEqual([{ kind: 'blind', on: true }]);
  });

  it('is lost within two seconds when the module falls silent, and at once when it is pulled', async () => {
    const silent = await connect();
    assert(silent.connected.ok, 'it connects');
    silent.simulator.setFault('no-answer', true);
    await silent.time.advance(seconds(2));
    expect((await silent.connected.value.ended)?.code).toBe('E-GAT-NO-ANSWER');
    const pulled = await connect();
    assert(pulled.connected.ok, 'it connects');
    pulled.simulator.setFault('unplugged', true);
    expect((await pulled.connected.value.ended)?.code).toBe('E-LNK-LOST');
    expect(pulled.time.pendingTimers()).toBe(0);
  });

  it('does not connect to another device of that number', async () => {
    const { connected, time } = await connect((simulator) => simulator.setFault('no-answer', true));
    expect(connected.ok ? 'connected' : connected.error.code).toBe('E-LNK-REFUSED');
    expect(time.pendingTimers()).toBe(0);
  });
});
