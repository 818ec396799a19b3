import { toHex } from '#core/base/bytes.ts';
import type { Fault } from '#core/base/fault.ts';
import type { ResultCode } from './frame.ts';

const hex = (result: ResultCode): string => toHex(Uint8Array.of(result)).toUpperCase();

export const silent = (device: string): Fault => ({
  code: 'E-TRM-NO-ANSWER',
  owner: 'device',
  message: 'the payment terminal has stopped answering',
  remedy: "Check the terminal's power and cable. What it may have booked is asked for as soon as it is back.",
  device,
});

export const terminalBusy = (device: string): Fault => ({
  code: 'E-TRM-BUSY',
  owner: 'device',
  message: 'the payment terminal is at work for something else, or not connected',
  device,
});

/** Codes of PA00P015 §10. */
export const refused = (device: string, what: string, result: ResultCode): Fault => ({
  code: 'E-TRM-REFUSED',
  owner: 'operator',
  message: `the payment terminal refuses ${what} (result ${hex(result)})`,
  remedy: 'Do it at the terminal itself, and resolve the payment by hand.',
  device,
});

export const refusedRegistration = (device: string, result: ResultCode): Fault => ({
  code: 'E-TRM-REGISTRATION',
  owner: 'configuration',
  message: `the payment terminal refuses the registration (result ${hex(result)})`,
  remedy: 'Check its password in the configuration, and that no other till is registered at it.',
  device,
});
