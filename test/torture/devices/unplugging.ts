import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { milliseconds, minutes, seconds } from '#core/base/time.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { corrupt, type Finding } from '../judge/finding.ts';
import { createChance, endInVirtualTime } from './chance.ts';
import { connectDevices, DRIVERS, isThere } from './every-device.ts';

export interface UnpluggingRound {
  readonly findings: readonly Finding[];
  readonly unplugs: number;
  /** Virtual milliseconds from the plug to a device that is there again, worst. */
  readonly slowestMs: number;
}

const AWAY_AT_MOST = seconds(40);
const BACK_WITHIN_S = 60;
/** What a heap may grow by although nothing leaks: compiled code and caches that fill once. */
const GROWTH_BYTES = 16_000_000;

/**
 * Every driver's device under one manager, one of them pulled and put back at a time, in the middle of whatever it was doing. Each is told to be away, comes back by
 * itself, and nothing of it stays behind.
 */
export async function unplugRound(seed: string, unplugs: number): Promise<UnpluggingRound> {
  const chance = createChance(seed);
  const time = createVirtualTime();
  const devices = await connectDevices(DRIVERS, 'memory', { ...time, random: chance.random });
  const findings: Finding[] = [];
  let slowestMs = 0;
  await time.advance(seconds(10));
  for (const driver of DRIVERS) {
    if (!isThere(devices.health(driver))) findings.push(corrupt(`${driver} never came up: ${JSON.stringify(devices.health(driver).state)}`));
  }
  // What every line remembers of its bytes is full by then, and no growth any more.
  await time.advance(minutes(10));
  const timersBefore = time.pendingTimers();
  const heapBefore = usedHeap();
  for (let n = 0; n < unplugs && findings.length < 20; n++) {
    const driver = chance.pick(DRIVERS);
    const device = devices.simulator(driver);
    device.setFault('unplugged', true);
    await time.settle();
    if (devices.health(driver).state.kind !== 'absent') {
      findings.push(corrupt(`${seed} unplug ${n}: ${driver} is away and called ${devices.health(driver).state.kind}`));
    }
    await time.advance(chance.percent(50) ? chance.span(milliseconds(300)) : chance.span(AWAY_AT_MOST));
    device.setFault('unplugged', false);
    const from = time.clock.monotonic();
    for (let second = 0; second < BACK_WITHIN_S && !isThere(devices.health(driver)); second++) await time.advance(seconds(1));
    slowestMs = Math.max(slowestMs, time.clock.monotonic() - from);
    if (!isThere(devices.health(driver)))
      findings.push(corrupt(`${seed} unplug ${n}: ${driver} did not come back: ${JSON.stringify(devices.health(driver))}`));
  }
  await time.advance(seconds(60));
  const timersLeft = time.pendingTimers() - timersBefore;
  if (timersLeft > DRIVERS.length) findings.push(corrupt(`${seed}: ${timersLeft} timers more than before ${unplugs} unplugs`));
  const grown = usedHeap() - heapBefore;
  if (grown > GROWTH_BYTES) findings.push(corrupt(`${seed}: the heap grew by ${Math.round(grown / 1e6)} MB over ${unplugs} unplugs`));
  await endInVirtualTime(time, () => devices.stop());
  return { findings, unplugs, slowestMs };
}

function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
