import { managedScanner } from '#agent/devices/managed-device.ts';
import { SERIAL_SCANNER_FINGERPRINTS } from '#drivers/serial-scanner/fingerprints.ts';
import { serialScannerDriver } from '#drivers/serial-scanner/serial-scanner-driver.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { type PluggedDevice, say, startPluggedLobby } from './plugged-lobby.ts';

/** Two scanners as the agent has them: one by its looks, one by the socket of its adapter. */
const scanner = (wish: PluggedDevice['wish']): PluggedDevice => ({
  wish,
  open: ({ path }) => serialTransport({ path, baudRate: 9_600 }),
  manage: (id, transport) => managedScanner({ id, driver: serialScannerDriver, options: { suffix: 'cr', aimPrefix: false }, transport }),
});
const manager = startPluggedLobby([
  scanner({ device: 'kiosk-scanner', buses: ['serial'], fingerprints: SERIAL_SCANNER_FINGERPRINTS }),
  scanner({ device: 'gate-scanner', buses: ['serial'], selector: { vendor: '1a86', product: '7523', port: '1-1.3' } }),
]);
for (const id of ['kiosk-scanner', 'gate-scanner']) {
  manager.scanner(id).onCode(({ bytes }) => say({ event: 'code', device: id, text: new TextDecoder().decode(bytes) }));
}
