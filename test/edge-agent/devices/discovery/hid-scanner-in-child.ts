import { managedScanner } from '#agent/devices/managed-device.ts';
import { HID_POS_SCANNER_FINGERPRINTS } from '#drivers/hid-pos-scanner/fingerprints.ts';
import { hidPosScannerDriver } from '#drivers/hid-pos-scanner/hid-pos-scanner-driver.ts';
import { hidTransport } from '#drivers/transport/hid.ts';
import { say, startPluggedLobby } from './plugged-lobby.ts';

/** A scanner in HID-POS mode as the agent has it, known by its usage alone. */
startPluggedLobby([
  {
    wish: { device: 'hid-scanner', buses: ['hid'], fingerprints: HID_POS_SCANNER_FINGERPRINTS },
    open: hidTransport,
    manage: (id, transport) => managedScanner({ id, driver: hidPosScannerDriver, options: { profile: 'honeywell' }, transport }),
  },
])
  .scanner('hid-scanner')
  .onCode(({ bytes }) => say({ event: 'code', device: 'hid-scanner', text: new TextDecoder().decode(bytes) }));
