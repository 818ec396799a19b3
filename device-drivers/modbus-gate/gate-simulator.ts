import { milliseconds } from '#core/base/time.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import type { GateWiring } from '../gate-inputs/gate-inputs.ts';
import { createFaultSwitches, UNPLUGGED } from '../simulation/fault-switches.ts';
import { createHostLine } from '../simulation/host-line.ts';
import type { FaultSwitch } from '../simulation/simulated-device.ts';
import type { SimulatedGate } from '../simulation/simulated-gate.ts';
import { createTurnstile } from '../simulation/turnstile.ts';
import { sealFrame } from './codec.ts';
import { EXCEPTION, type ModbusRequest, READ_COILS, READ_INPUTS, WRITE_COIL } from './frame.ts';
import { createUnitDecoder, type UnitEvent } from './unit-decoder.ts';

export interface GateSimulatorOptions {
  readonly timers: Timers;
  /** As the driver's options; the same defaults as the configuration's. */
  readonly unit?: number;
  readonly releaseRelay?: number;
  readonly inputs?: Required<GateWiring>;
}

const FAULTS: readonly FaultSwitch[] = [
  UNPLUGGED,
  { name: 'jam', label: { zh: '闸机卡住', en: 'Barrier jammed' }, kind: 'switch' },
  { name: 'sensor-stuck', label: { zh: '通行传感器被遮挡', en: 'Passage sensor covered' }, kind: 'switch' },
  { name: 'fire-alarm', label: { zh: '火灾报警', en: 'Fire alarm' }, kind: 'switch' },
  { name: 'no-answer', label: { zh: '控制器无应答', en: 'Board does not answer' }, kind: 'switch' },
  { name: 'slow-reply', label: { zh: '应答缓慢', en: 'Board answers slowly' }, kind: 'switch' },
  { name: 'late-reply', label: { zh: '应答迟到', en: 'Board answers too late' }, kind: 'switch' },
  { name: 'crc-errors', label: { zh: '校验错误', en: 'Wrong checksums' }, kind: 'switch' },
  { name: 'garbage', label: { zh: '发送一段乱码', en: 'Burst of garbage' }, kind: 'pulse' },
];

/** Half as long again as the driver waits for a reply: late for sure, and in the middle of what it does next. */
const LATE_BY = milliseconds(450);
/** Far longer than a board needs, and still in time. */
const SLOW_BY = milliseconds(200);
const BOARD_SIZE = 8;
/** Starts like one of our own frames and never becomes one. */
const NOISE = Uint8Array.of(0xff, 0x01, 0x02, 0xf0, 0x00, 0x01, 0x05, 0x80, 0x00);

/** A relay board with eight relays and eight inputs, the turnstile behind it, and one person before it. */
export function createGateSimulator(options: GateSimulatorOptions): SimulatedGate {
  const { timers, unit = 1, releaseRelay = 0, inputs = { entryPassage: 0, exitPassage: 1, jam: 2, fireAlarm: 3 } } = options;
  /** A unit answers in the order it was asked: a late reply holds back those behind it. */
  const replies: { readonly frame: Uint8Array; isDue: boolean }[] = [];
  const late = new Set<Timer>();
  const turnstile = createTurnstile({ timers, onChange: () => switches.changed() });

  const host = createHostLine(() => {
    for (const timer of late) timer.cancel();
    late.clear();
    replies.length = 0;
  });
  const sendDue = (): void => {
    for (let next = replies[0]; next?.isDue; next = replies[0]) {
      replies.shift();
      host.write(next.frame);
    }
  };

  const switches = createFaultSwitches(FAULTS, (fault, on) => {
    if (fault === 'unplugged' && on) host.pull();
    if (fault === 'garbage') host.write(NOISE);
    if (fault === 'jam') turnstile.setJammed(on);
    if (fault === 'fire-alarm') turnstile.setAlarm(on);
  });

  const inputLevels = (): boolean[] => {
    const { entryCovered, exitCovered } = turnstile.sensors();
    const levels = Array.from({ length: BOARD_SIZE }, () => false);
    levels[inputs.entryPassage] = entryCovered || switches.isOn('sensor-stuck');
    levels[inputs.exitPassage] = exitCovered;
    levels[inputs.jam] = switches.isOn('jam');
    levels[inputs.fireAlarm] = switches.isOn('fire-alarm');
    return levels;
  };

  /** Carries the request out and gives the reply's frame. */
  const serve = (request: ModbusRequest, frame: Uint8Array): Uint8Array => {
    switch (request.kind) {
      case 'read-inputs':
        return bitsReply(unit, READ_INPUTS, inputLevels(), request);
      case 'read-coils': {
        const coils = Array.from({ length: BOARD_SIZE }, (_, relay) => relay === releaseRelay && turnstile.isReleased());
        return bitsReply(unit, READ_COILS, coils, request);
      }
      case 'write-coil':
        if (request.relay >= BOARD_SIZE) return sealFrame([unit, EXCEPTION | WRITE_COIL, 2]);
        if (request.relay === releaseRelay) turnstile.hold(request.on);
        return frame;
      case 'flash-on':
        if (request.relay >= BOARD_SIZE) return sealFrame([unit, EXCEPTION | WRITE_COIL, 2]);
        if (request.relay === releaseRelay) turnstile.releaseFor(milliseconds(request.tenths * 100));
        return frame;
    }
  };

  const answer = (event: UnitEvent): void => {
    if (switches.isOn('no-answer')) return;
    const right = event.kind === 'request' ? serve(event.request, event.frame) : sealFrame([unit, EXCEPTION | event.to, event.code]);
    const reply = switches.isOn('crc-errors') ? Uint8Array.from(right, (byte, i) => (i === right.length - 1 ? byte ^ 0xff : byte)) : right;
    const delay = switches.isOn('late-reply') ? LATE_BY : switches.isOn('slow-reply') ? SLOW_BY : undefined;
    const queued = { frame: reply, isDue: delay === undefined };
    replies.push(queued);
    if (delay === undefined) {
      sendDue();
      return;
    }
    late.add(
      timers.after(delay, () => {
        queued.isDue = true;
        sendDue();
      }),
    );
  };

  return {
    class: 'gate-controller',
    faults: FAULTS,
    isOn: switches.isOn,
    setFault: switches.set,
    onChange: switches.onChange,
    connect: (line) => {
      if (switches.isOn('unplugged')) return undefined;
      const decoder = createUnitDecoder(unit);
      return host.connect(line, () => ({
        receive: (bytes) => {
          for (const event of decoder.push(bytes)) answer(event);
        },
      }));
    },
    state: turnstile.state,
    setPerson: turnstile.setPerson,
    push: (direction = 'entry') => turnstile.push(direction),
  };
}

/** `unit function byteCount bits…`; beyond the board's end the request is refused with exception 2 (V1.1b3, 6.1 and 6.2). */
export function bitsReply(
  unit: number,
  code: number,
  levels: readonly boolean[],
  { first, count }: { readonly first: number; readonly count: number },
): Uint8Array {
  if (count < 1 || first + count > levels.length) return sealFrame([unit, EXCEPTION | code, 2]);
  const bits = levels.slice(first, first + count).reduce((byte, on, i) => (on ? byte | (1 << i) : byte), 0);
  return sealFrame([unit, code, 1, bits]);
}
