import { ascii } from '#core/base/bytes.ts';
import type { DeviceClass } from '#core/ports/health.ts';
import { createFaultSwitches, UNPLUGGED } from '../simulation/fault-switches.ts';
import { createHostLine } from '../simulation/host-line.ts';
import type { FaultSwitch, SimulatedDevice } from '../simulation/simulated-device.ts';
import { createCommandDecoder } from './codec.ts';
import type { RelayCommand } from './frame.ts';

/** A module of up to eight relays, without what hangs on its contacts. */
export interface RelayBoardSimulator<Class extends DeviceClass> extends SimulatedDevice {
  readonly class: Class;
  isClosed(channel: number): boolean;
  /** Something that hangs on a contact has changed. */
  tell(): void;
}

export interface RelayBoardOptions<Class extends DeviceClass> {
  readonly class: Class;
  readonly channels: number;
  /** Says its levels when it is asked. */
  readonly answers: boolean;
  /** What hangs on a contact, told on every change. */
  readonly onContact?: (channel: number, isClosed: boolean) => void;
}

const FAULTS: readonly FaultSwitch[] = [
  UNPLUGGED,
  { name: 'relay-stuck', label: { zh: '继电器不动作', en: 'Relays do not move' }, kind: 'switch' },
  { name: 'no-answer', label: { zh: '模块无应答', en: 'Module does not answer' }, kind: 'switch' },
  { name: 'garbage', label: { zh: '发送一段乱码', en: 'Burst of garbage' }, kind: 'pulse' },
];

export function createRelayBoardSimulator<Class extends DeviceClass>(options: RelayBoardOptions<Class>): RelayBoardSimulator<Class> {
  const { channels, answers, onContact } = options;
  const closed = new Set<number>();
  const host = createHostLine();

  const setContact = (channel: number, on: boolean): void => {
    if (channel > channels || on === closed.has(channel)) return;
    if (on) closed.add(channel);
    else closed.delete(channel);
    onContact?.(channel, on);
    switches.changed();
  };

  const switches = createFaultSwitches(FAULTS, (fault, on) => {
    if (fault === 'garbage') host.write(ascii('\x00CH9: MAYBE\r\n\x01'));
    if (fault !== 'unplugged' || !on) return;
    // Without power every contact falls open.
    for (const channel of [...closed]) setContact(channel, false);
    host.pull();
  });

  const serve = (command: RelayCommand): void => {
    switch (command.kind) {
      case 'switch':
        if (!switches.isOn('relay-stuck')) setContact(command.channel, command.on);
        return;
      case 'ask':
        if (!answers || switches.isOn('no-answer')) return;
        for (let channel = 1; channel <= channels; channel++) host.write(ascii(`CH${channel}: ${closed.has(channel) ? 'ON' : 'OFF'}\r\n`));
    }
  };

  return {
    class: options.class,
    faults: FAULTS,
    isOn: switches.isOn,
    setFault: switches.set,
    onChange: switches.onChange,
    isClosed: (channel) => closed.has(channel),
    tell: switches.changed,
    connect: (line) => {
      if (switches.isOn('unplugged')) return undefined;
      const decoder = createCommandDecoder();
      return host.connect(line, () => ({
        receive: (bytes) => {
          for (const command of decoder.push(bytes)) serve(command);
        },
      }));
    },
  };
}
