import { readdirSync } from 'node:fs';
import { systemClock, systemRandom, systemTimers } from '#agent/runtime/clock.ts';
import { corrupt, type Finding } from '../judge/finding.ts';
import { pace } from '../pace.ts';
import { connectDevices, DRIVERS_ON_LINES, isThere } from './every-device.ts';

export interface RealLinesRound {
  readonly findings: readonly Finding[];
  readonly unplugs: number;
  /** Descriptors of this process afterwards, less those before. */
  readonly descriptors: number;
}

const BACK_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 20;

/** The same over PTYs and TCP, by the real clock: what the operating system holds of a line that is gone has to be given back. */
export async function unplugRealLines(over: 'pty' | 'tcp', times: number): Promise<RealLinesRound> {
  const findings: Finding[] = [];
  const devices = await connectDevices(DRIVERS_ON_LINES, over, { clock: systemClock, timers: systemTimers, random: systemRandom });
  const come = async (what: string, isSo: (driver: (typeof DRIVERS_ON_LINES)[number]) => boolean): Promise<void> => {
    const end = performance.now() + BACK_WITHIN_MS;
    while (!DRIVERS_ON_LINES.every(isSo)) {
      if (performance.now() > end) {
        const late = DRIVERS_ON_LINES.filter((driver) => !isSo(driver));
        findings.push(
          corrupt(`over ${over}, ${what}: ${late.map((driver) => `${driver} is ${JSON.stringify(devices.health(driver).state)}`).join(', ')}`),
        );
        return;
      }
      await pace(LOOK_EVERY_MS);
    }
  };
  await come('at first', (driver) => isThere(devices.health(driver)));
  const before = openDescriptors();
  let unplugs = 0;
  for (let time = 0; time < times && findings.length === 0; time++) {
    for (const driver of DRIVERS_ON_LINES) devices.simulator(driver).setFault('unplugged', true);
    await come(`unplug ${time}`, (driver) => devices.health(driver).state.kind === 'absent');
    for (const driver of DRIVERS_ON_LINES) devices.simulator(driver).setFault('unplugged', false);
    unplugs += DRIVERS_ON_LINES.length;
    await come(`back ${time}`, (driver) => isThere(devices.health(driver)));
  }
  const descriptors = openDescriptors() - before;
  if (descriptors > 2) findings.push(corrupt(`over ${over}: ${descriptors} descriptors more than before ${unplugs} unplugs`));
  await devices.stop();
  return { findings, unplugs, descriptors };
}

const openDescriptors = (): number => readdirSync('/proc/self/fd').length;
