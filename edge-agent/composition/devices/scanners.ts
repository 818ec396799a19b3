import { hidPosScannerDriver } from '#drivers/hid-pos-scanner/hid-pos-scanner-driver.ts';
import { createHidPosSimulator } from '#drivers/hid-pos-scanner/hid-pos-simulator.ts';
import { keyboardScannerDriver } from '#drivers/keyboard-scanner/keyboard-scanner-driver.ts';
import { createKeyboardSimulator } from '#drivers/keyboard-scanner/keyboard-simulator.ts';
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

/** Usage pages of the collections that the drivers read: HID Point of Sale Usage Tables 1.02; HID Usage Tables, Generic Desktop. */
const POINT_OF_SALE = 0x8c;
const GENERIC_DESKTOP = 0x01;

export async function composeHidPosScanner(settings: SettingsOf<'hid-pos-scanner'>, { timers, lines, known }: DeviceParts): Promise<ManagedDevice> {
  const { id, link, profile } = settings;
  const transport = await lines.to(id, link, known.scanners, () => createHidPosSimulator({ timers, profile }), { usagePage: POINT_OF_SALE });
  return managedScanner({ id, driver: hidPosScannerDriver, options: { profile }, transport });
}

export async function composeKeyboardScanner(
  settings: SettingsOf<'keyboard-scanner'>,
  { timers, lines, known }: DeviceParts,
): Promise<ManagedDevice> {
  const { id, link } = settings;
  const transport = await lines.to(id, link, known.scanners, () => createKeyboardSimulator({ timers }), { usagePage: GENERIC_DESKTOP });
  return managedScanner({ id, driver: keyboardScannerDriver, options: {}, transport });
}
