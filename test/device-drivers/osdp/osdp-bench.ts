import { type Duration, milliseconds, plus, seconds } from '#core/base/time.ts';
import type { CardRead, CardReader } from '#core/ports/card-reader.ts';
import type { DeviceSession, Driver, DriverContext } from '#core/ports/driver.ts';
import type { GateController, GateInput } from '#core/ports/gate-controller.ts';
import type { HealthState } from '#core/ports/health.ts';
import { osdpGateDriver } from '#drivers/osdp/osdp-gate-driver.ts';
import { osdpLightDriver } from '#drivers/osdp/osdp-light-driver.ts';
import { createOsdpLine, type OsdpPd } from '#drivers/osdp/osdp-line.ts';
import { osdpReaderDriver } from '#drivers/osdp/osdp-reader-driver.ts';
import { createOsdpPdSimulator, type OsdpPdSimulatorOptions } from '#drivers/osdp/pd-simulator.ts';
import type { PdEvent, PdSettings } from '#drivers/osdp/session.ts';
import { createSimulatedWires } from '#drivers/simulation/simulated-wires.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { overheard } from '../modbus-gate/gate-bench.ts';

export const KEY = Uint8Array.from({ length: 16 }, (_, i) => 0x50 + i);
export const INPUTS = { entryPassage: 0, exitPassage: 1, jam: 2, fireAlarm: 3 };

export const settingsOf = (changes: Partial<PdSettings> = {}): PdSettings => ({
  address: 0,
  check: 'crc',
  key: undefined,
  isInstalling: false,
  watchesInputs: true,
  ...changes,
});

/** A line with simulated devices and their master, on a clock of its own. */
export function osdpBench(devices: readonly Omit<OsdpPdSimulatorOptions, 'timers'>[] = [{}]) {
  const time = createVirtualTime();
  const wire = createSimulatedWires();
  const simulators = devices.map((options) => createOsdpPdSimulator({ timers: time.timers, ...options }));
  for (const simulator of simulators) wire.add(simulator);
  const written: string[] = [];
  let drawn = 0;
  const line = createOsdpLine({
    transport: overheard(memoryTransport(wire), written),
    clock: time.clock,
    timers: time.timers,
    random: { bytes: (count) => new Uint8Array(count).fill(++drawn) },
  });
  const [first] = simulators;
  if (first === undefined) throw new Error('a line has a device');

  const connect = async <Port, Options extends { readonly pd: OsdpPd }>(
    driver: Driver<Port, Options>,
    options: Options,
    wait: Duration = seconds(6),
  ) => {
    const health: HealthState[] = [];
    const context: DriverContext = {
      device: 'osdp-1',
      transport: options.pd.transport,
      clock: time.clock,
      timers: time.timers,
      onHealth: (state) => health.push(state),
    };
    const connecting = driver.connect(context, options);
    await time.advance(wait);
    return { result: await connecting, health };
  };

  return { time, wire, line, written, simulators, first, connect };
}
export type OsdpBench = ReturnType<typeof osdpBench>;

function opened<Port>(connected: {
  readonly result: { readonly ok: true; readonly value: DeviceSession<Port> } | { readonly ok: false; readonly error: unknown };
}) {
  if (!connected.result.ok) throw new Error(JSON.stringify(connected.result.error));
  return connected.result.value;
}

export async function gateOn(bench: OsdpBench, changes: Partial<PdSettings> = {}) {
  const pd = bench.line.pd(settingsOf(changes));
  const events: PdEvent[] = [];
  pd.listen((event) => events.push(event));
  const connected = await bench.connect<GateController, Parameters<typeof osdpGateDriver.connect>[1]>(osdpGateDriver, {
    pd,
    releaseOutput: 0,
    inputs: INPUTS,
  });
  const session = opened(connected);
  const inputs: GateInput[] = [];
  session.port.onInput((input) => inputs.push(input));
  const release = (pulse: Duration = milliseconds(700), within: Duration = seconds(2)) =>
    session.port.release({ reason: { kind: 'admission', id: 's' }, pulse, deadline: plus(bench.time.clock.monotonic(), within) });
  return { ...bench, pd, events, session, inputs, release, health: connected.health };
}

export async function readerOn(bench: OsdpBench, changes: Partial<PdSettings> = {}) {
  const pd = bench.line.pd(settingsOf({ watchesInputs: false, ...changes }));
  const connected = await bench.connect<CardReader, Parameters<typeof osdpReaderDriver.connect>[1]>(osdpReaderDriver, { pd, reader: 0 });
  const session = opened(connected);
  const reads: CardRead[] = [];
  session.port.onCard((read) => reads.push(read));
  return { pd, session, reads, health: connected.health };
}

export async function lightOn(bench: OsdpBench, changes: Partial<PdSettings> = {}) {
  const pd = bench.line.pd(settingsOf({ watchesInputs: false, ...changes }));
  const connected = await bench.connect(osdpLightDriver, { pd, reader: 0, led: 0 });
  return { pd, session: opened(connected), health: connected.health };
}
