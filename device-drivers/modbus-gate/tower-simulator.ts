import type { LampColour } from '#core/ports/indicator.ts';
import type { Lamp } from '../light-signals/tower-levels.ts';
import { createFaultSwitches, UNPLUGGED } from '../simulation/fault-switches.ts';
import { createHostLine } from '../simulation/host-line.ts';
import type { FaultSwitch } from '../simulation/simulated-device.ts';
import type { SimulatedLight } from '../simulation/simulated-light.ts';
import { sealFrame } from './codec.ts';
import { EXCEPTION, type ModbusRequest, READ_COILS, READ_INPUTS, WRITE_COIL } from './frame.ts';
import { bitsReply } from './gate-simulator.ts';
import { createUnitDecoder } from './unit-decoder.ts';

export interface TowerSimulatorOptions {
  readonly unit: number;
  readonly lamps: Partial<Readonly<Record<Lamp, number>>>;
  /** Relays that the board has. */
  readonly size?: number;
}

const FAULTS: readonly FaultSwitch[] = [
  UNPLUGGED,
  { name: 'no-answer', label: { zh: '控制器无应答', en: 'Board does not answer' }, kind: 'switch' },
  { name: 'restart', label: { zh: '板卡断电重启', en: 'Board restarts' }, kind: 'pulse' },
  { name: 'crc-errors', label: { zh: '校验错误', en: 'Wrong checksums' }, kind: 'switch' },
];

/** From the top, as towers are built. */
const ORDER: readonly LampColour[] = ['red', 'amber', 'green', 'blue', 'white'];

/** A relay board with lamps and a buzzer on its contacts. */
export function createModbusTowerSimulator({ unit, lamps, size = 32 }: TowerSimulatorOptions): SimulatedLight {
  const closed = new Set<number>();
  const host = createHostLine();

  const switches = createFaultSwitches(FAULTS, (fault, on) => {
    // Without power every contact falls open.
    if (fault === 'restart' || fault === 'unplugged') closed.clear();
    if (fault === 'unplugged' && on) host.pull();
  });

  const setCoil = (coil: number, on: boolean): void => {
    if (on === closed.has(coil)) return;
    if (on) closed.add(coil);
    else closed.delete(coil);
    switches.changed();
  };
  const serve = (request: ModbusRequest, frame: Uint8Array): Uint8Array => {
    const levels = Array.from({ length: size }, (_, coil) => closed.has(coil));
    switch (request.kind) {
      case 'read-coils':
        return bitsReply(unit, READ_COILS, levels, request);
      case 'read-inputs':
        return sealFrame([unit, EXCEPTION | READ_INPUTS, 1]);
      case 'flash-on':
        return sealFrame([unit, EXCEPTION | WRITE_COIL, 3]);
      case 'write-coil':
        if (request.relay >= size) return sealFrame([unit, EXCEPTION | WRITE_COIL, 2]);
        setCoil(request.relay, request.on);
        return frame;
    }
  };

  const isOn = (lamp: Lamp): boolean => lamps[lamp] !== undefined && closed.has(lamps[lamp]);
  return {
    class: 'indicator',
    faults: FAULTS,
    isOn: switches.isOn,
    setFault: switches.set,
    onChange: switches.onChange,
    connect: (line) => {
      if (switches.isOn('unplugged')) return undefined;
      const decoder = createUnitDecoder(unit);
      return host.connect(line, () => ({
        receive: (bytes) => {
          for (const event of decoder.push(bytes)) {
            if (switches.isOn('no-answer')) continue;
            const right = event.kind === 'request' ? serve(event.request, event.frame) : sealFrame([unit, EXCEPTION | event.to, event.code]);
            host.write(switches.isOn('crc-errors') ? Uint8Array.from(right, (byte, i) => (i === right.length - 1 ? byte ^ 0xff : byte)) : right);
          }
        },
      }));
    },
    lamps: () => ORDER.filter((colour) => lamps[colour] !== undefined).map((colour) => ({ colour, isOn: isOn(colour) })),
    isSounding: () => isOn('buzzer'),
  };
}
