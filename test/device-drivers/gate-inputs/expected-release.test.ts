import { expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, plus } from '#core/base/time.ts';
import type { GateController } from '#core/ports/gate-controller.ts';
import { createGateSimulator } from '#drivers/modbus-gate/gate-simulator.ts';
import { modbusGateDriver } from '#drivers/modbus-gate/modbus-gate-driver.ts';
import { osdpGateDriver } from '#drivers/osdp/osdp-gate-driver.ts';
import { createOsdpLine } from '#drivers/osdp/osdp-line.ts';
import { createOsdpPdSimulator } from '#drivers/osdp/pd-simulator.ts';
import { createSimulatedWires } from '#drivers/simulation/simulated-wires.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';
import { GATE_OPTIONS } from '../modbus-gate/gate-bench.ts';
import { INPUTS, settingsOf } from '../osdp/osdp-bench.ts';
import { type Spoken, slowLine } from '../slow-line.ts';

interface SlowGate {
  readonly time: VirtualTime;
  readonly gate: GateController;
  readonly spoken: Spoken[];
  isPoll(spoken: Spoken): boolean;
  isRelease(spoken: Spoken): boolean;
  /** What the host says while a poll is on the line, in milliseconds from its first byte to the last one of its answer. */
  readonly pollTakes: number;
}

async function modbus(): Promise<SlowGate> {
  const time = createVirtualTime();
  const spoken: Spoken[] = [];
  const transport = slowLine(memoryTransport(createGateSimulator({ timers: time.timers })), time, spoken);
  const context = { device: 'gate-1', transport, clock: time.clock, timers: time.timers, onHealth: () => undefined };
  const connecting = modbusGateDriver.connect(context, GATE_OPTIONS);
  await time.advance(milliseconds(1_000));
  const connected = await connecting;
  if (!connected.ok) throw new Error(connected.error.message);
  const isPoll = ({ frame }: Spoken): boolean => frame.startsWith('0102');
  return { time, gate: connected.value.port, spoken, isPoll, isRelease: ({ frame }) => frame.startsWith('01050200'), pollTakes: 15 };
}

async function osdp(): Promise<SlowGate> {
  const time = createVirtualTime();
  const spoken: Spoken[] = [];
  const wire = createSimulatedWires();
  wire.add(createOsdpPdSimulator({ timers: time.timers }));
  const line = createOsdpLine({
    transport: slowLine(memoryTransport(wire), time, spoken),
    clock: time.clock,
    timers: time.timers,
    random: { bytes: (count) => new Uint8Array(count) },
  });
  const pd = line.pd(settingsOf());
  const context = { device: 'gate-1', transport: pd.transport, clock: time.clock, timers: time.timers, onHealth: () => undefined };
  const connecting = osdpGateDriver.connect(context, { pd, releaseOutput: 0, inputs: INPUTS });
  await time.advance(milliseconds(6_000));
  const connected = await connecting;
  if (!connected.ok) throw new Error(connected.error.message);
  const commandOf = ({ frame }: Spoken): string => frame.slice(frame.indexOf('53') + 10, frame.indexOf('53') + 12);
  return {
    ...{ time, gate: connected.value.port, spoken, pollTakes: 27 },
    // In turns what has happened, and how the inputs are.
    isPoll: (said) => ['60', '65'].includes(commandOf(said)),
    isRelease: (said) => commandOf(said) === '68',
  };
}

/** How long each of many releases waited for the line: codes begin at every moment between two polls, and are decided a millisecond after their end. */
async function waits({ time, gate, spoken, isRelease }: SlowGate, codeTakes: number, isTold: boolean): Promise<number[]> {
  const found: number[] = [];
  for (let phase = 0; phase < 90; phase++) {
    await time.advance(milliseconds(2_000 + phase * 3));
    if (isTold) gate.expectRelease(milliseconds(codeTakes));
    await time.advance(milliseconds(codeTakes + 1));
    spoken.length = 0;
    const wanted = time.clock.monotonic();
    const reason = { kind: 'admission', id: 'scan-1' } as const;
    const released = gate.release({ reason, pulse: milliseconds(300), deadline: plus(wanted, milliseconds(1_000)) });
    await time.advance(milliseconds(150));
    expect((await released).kind).toBe('released');
    found.push((spoken.find(isRelease)?.at ?? Number.NaN) - wanted);
  }
  return found;
}

const { decidedWithin, pollHeldMax } = LIMITS.gateInputs;
const longest = (of: readonly number[]): number => Math.max(...of);

it.each([
  ['a Modbus board', modbus],
  ['an OSDP device', osdp],
])('a release by %s at 9600 baud does not wait behind a poll that could have waited', async (_, open) => {
  const gate = await open();
  // A scanner at 115200 baud and one at 9600. Without a word a poll is met on the line now and then, with all of it still to come.
  for (const codeTakes of [13, 160]) {
    expect(longest(await waits(gate, codeTakes, false))).toBeGreaterThan(gate.pollTakes - 4);
    // What is left: a poll that was on the line when the code began, or takes longer than it may be held; and the pause between two frames.
    expect(longest(await waits(gate, codeTakes, true))).toBeLessThanOrEqual(
      Math.max(gate.pollTakes - codeTakes, gate.pollTakes + decidedWithin - pollHeldMax) + 3,
    );
  }
});

it.each([
  ['a Modbus board', modbus],
  ['an OSDP device', osdp],
])('a scanner that babbles does not keep %s from being polled', async (_, open) => {
  const slow = await open();
  const { time, gate, spoken, isPoll } = slow;
  spoken.length = 0;
  for (let times = 0; times < 1_000; times++) {
    gate.expectRelease(milliseconds(times % 30));
    await time.advance(milliseconds(5));
  }
  const polls = spoken.filter(isPoll).map(({ at }) => at);
  const gaps = polls.slice(1).map((at, index) => at - (polls[index] ?? at));
  expect(polls.length).toBeGreaterThan(25);
  // The usual time, the hold, and the answer.
  expect(longest(gaps)).toBeLessThanOrEqual(LIMITS.modbus.pollWhenClearEvery + pollHeldMax + slow.pollTakes);
});
