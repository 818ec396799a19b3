import { gpioGateDriver } from '#drivers/gpio-gate/gpio-gate-driver.ts';
import { createGpioSimulator } from '#drivers/gpio-gate/gpio-simulator.ts';
import { hidRelayGateDriver } from '#drivers/hid-relay/hid-relay-driver.ts';
import { createHidRelaySimulator } from '#drivers/hid-relay/hid-relay-simulator.ts';
import { lcusGateDriver } from '#drivers/lcus-relay/lcus-gate-driver.ts';
import { createLcusGateSimulator } from '#drivers/lcus-relay/lcus-simulators.ts';
import { type ManagedDevice, managedGate } from '../../devices/managed-device.ts';
import type { DeviceParts, SettingsOf } from './surroundings.ts';

export async function composeGpioGate(settings: SettingsOf<'gpio-gate'>, { timers, lines, known }: DeviceParts): Promise<ManagedDevice> {
  const { id, link, releaseLine, inputs } = settings;
  const transport = await lines.to(id, link, known.gates, () => createGpioSimulator({ timers, releaseLine, inputs }));
  return managedGate({ id, driver: gpioGateDriver, options: { releaseLine, inputs }, transport });
}

export async function composeLcusGate(settings: SettingsOf<'lcus-gate'>, { timers, lines, known }: DeviceParts): Promise<ManagedDevice> {
  const { id, link, channel, feedback } = settings;
  const transport = await lines.to(id, link, known.gates, () => createLcusGateSimulator({ timers, channel, answers: feedback === 'levels' }));
  return managedGate({ id, driver: lcusGateDriver, options: { channel, feedback }, transport });
}

export async function composeHidRelayGate(settings: SettingsOf<'hid-relay-gate'>, { timers, lines, known }: DeviceParts): Promise<ManagedDevice> {
  const { id, link, channel } = settings;
  const transport = await lines.to(id, link, known.gates, () => createHidRelaySimulator({ timers, channel }));
  return managedGate({ id, driver: hidRelayGateDriver, options: { channel }, transport });
}
