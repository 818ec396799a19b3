import { expect } from 'vitest';
import { ascii } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import type { DeviceSession, Driver } from '#core/ports/driver.ts';
import type { HealthState } from '#core/ports/health.ts';
import type { ScannedCode, Scanner } from '#core/ports/scanner.ts';
import type { ScannerSimulator } from '#drivers/simulation/scanner-simulator.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';

/** A scanner's driver against its simulator, over memory and in virtual time. */
export interface ScannerBench {
  readonly time: VirtualTime;
  readonly simulator: ScannerSimulator;
  readonly session: DeviceSession<Scanner>;
  readonly codes: ScannedCode[];
  readonly health: HealthState[];
  texts(): string[];
  show(code: string): Promise<void>;
}

export async function connectScanner<Options>(
  driver: Driver<Scanner, Options>,
  options: Options,
  simulate: (time: VirtualTime) => ScannerSimulator,
): Promise<ScannerBench> {
  const time = createVirtualTime();
  const simulator = simulate(time);
  const health: HealthState[] = [];
  const codes: ScannedCode[] = [];
  const context = { device: 'scanner-1', transport: memoryTransport(simulator), clock: time.clock, timers: time.timers };
  const connected = await driver.connect({ ...context, onHealth: (state) => health.push(state) }, options);
  assert(connected.ok, connected.ok ? '' : connected.error.message);
  connected.value.port.onCode((code) => codes.push(code));
  return {
    time,
    simulator,
    session: connected.value,
    codes,
    health,
    texts: () => codes.map(({ bytes }) => new TextDecoder().decode(bytes)),
    show: async (code) => {
      expect(simulator.present(ascii(code))).toBe(true);
      await time.settle();
    },
  };
}

export const TICKET = `FOY1.${'A-_9'.repeat(35)}`;
