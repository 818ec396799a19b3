import type { Fingerprint, PortBus } from '#core/ports/discovery.ts';
import { ESCPOS_PRINTER_FINGERPRINTS } from '#drivers/escpos-printer/fingerprints.ts';
import { HID_POS_SCANNER_FINGERPRINTS } from '#drivers/hid-pos-scanner/fingerprints.ts';
import { HID_RELAY_FINGERPRINTS } from '#drivers/hid-relay/fingerprints.ts';
import { KEYBOARD_SCANNER_FINGERPRINTS } from '#drivers/keyboard-scanner/fingerprints.ts';
import { LCUS_RELAY_FINGERPRINTS } from '#drivers/lcus-relay/fingerprints.ts';
import { MAGNETIC_STRIPE_FINGERPRINTS } from '#drivers/magnetic-stripe/fingerprints.ts';
import { MODBUS_GATE_FINGERPRINTS } from '#drivers/modbus-gate/fingerprints.ts';
import { OSDP_FINGERPRINTS } from '#drivers/osdp/fingerprints.ts';
import { PATLITE_TOWER_FINGERPRINTS } from '#drivers/patlite-tower/fingerprints.ts';
import { PCSC_READER_FINGERPRINTS } from '#drivers/pcsc-reader/fingerprints.ts';
import { PN532_READER_FINGERPRINTS } from '#drivers/pn532-reader/fingerprints.ts';
import { SERIAL_SCANNER_FINGERPRINTS } from '#drivers/serial-scanner/fingerprints.ts';
import { STAR_PRINTER_FINGERPRINTS } from '#drivers/star-printer/fingerprints.ts';
import { ZVT_TERMINAL_FINGERPRINTS } from '#drivers/zvt-terminal/fingerprints.ts';
import type { DeviceConfiguration } from '../configuration/device-schema.ts';

/** What discovery knows of each driver: the looks of its devices, and as what they may be plugged in. Every driver has a row. */
export const FINGERPRINTS: Readonly<Record<DeviceConfiguration['driver'], readonly Fingerprint[]>> = {
  'escpos-printer': ESCPOS_PRINTER_FINGERPRINTS,
  'star-printer': STAR_PRINTER_FINGERPRINTS,
  'serial-scanner': SERIAL_SCANNER_FINGERPRINTS,
  'hid-pos-scanner': HID_POS_SCANNER_FINGERPRINTS,
  'keyboard-scanner': KEYBOARD_SCANNER_FINGERPRINTS,
  'modbus-gate': MODBUS_GATE_FINGERPRINTS,
  'osdp-reader': OSDP_FINGERPRINTS,
  'osdp-gate': OSDP_FINGERPRINTS,
  'osdp-light': OSDP_FINGERPRINTS,
  'hid-relay-gate': HID_RELAY_FINGERPRINTS,
  // Hangs on the machine's own pins: there is nothing that is plugged in.
  'gpio-gate': [],
  'lcus-gate': LCUS_RELAY_FINGERPRINTS,
  'patlite-tower': PATLITE_TOWER_FINGERPRINTS,
  'lcus-tower': LCUS_RELAY_FINGERPRINTS,
  'modbus-tower': MODBUS_GATE_FINGERPRINTS,
  'magnetic-stripe': MAGNETIC_STRIPE_FINGERPRINTS,
  'pn532-reader': PN532_READER_FINGERPRINTS,
  'pcsc-reader': PCSC_READER_FINGERPRINTS,
  'zvt-terminal': ZVT_TERMINAL_FINGERPRINTS,
};

/** As what a device of this driver may be plugged in. One without fingerprints is never found by its looks and hangs on a serial port. */
export function busesOf(driver: DeviceConfiguration['driver']): readonly PortBus[] {
  const buses = [...new Set(FINGERPRINTS[driver].map(({ bus }) => bus))];
  return buses.length === 0 ? ['serial'] : buses;
}
