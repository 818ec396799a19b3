import type { Fault } from '#core/base/fault.ts';

/** The faults that every transport shares, so that a technician reads the same words whatever the cable is. */

/** Nothing is there: no such port, nobody listens at the address. */
export const linkAbsent = (place: string, detail: string): Fault => ({
  code: 'E-LNK-ABSENT',
  owner: 'device',
  message: `nothing answers at ${place}: ${detail}`,
  remedy: 'Check the cable, the power of the device and the configured place.',
});

/** Another program holds the port. Not a failure of the device. */
export const linkBusy = (place: string, detail: string): Fault => ({
  code: 'E-LNK-BUSY',
  owner: 'operator',
  message: `another program holds ${place}: ${detail}`,
  remedy: 'Stop the other program that uses this port, or correct the configured place.',
});

/** Anything else that stops an opening: rights, a wrong kind of file, a refused setting. */
export const linkOpenFailed = (place: string, detail: string): Fault => ({
  code: 'E-LNK-OPEN',
  owner: 'configuration',
  message: `${place} cannot be opened: ${detail}`,
  remedy: 'Check the rights on the port (group dialout, or a udev rule for a HID device) and its settings.',
});

/** The line was open and went away without our asking. */
export const linkLost = (place: string, detail: string): Fault => ({
  code: 'E-LNK-LOST',
  owner: 'device',
  message: `the line to ${place} was lost: ${detail}`,
  remedy: 'Check the cable and the power of the device.',
});

/** A write after the end. Nothing is kept for a later connection. */
export const linkClosed = (place: string): Fault => ({
  code: 'E-LNK-CLOSED',
  owner: 'device',
  message: `the line to ${place} is closed; nothing was written`,
});

/** The line stands, and the device does not know what was asked of it: another model, or another mode than its driver takes it for. */
export const linkRefused = (place: string, detail: string): Fault => ({
  code: 'E-LNK-REFUSED',
  owner: 'device',
  message: `the device at ${place} refused a report: ${detail}`,
  remedy: 'Check that the configured driver and profile are those of this model, and that it is in the mode that the driver wants.',
});
