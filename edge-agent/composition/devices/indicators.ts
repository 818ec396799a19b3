import { createLcusTowerSimulator } from '#drivers/lcus-relay/lcus-simulators.ts';
import { lcusTowerDriver } from '#drivers/lcus-relay/lcus-tower-driver.ts';
import { patliteTowerDriver } from '#drivers/patlite-tower/patlite-driver.ts';
import { createPatliteSimulator } from '#drivers/patlite-tower/patlite-simulator.ts';
import { type ManagedDevice, managedIndicator } from '../../devices/managed-device.ts';
import type { DeviceParts, SettingsOf } from './surroundings.ts';

export async function composeLcusTower(settings: SettingsOf<'lcus-tower'>, { lines, known }: DeviceParts): Promise<ManagedDevice> {
  const { id, link, lamps } = settings;
  const transport = await lines.to(id, link, known.indicators, () => createLcusTowerSimulator({ lamps }));
  return managedIndicator({ id, driver: lcusTowerDriver, options: { lamps }, transport });
}

export async function composePatliteTower(settings: SettingsOf<'patlite-tower'>, { lines, known }: DeviceParts): Promise<ManagedDevice> {
  const { id, link } = settings;
  const transport = await lines.to(id, link, known.indicators, createPatliteSimulator);
  return managedIndicator({ id, driver: patliteTowerDriver, options: {}, transport });
}
