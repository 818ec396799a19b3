import { systemTimers as timers } from '#agent/runtime/clock.ts';
import { assert, type Fault } from '#core/base/fault.ts';
import type { Result } from '#core/base/result.ts';
import type { DeviceSession, DriverContext } from '#core/ports/driver.ts';
import type { GateController } from '#core/ports/gate-controller.ts';
import { lcusGateDriver } from '#drivers/lcus-relay/lcus-gate-driver.ts';
import { createLcusGateSimulator } from '#drivers/lcus-relay/lcus-simulators.ts';
import { createGateSimulator } from '#drivers/modbus-gate/gate-simulator.ts';
import { modbusGateDriver } from '#drivers/modbus-gate/modbus-gate-driver.ts';
import type { SimulatedGate } from '#drivers/simulation/simulated-gate.ts';
import { GATE_OPTIONS } from '../modbus-gate/gate-bench.ts';

/** The gates whose driver is killed in another process: how each is connected to, and what stands at the other end. */
export interface KilledGate {
  connect(context: DriverContext): Promise<Result<DeviceSession<GateController>, Fault>>;
  simulate(): SimulatedGate;
}

const GATES: Readonly<Record<string, KilledGate>> = {
  'lcus-relay': {
    connect: (context) => lcusGateDriver.connect(context, { channel: 1, feedback: 'levels' }),
    simulate: () => createLcusGateSimulator({ timers, channel: 1, answers: true }),
  },
  'modbus-gate': {
    connect: (context) => modbusGateDriver.connect(context, GATE_OPTIONS),
    simulate: () => createGateSimulator({ timers }),
  },
};

export function killedGate(name: string): KilledGate {
  const gate = GATES[name];
  assert(gate !== undefined, `${name} is a gate of this test`);
  return gate;
}
