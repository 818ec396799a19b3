import { type Fault, unreachable } from '#core/base/fault.ts';
import type { HealthReason } from '#core/ports/health.ts';
import type { OfflineReason } from './session.ts';

/** What a person is told of a device without a session. */
export function offlineFault(reason: OfflineReason, address: number): Fault {
  switch (reason) {
    case 'no-answer':
      return {
        code: 'E-OSD-NO-ANSWER',
        owner: 'device',
        message: `the OSDP device at address ${address} does not answer`,
        remedy: "Check the device's power, its two wires, its address and its baud rate.",
      };
    case 'wrong-key':
      return {
        code: 'E-OSD-KEY',
        owner: 'configuration',
        message: `the OSDP device at address ${address} does not have the key that it should have`,
        remedy: 'Compare the key file. A new device gets its key when `install: true` is set; an old one must be set back to its default key first.',
      };
    case 'no-secure-channel':
      return {
        code: 'E-OSD-CLEAR',
        owner: 'configuration',
        message: `the OSDP device at address ${address} cannot speak in secret, and a key is configured for it`,
        remedy: 'Use a device with a secure channel, or take `keyFile` away if the line cannot be reached by guests.',
      };
    case 'key-refused':
      return {
        code: 'E-OSD-KEYSET',
        owner: 'device',
        message: `the OSDP device at address ${address} did not take its own key`,
        remedy: 'Set the device back to its default key (see its manual) and start again.',
      };
    default:
      return unreachable(reason);
  }
}

/** A device that is to have other settings, and keeps its own. */
export const moveRefused = (address: number, to: { readonly address: number; readonly baudRate: number }): Fault => ({
  code: 'E-OSD-COMSET',
  owner: 'device',
  message: `the OSDP device at address ${address} does not take address ${to.address} with ${to.baudRate} baud`,
  remedy: 'Take an address and a baud rate that the device knows (see its manual), or set them at the device.',
});

/** Levels that a device tells of itself, and the line of it. */
export interface PdLevels {
  readonly isTampered: boolean;
  readonly hasPowerFailure: boolean;
  readonly misses: number;
}

export function reasonsOf({ isTampered, hasPowerFailure, misses }: PdLevels): HealthReason[] {
  return [
    ...(misses > 0 ? (['no-answer'] as const) : []),
    ...(isTampered ? (['tampered'] as const) : []),
    ...(hasPowerFailure ? (['power-failing'] as const) : []),
  ];
}
