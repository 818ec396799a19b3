import { createScannerSimulator } from '#drivers/serial-scanner/scanner-simulator.ts';
import { serialScannerDriver } from '#drivers/serial-scanner/serial-scanner-driver.ts';
import { type ManagedDevice, managedScanner } from '../../devices/managed-device.ts';
import type { DeviceParts, SettingsOf } from './surroundings.ts';

export async function composeSerialScanner(settings: SettingsOf<'serial-scanner'>, { timers, lines, known }: DeviceParts): Promise<ManagedDevice> {
  const { id, link, driver: _, ...options } = settings;
  const { suffix, prefix = '', aimPrefix } = options;
  const simulated = { timers, suffix, prefix, ...(aimPrefix ? { symbology: 'Q1' } : {}) };
  const transport = await lines.to(id, link, known.scanners, () => createScannerSimulator(simulated));
  return managedScanner({ id, driver: serialScannerDriver, options, transport });
}
