import { concatBytes } from '#core/base/bytes.ts';
import { hasValidCrc } from './codec.ts';
import { COIL_OFF, COIL_ON, EXCEPTION, FLASH_ON, type ModbusRequest, READ_COILS, READ_INPUTS, REQUEST_BYTES, WRITE_COIL } from './frame.ts';

/** What a unit finds in the bytes of its master: a request it knows, or what it must refuse. */
export type UnitEvent =
  | { readonly kind: 'request'; readonly request: ModbusRequest; readonly frame: Uint8Array }
  | { readonly kind: 'exception'; readonly to: number; readonly code: 1 | 3 };

/** The board's side of the line, for the simulator. Bytes that are no request to this unit are skipped one at a time. */
export function createUnitDecoder(unit: number): { push(chunk: Uint8Array): UnitEvent[] } {
  let held: Uint8Array = new Uint8Array();
  return {
    push: (chunk) => {
      const events: UnitEvent[] = [];
      held = concatBytes(held, chunk);
      let at = 0;
      while (held.length - at >= REQUEST_BYTES) {
        const frame = held.subarray(at, at + REQUEST_BYTES);
        if (frame[0] !== unit || !hasValidCrc(frame)) {
          at += 1;
          continue;
        }
        events.push(parseRequest(frame.slice()));
        at += REQUEST_BYTES;
      }
      held = held.slice(at);
      return events;
    },
  };
}

function parseRequest(frame: Uint8Array): UnitEvent {
  const view = new DataView(frame.buffer);
  const code = view.getUint8(1);
  const address = view.getUint16(2);
  const value = view.getUint16(4);
  const request = ((): ModbusRequest | undefined => {
    if (code === READ_COILS) return { kind: 'read-coils', first: address, count: value };
    if (code === READ_INPUTS) return { kind: 'read-inputs', first: address, count: value };
    if (code !== WRITE_COIL) return undefined;
    if (address >> 8 === FLASH_ON) return { kind: 'flash-on', relay: address & 0xff, tenths: value };
    return value === COIL_ON || value === COIL_OFF ? { kind: 'write-coil', relay: address, on: value === COIL_ON } : undefined;
  })();
  if (request !== undefined) return { kind: 'request', request, frame };
  return { kind: 'exception', to: code & ~EXCEPTION, code: code === WRITE_COIL ? 3 : 1 };
}
