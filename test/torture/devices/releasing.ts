import { type Monotonic, milliseconds, plus, seconds } from '#core/base/time.ts';
import type { GateController, ReleaseCommand, ReleaseOutcome } from '#core/ports/gate-controller.ts';
import type { SimulatedGate } from '#drivers/simulation/simulated-gate.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';
import { corrupt, doubled, type Finding, lost } from '../judge/finding.ts';
import { type Chance, createChance, endInVirtualTime } from './chance.ts';
import { connectDevices, type DevicesUnderTorture, DRIVERS, isThere } from './every-device.ts';

/** What came of some releases at one barrier. */
export interface ReleasingRound {
  readonly findings: readonly Finding[];
  readonly outcomes: Readonly<Record<ReleaseOutcome['kind'], number>>;
  readonly openings: number;
}

export type PlantGate = (port: GateController, time: VirtualTime) => GateController;

const GATES = DRIVERS.filter((driver) => driver.endsWith('-gate'));
const FAULTY_RELEASES = 50;
const PULSE = milliseconds(700);
const WELL_WITHIN_S = 180;

/** One command and what the barrier did meanwhile. */
export interface Release {
  readonly command: ReleaseCommand;
  readonly outcome: ReleaseOutcome;
  /** When the barrier opened, from the command on until the next. */
  readonly openings: readonly Monotonic[];
  /** The barrier itself was stuck at some time: the board released it all the same. */
  readonly isJammed: boolean;
}

/** Releases a barrier while things go wrong. Every opening of the barrier needs a command, within its time. */
export async function releaseRound(seed: string, releases: number, plant: PlantGate = (port) => port): Promise<ReleasingRound> {
  const chance = createChance(seed);
  const driver = chance.pick(GATES);
  const time = createVirtualTime();
  const devices = await connectDevices([driver], 'memory', { ...time, random: chance.random });
  const gate = devices.simulator(driver) as SimulatedGate;
  const findings: Finding[] = [];
  const done: Release[] = [];
  const openings = watchBarrier(gate, time);
  await time.advance(seconds(6));
  const port = plant(devices.manager.gate(driver), time);
  for (let n = 0; n < releases; n++) {
    const command = { ...commandAt(time, chance), reason: { kind: 'admission', id: `scan-${n}` } } as const;
    spoil(gate, time, chance);
    gate.setPerson(chance.pick(['walks-through', 'walks-away', 'stands-still'] as const));
    let outcome: ReleaseOutcome | undefined;
    void port.release(command).then((result) => {
      outcome = result;
    });
    for (let step = 0; step < 60 && outcome === undefined; step++) await time.advance(seconds(1));
    if (outcome === undefined) {
      findings.push(corrupt(`${seed} ${driver} release ${n}: no outcome within a minute`));
      break;
    }
    await time.advance(seconds(3));
    const isJammed = gate.faults.some(({ name }) => name === 'jam') && gate.isOn('jam');
    if (!(await putRight(devices, driver, gate, time))) {
      findings.push(
        corrupt(`${seed} ${driver} release ${n}: the gate was put right and is not well: ${JSON.stringify(devices.health(driver).state)}`),
      );
      break;
    }
    if (gate.state().barrier === 'released') findings.push(corrupt(`${seed} ${driver} release ${n}: the barrier stays open`));
    done.push({ command, outcome, openings: openings.take(), isJammed });
  }
  await endInVirtualTime(time, () => devices.stop());
  findings.push(...done.flatMap(judgeRelease).map(({ kind, what }) => ({ kind, what: `${seed} ${driver}: ${what}` })));
  return { findings, outcomes: countOutcomes(done), openings: done.reduce((sum, release) => sum + release.openings.length, 0) };
}

/** Some have all the time there is, some a moment, and some are over before they are given. */
function commandAt({ clock }: VirtualTime, chance: Chance): Pick<ReleaseCommand, 'pulse' | 'deadline'> {
  const within = chance.percent(15) ? milliseconds(0) : chance.span(seconds(2));
  const deadline = plus(clock.monotonic(), within);
  return { pulse: PULSE, deadline: chance.percent(10) ? ((deadline - 1_000) as Monotonic) : deadline };
}

/** Before the command, while it travels, or while the barrier is open. */
function spoil(gate: SimulatedGate, { timers }: VirtualTime, chance: Chance): void {
  if (!chance.percent(FAULTY_RELEASES)) return;
  // The alarm opens the barrier by its own wire; that is no opening of ours.
  const fault = chance.pick(gate.faults.filter(({ name }) => name !== 'fire-alarm')).name;
  if (chance.percent(40)) gate.setFault(fault, true);
  else timers.after(chance.span(milliseconds(1_000)), () => gate.setFault(fault, true));
}

async function putRight(devices: DevicesUnderTorture, driver: (typeof GATES)[number], gate: SimulatedGate, time: VirtualTime): Promise<boolean> {
  const isWell = (): boolean => isThere(devices.health(driver)) && devices.health(driver).state.kind !== 'blocked';
  for (let second = 0; second < WELL_WITHIN_S; second++) {
    for (const { name, kind } of gate.faults) if (kind === 'switch' && gate.isOn(name)) gate.setFault(name, false);
    gate.setPerson('walks-through');
    await time.advance(seconds(1));
    if (isWell()) {
      await time.advance(seconds(2));
      return true;
    }
  }
  return false;
}

function watchBarrier(gate: SimulatedGate, { clock }: VirtualTime) {
  let opened: Monotonic[] = [];
  let before = gate.state().barrier;
  gate.onChange(() => {
    const { barrier } = gate.state();
    if (barrier === 'released' && before === 'closed') opened.push(clock.monotonic());
    before = barrier;
  });
  return {
    take: () => {
      const taken = opened;
      opened = [];
      return taken;
    },
  };
}

export function judgeRelease({ command, outcome, openings, isJammed }: Release): readonly Finding[] {
  const findings: Finding[] = [];
  const { id } = command.reason;
  if (openings.length > 1) findings.push(doubled(`${id} opened the barrier ${openings.length} times`));
  for (const at of openings)
    if (at > command.deadline) findings.push(corrupt(`${id} opened the barrier ${at - command.deadline} ms after its deadline`));
  const isDenied = outcome.kind === 'expired' || outcome.kind === 'not-released';
  if (isDenied && openings.length > 0) findings.push(corrupt(`${id} is called ${outcome.kind} and opened the barrier`));
  if (outcome.kind === 'released' && openings.length === 0 && !isJammed)
    findings.push(lost(`${id} is called released and the barrier stayed closed`));
  return findings;
}

function countOutcomes(done: readonly Release[]): ReleasingRound['outcomes'] {
  const outcomes = { released: 0, expired: 0, 'not-released': 0, uncertain: 0 };
  for (const { outcome } of done) outcomes[outcome.kind] += 1;
  return outcomes;
}
