import { milliseconds } from '#core/base/time.ts';
import type { Timers } from '#core/ports/clock.ts';
import type { GateWiring } from '../gate-inputs/gate-inputs.ts';
import { createFaultSwitches, UNPLUGGED } from '../simulation/fault-switches.ts';
import { createHostLine } from '../simulation/host-line.ts';
import type { FaultSwitch } from '../simulation/simulated-device.ts';
import type { SimulatedGate } from '../simulation/simulated-gate.ts';
import { createTurnstile } from '../simulation/turnstile.ts';
import { createLineCutter, encodeGpioReport, parseGpioCommand } from './codec.ts';
import type { GpioCommand, GpioReport } from './frame.ts';

export interface GpioSimulatorOptions {
  readonly timers: Timers;
  readonly releaseLine: number;
  readonly inputs: GateWiring;
}

const FAULTS: readonly FaultSwitch[] = [
  UNPLUGGED,
  { name: 'jam', label: { zh: '闸机卡住', en: 'Barrier jammed' }, kind: 'switch' },
  { name: 'sensor-stuck', label: { zh: '通行传感器被遮挡', en: 'Passage sensor covered' }, kind: 'switch' },
  { name: 'fire-alarm', label: { zh: '火灾报警', en: 'Fire alarm' }, kind: 'switch' },
  { name: 'line-taken', label: { zh: '线路被别的程序占用', en: 'Line held by another program' }, kind: 'switch' },
  { name: 'no-answer', label: { zh: '无应答', en: 'No answer' }, kind: 'switch' },
  { name: 'garbage', label: { zh: '发送一段乱码', en: 'Burst of garbage' }, kind: 'pulse' },
];

/** A GPIO chip with a turnstile on its lines, and whoever moves them. */
export function createGpioSimulator({ timers, releaseLine, inputs }: GpioSimulatorOptions): SimulatedGate {
  let watched: readonly number[] = [];
  const told = new Map<number, boolean>();
  const turnstile = createTurnstile({ timers, onChange: () => switches.changed() });
  const host = createHostLine(() => {
    watched = [];
    told.clear();
  });
  const report = (said: GpioReport): void => host.write(encodeGpioReport(said));

  const levelOf = (number: number): boolean => {
    const { entryCovered, exitCovered } = turnstile.sensors();
    if (number === inputs.entryPassage) return entryCovered || switches.isOn('sensor-stuck');
    if (number === inputs.exitPassage) return exitCovered;
    if (number === inputs.jam) return switches.isOn('jam');
    return number === inputs.fireAlarm && switches.isOn('fire-alarm');
  };
  const tellEdges = (): void => {
    for (const number of watched) {
      const on = levelOf(number);
      if (told.get(number) === on) continue;
      told.set(number, on);
      report({ kind: 'level', line: number, on });
    }
  };

  const switches = createFaultSwitches(FAULTS, (fault, on) => {
    if (fault === 'jam') turnstile.setJammed(on);
    if (fault === 'fire-alarm') turnstile.setAlarm(on);
    if (fault === 'garbage') host.write(Uint8Array.of(0x00, 0xff, 0x0a, 0x6c, 0x65, 0x0a));
    if (fault === 'unplugged' && on) host.pull();
  });
  switches.onChange(tellEdges);

  const serve = (command: GpioCommand): void => {
    if (switches.isOn('no-answer')) return;
    if (command.kind === 'watch') {
      watched = command.lines;
      tellEdges();
      return;
    }
    const isRefused = switches.isOn('line-taken');
    if (!isRefused && command.line === releaseLine) {
      if (command.kind === 'pulse') turnstile.releaseFor(milliseconds(command.ms));
      else turnstile.hold(false);
    }
    report({ kind: isRefused ? 'refused' : 'done', line: command.line });
  };

  // A sensor is uncovered without anybody moving a switch.
  turnstile.onSensors(tellEdges);

  return {
    class: 'gate-controller',
    faults: FAULTS,
    isOn: switches.isOn,
    setFault: switches.set,
    onChange: switches.onChange,
    connect: (line) => {
      if (switches.isOn('unplugged')) return undefined;
      const cutter = createLineCutter();
      return host.connect(line, () => ({
        receive: (bytes) => {
          for (const text of cutter.push(bytes)) {
            const command = parseGpioCommand(text);
            if (command !== undefined) serve(command);
          }
        },
      }));
    },
    state: turnstile.state,
    setPerson: turnstile.setPerson,
    push: (direction = 'entry') => turnstile.push(direction),
  };
}
