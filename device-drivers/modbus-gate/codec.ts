import { assert } from '#core/base/fault.ts';
import { COIL_OFF, COIL_ON, FLASH_ON, FLASH_TENTHS_MAX, type ModbusReply, type ModbusRequest, READ_COILS, READ_INPUTS, WRITE_COIL } from './frame.ts';

/** CRC-16/MODBUS: polynomial 8005h reflected (A001h), from FFFFh, sent low byte first (MODBUS over Serial Line V1.02, 6.2.2). */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = (crc >> 8) ^ (CRC_OF_BYTE[(crc ^ byte) & 0xff] ?? 0);
  return crc;
}

const CRC_OF_BYTE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  return crc;
});

/** Unit, function and data with their checksum. */
export function sealFrame(body: readonly number[]): Uint8Array {
  const crc = crc16(Uint8Array.from(body));
  return Uint8Array.of(...body, crc & 0xff, crc >> 8);
}

export function hasValidCrc(frame: Uint8Array): boolean {
  const crc = crc16(frame.subarray(0, -2));
  return frame.length >= 4 && frame[frame.length - 2] === (crc & 0xff) && frame[frame.length - 1] === crc >> 8;
}

const word = (value: number): [number, number] => [value >> 8, value & 0xff];

export function encodeRequest(unit: number, request: ModbusRequest): Uint8Array {
  switch (request.kind) {
    case 'write-coil':
      return sealFrame([unit, WRITE_COIL, ...word(request.relay), ...word(request.on ? COIL_ON : COIL_OFF)]);
    case 'flash-on':
      assert(request.tenths >= 1 && request.tenths <= FLASH_TENTHS_MAX, `a flash lasts 1 to ${FLASH_TENTHS_MAX} tenths, not ${request.tenths}`);
      return sealFrame([unit, WRITE_COIL, FLASH_ON, request.relay, ...word(request.tenths)]);
    case 'read-inputs':
      return sealFrame([unit, READ_INPUTS, ...word(request.first), ...word(request.count)]);
    case 'read-coils':
      return sealFrame([unit, READ_COILS, ...word(request.first), ...word(request.count)]);
  }
}

/** Whether `reply` can be the answer to `request`: same function, and the echo or the number of bytes fits. */
export function answers(request: ModbusRequest, reply: ModbusReply): boolean {
  if (reply.kind === 'exception') return reply.to === functionOf(request);
  switch (request.kind) {
    case 'write-coil':
      return reply.kind === 'write-echo' && reply.address === request.relay && reply.value === (request.on ? COIL_ON : COIL_OFF);
    case 'flash-on':
      return reply.kind === 'write-echo' && reply.address === ((FLASH_ON << 8) | request.relay) && reply.value === request.tenths;
    case 'read-inputs':
      return reply.kind === 'inputs' && reply.bits.length === Math.ceil(request.count / 8);
    case 'read-coils':
      return reply.kind === 'coils' && reply.bits.length === Math.ceil(request.count / 8);
  }
}

function functionOf(request: ModbusRequest): number {
  switch (request.kind) {
    case 'write-coil':
    case 'flash-on':
      return WRITE_COIL;
    case 'read-inputs':
      return READ_INPUTS;
    case 'read-coils':
      return READ_COILS;
  }
}
