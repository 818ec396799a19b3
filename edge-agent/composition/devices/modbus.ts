import type { DeviceId } from '#core/contract/identifiers.ts';
import type { Transport } from '#core/ports/link.ts';
import { createGateSimulator } from '#drivers/modbus-gate/gate-simulator.ts';
import { modbusGateDriver } from '#drivers/modbus-gate/modbus-gate-driver.ts';
import { modbusTowerDriver } from '#drivers/modbus-gate/modbus-tower-driver.ts';
import { createModbusTowerSimulator } from '#drivers/modbus-gate/tower-simulator.ts';
import { createModbusWires, type ModbusWires, type WireTurn } from '#drivers/modbus-gate/wire-turns.ts';
import type { SimulatedDevice } from '#drivers/simulation/simulated-device.ts';
import type { DeviceConfiguration } from '../../configuration/device-schema.ts';
import { isSameLine } from '../../configuration/line-places.ts';
import { type ManagedDevice, managedGate, managedIndicator } from '../../devices/managed-device.ts';
import type { DeviceParts, SettingsOf } from './surroundings.ts';

/** The Modbus boards of this machine: one with its line for itself, or several behind one adapter, which take turns. */
export interface ModbusLines {
  compose(settings: ModbusSettings): Promise<ManagedDevice>;
}

type ModbusSettings = SettingsOf<'modbus-gate' | 'modbus-tower'>;

interface Place {
  readonly transport: Transport;
  /** Undefined where nobody else is on the line. */
  readonly turn?: WireTurn;
}

export function createModbusLines(configurations: readonly DeviceConfiguration[], parts: Omit<DeviceParts, 'osdp' | 'modbus'>): ModbusLines {
  const { clock, timers, lines, known } = parts;
  const shared = new Map<string, ModbusWires>();

  const isShared = (settings: ModbusSettings): boolean => configurations.some((other) => other.id !== settings.id && isSameLine(settings, other));

  const placeOf = async <Simulator extends SimulatedDevice>(
    settings: ModbusSettings,
    simulators: Map<DeviceId, Simulator>,
    simulate: () => Simulator,
  ): Promise<Place> => {
    const { id, link, unit } = settings;
    if (!isShared(settings)) return { transport: await lines.to(id, link, simulators, simulate) };
    const place = JSON.stringify(link);
    const wires = shared.get(place) ?? createModbusWires({ transport: await lines.to(id, link, simulators, simulate), clock, timers });
    shared.set(place, wires);
    return wires.unit(unit);
  };

  return {
    compose: async (settings) => {
      switch (settings.driver) {
        case 'modbus-gate': {
          const { id, unit, releaseRelay, inputs } = settings;
          const simulate = () => createGateSimulator({ timers, unit, releaseRelay, inputs });
          const { transport, ...turn } = await placeOf(settings, known.gates, simulate);
          return managedGate({ id, driver: modbusGateDriver, options: { unit, ...turn, releaseRelay, inputs }, transport });
        }
        case 'modbus-tower': {
          const { id, unit, lamps } = settings;
          const { transport, ...turn } = await placeOf(settings, known.indicators, () => createModbusTowerSimulator({ unit, lamps }));
          return managedIndicator({ id, driver: modbusTowerDriver, options: { unit, ...turn, lamps }, transport });
        }
      }
    },
  };
}
