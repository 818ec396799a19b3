import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { systemClock, systemRandom, systemTimers } from '#agent/runtime/clock.ts';
import { createPrinterSimulator } from '#drivers/escpos-printer/simulator.ts';
import { createLcusTowerSimulator } from '#drivers/lcus-relay/lcus-simulators.ts';
import { createGateSimulator } from '#drivers/modbus-gate/gate-simulator.ts';
import { createScannerSimulator } from '#drivers/serial-scanner/scanner-simulator.ts';
import { serveOverTcp } from '#drivers/simulation/serve-over-tcp.ts';
import type { SimulatedDevice } from '#drivers/simulation/simulated-device.ts';
import { createTerminalSimulator } from '#drivers/zvt-terminal/zvt-simulator.ts';
import { startLobby } from '../support/running-lobby.ts';
import { type Benchmark, rounded } from './measurement.ts';

/** After the start, the first snapshot, the compiler's work, and the collections by which V8 gives back what the start needed: two of a tenth of a second, within 50 s. */
const SETTLES_MS = 60_000;
const MEASURED_MS = 60_000;
/** proc(5): times are told in ticks of 1/100 s (USER_HZ of every Linux that Node runs on). */
const TICKS_PER_SECOND = 100;

/** What an agent costs that has nothing to do: eight devices on lines of their own, in another process, asked as often as their drivers ask. */
export const idle: Benchmark = {
  name: 'idle',
  what: 'processor of an idle agent with all roles and eight devices over TCP, whose other ends are another process',
  run: async (report) => {
    const time = { clock: systemClock, timers: systemTimers };
    const printer = () => createPrinterSimulator({ ...time, random: systemRandom });
    const scanner = () => createScannerSimulator({ timers: systemTimers });
    const terminal = createTerminalSimulator({ ...time, framing: 'tcp', password: '000000', currency: 'CNY' });
    const places = [
      await place('ticket-printer', 'escpos-printer', printer()),
      await place('second-printer', 'escpos-printer', printer()),
      await place('kiosk-scanner', 'serial-scanner', scanner()),
      await place('gate-scanner', 'serial-scanner', scanner()),
      await place('gate-controller', 'modbus-gate', createGateSimulator({ timers: systemTimers })),
      await place('second-gate', 'modbus-gate', createGateSimulator({ timers: systemTimers })),
      await place('gate-light', 'lcus-tower', createLcusTowerSimulator({ lamps: { red: 1, amber: 2, green: 3, buzzer: 4 } })),
      await place('card-terminal', 'zvt-terminal', terminal),
    ];
    const lobby = await startLobby({ configuration: configurationOf(places.map(({ line }) => line)) });
    await setTimeout(SETTLES_MS);
    const before = processorSeconds(lobby.pid);
    await setTimeout(MEASURED_MS);
    const used = processorSeconds(lobby.pid) - before;
    await lobby.dispose();
    await Promise.all(places.map(({ close }) => close()));
    report({
      bench: 'idle',
      case: 'eight devices',
      metric: 'of a core',
      value: rounded((100 * used * 1_000) / MEASURED_MS),
      unit: '%',
      aim: '≤ 1.5 %',
    });
  },
};

async function place(id: string, driver: string, device: SimulatedDevice) {
  const served = await serveOverTcp(device);
  if (!served.ok) throw new Error(served.error.message);
  const { port, close } = served.value;
  return { line: `  - { id: ${id}, driver: ${driver}, link: { kind: tcp, host: 127.0.0.1, port: ${port} } }`, close };
}

const configurationOf = (devices: readonly string[]): string => `
machine: lobby-1
site: "36090702"
screens: { port: 0 }
boxOffice: { kind: embedded, port: 0, payments: 0 }
broker: { kind: embedded, port: 0 }
kiosk: { name: K-01, printer: [ticket-printer, second-printer], scanner: kiosk-scanner, terminal: card-terminal }
gate:
  lanes:
    - { id: lane-1, name: Gate 1, scanner: gate-scanner, gate: gate-controller, indicator: gate-light }
devices:
${devices.join('\n')}
`;

/** User and system time of proc(5), `stat`: fields 14 and 15, counted behind the name in brackets. */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
