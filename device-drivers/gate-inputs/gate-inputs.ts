import { LIMITS } from '#core/base/limits.ts';
import { between, type Monotonic } from '#core/base/time.ts';
import type { GateInput } from '#core/ports/gate-controller.ts';
import type { HealthReason, HealthState } from '#core/ports/health.ts';

/** Which input of the board is what; one that is not wired is missing. */
export interface GateWiring {
  readonly entryPassage?: number;
  readonly exitPassage?: number;
  readonly jam?: number;
  readonly fireAlarm?: number;
}

/** What the board says of its inputs, by their number. */
export type InputLevels = (input: number) => boolean;

/** One light barrier or rotation contact. */
interface Sensor {
  readonly isCovered: boolean;
  readonly coveredAt: Monotonic;
  readonly clearedAt: Monotonic;
}

/** What the board's inputs say, as of the last poll. */
export interface GateInputs {
  readonly entry: Sensor;
  readonly exit: Sensor;
  readonly isJammed: boolean;
  /** A sensor has been covered for {@link LIMITS.gateInputs.obstructedAfter}, and one is covered still. */
  readonly isObstructed: boolean;
  readonly isFireAlarm: boolean;
}

const isOn = (levels: InputLevels, input: number | undefined): boolean => input !== undefined && levels(input);

/** The first poll of a connection: a sensor that is covered already is nobody's passage. */
export function firstInputs(levels: InputLevels, wiring: GateWiring, at: Monotonic): GateInputs {
  const sensor = (input: number | undefined): Sensor => ({
    isCovered: isOn(levels, input),
    coveredAt: at,
    clearedAt: Number.NEGATIVE_INFINITY as Monotonic,
  });
  return {
    entry: sensor(wiring.entryPassage),
    exit: sensor(wiring.exitPassage),
    isJammed: isOn(levels, wiring.jam),
    isObstructed: false,
    isFireAlarm: isOn(levels, wiring.fireAlarm),
  };
}

/** The next poll: what is new, in the order entry, exit, jam, obstruction, alarm. */
export function stepInputs(
  before: GateInputs,
  levels: InputLevels,
  wiring: GateWiring,
  at: Monotonic,
): { readonly inputs: GateInputs; readonly events: readonly GateInput[] } {
  const entry = stepSensor(before.entry, isOn(levels, wiring.entryPassage), at);
  const exit = stepSensor(before.exit, isOn(levels, wiring.exitPassage), at);
  const isJammed = isOn(levels, wiring.jam);
  const isObstructed =
    standsIn(entry.sensor, at) || standsIn(exit.sensor, at) || (before.isObstructed && (entry.sensor.isCovered || exit.sensor.isCovered));
  const isFireAlarm = isOn(levels, wiring.fireAlarm);
  const events: GateInput[] = [];
  if (entry.passed) events.push({ kind: 'passed', direction: 'entry' });
  if (exit.passed) events.push({ kind: 'passed', direction: 'exit' });
  if (isJammed !== before.isJammed) events.push({ kind: 'jammed', on: isJammed });
  if (isObstructed !== before.isObstructed) events.push({ kind: 'obstructed', on: isObstructed });
  if (isFireAlarm !== before.isFireAlarm) events.push({ kind: 'fire-alarm', on: isFireAlarm });
  return { inputs: { entry: entry.sensor, exit: exit.sensor, isJammed, isObstructed, isFireAlarm }, events };
}

/** Nobody is in the passage, and nobody has just left it: contacts that bounce would be seen by now. */
export function isClear({ entry, exit }: GateInputs, at: Monotonic): boolean {
  return [entry, exit].every(({ isCovered, clearedAt }) => !isCovered && between(clearedAt, at) >= LIMITS.gateInputs.quietAfter);
}

function standsIn({ isCovered, coveredAt }: Sensor, at: Monotonic): boolean {
  return isCovered && between(coveredAt, at) >= LIMITS.gateInputs.obstructedAfter;
}

/** A body counts when it covers the sensor, unless the sensor was clear for so short a time that it is the same body. */
function stepSensor(before: Sensor, isCovered: boolean, at: Monotonic): { readonly sensor: Sensor; readonly passed: boolean } {
  if (isCovered === before.isCovered) return { sensor: before, passed: false };
  if (!isCovered) return { sensor: { ...before, isCovered, clearedAt: at }, passed: false };
  const isSameBody = between(before.clearedAt, at) < LIMITS.gateInputs.sensorBounce;
  return { sensor: { ...before, isCovered, coveredAt: isSameBody ? before.coveredAt : at }, passed: !isSameBody };
}

/**
 * What the inputs mean for the health of the gate: the reasons that stop it come alone, those that only limit it together.
 * @param limits what the driver knows beside the inputs
 */
export function gateHealth({ entry, exit, isJammed, isFireAlarm }: GateInputs, limits: readonly HealthReason[], at: Monotonic): HealthState {
  if (isFireAlarm) return { kind: 'blocked', reasons: ['fire-alarm'] };
  if (isJammed) return { kind: 'blocked', reasons: ['gate-jammed'] };
  const isStuck = [entry, exit].some((sensor) => sensor.isCovered && between(sensor.coveredAt, at) >= LIMITS.gateInputs.sensorStuckAfter);
  const reasons: readonly HealthReason[] = [...limits, ...(isStuck ? (['passage-sensor-stuck'] as const) : [])];
  return reasons.length > 0 ? { kind: 'degraded', reasons } : { kind: 'ready', reasons: [] };
}
