import { toHex } from '#core/base/bytes.ts';
import { assert, type Fault } from '#core/base/fault.ts';
import { type Duration, milliseconds, plus, seconds } from '#core/base/time.ts';
import type { DeviceSession } from '#core/ports/driver.ts';
import type { GateController, GateInput, ReleaseCommand, ReleaseOutcome } from '#core/ports/gate-controller.ts';
import type { HealthState } from '#core/ports/health.ts';
import type { Transport } from '#core/ports/link.ts';
import { createGateSimulator } from '#drivers/modbus-gate/gate-simulator.ts';
import { modbusGateDriver } from '#drivers/modbus-gate/modbus-gate-driver.ts';
import type { SimulatedGate } from '#drivers/simulation/simulated-gate.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { tapped } from '#test/support/tapped-transport.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';

export const GATE_OPTIONS = { unit: 1, releaseRelay: 0, inputs: { entryPassage: 0, exitPassage: 1, jam: 2, fireAlarm: 3 } };

/** A driver connected to a simulated gate, on a clock of its own, with everything that either side said. */
export interface GateBench {
  readonly time: VirtualTime;
  readonly simulator: SimulatedGate;
  readonly session: DeviceSession<GateController>;
  readonly inputs: GateInput[];
  readonly health: HealthState[];
  /** Every frame that the driver wrote, in hexadecimal. */
  readonly written: string[];
  command(changes?: { readonly pulse?: Duration; readonly within?: Duration }): ReleaseCommand;
  release(changes?: { readonly pulse?: Duration; readonly within?: Duration }): Promise<ReleaseOutcome>;
}

/** Writes down what passes through, and changes nothing. */
export function overheard(transport: Transport, written: string[]): Transport {
  return tapped(transport, {
    toDevice: (bytes, pass) => {
      written.push(toHex(bytes));
      return pass(bytes);
    },
  });
}

export async function connectGate(prepare: (simulator: SimulatedGate) => void = () => undefined): Promise<GateBench> {
  const bench = await tryGate(prepare);
  assert('session' in bench, 'the simulated gate connects');
  return bench;
}

export async function tryGate(
  prepare: (simulator: SimulatedGate) => void,
): Promise<GateBench | { readonly fault: Fault; readonly time: VirtualTime }> {
  const time = createVirtualTime();
  const simulator = createGateSimulator({ timers: time.timers });
  prepare(simulator);
  const written: string[] = [];
  const health: HealthState[] = [];
  const inputs: GateInput[] = [];
  const connecting = modbusGateDriver.connect(
    {
      device: 'gate-1',
      transport: overheard(memoryTransport(simulator), written),
      clock: time.clock,
      timers: time.timers,
      onHealth: (state) => health.push(state),
    },
    GATE_OPTIONS,
  );
  await time.advance(seconds(3));
  const connected = await connecting;
  if (!connected.ok) return { fault: connected.error, time };
  const session = connected.value;
  session.port.onInput((input) => inputs.push(input));
  const command: GateBench['command'] = ({ pulse = milliseconds(700), within = seconds(2) } = {}) => ({
    reason: { kind: 'admission', id: 'scan-1' },
    pulse,
    deadline: plus(time.clock.monotonic(), within),
  });
  return { time, simulator, session, inputs, health, written, command, release: (changes) => session.port.release(command(changes)) };
}
