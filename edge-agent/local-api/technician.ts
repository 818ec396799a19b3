import { type Fault, FaultError, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Result } from '#core/base/result.ts';
import { type Instant, plus, toIso } from '#core/base/time.ts';
import { ulid } from '#core/base/ulid.ts';
import { DeviceId, type LaneId, type MachineId } from '#core/contract/identifiers.ts';
import type { Discovery } from '#core/contract/local/discovery.ts';
import type { Flow } from '#core/contract/local/kiosk.ts';
import type { DeviceRow, DeviceTestResult, TechnicianState } from '#core/contract/local/technician.ts';
import type { SiteView } from '#core/contract/local/usher.ts';
import type { Conflict } from '#core/contract/wire/events.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';
import type { GateController } from '#core/ports/gate-controller.ts';
import type { DeviceHealth, HealthReason, HealthState } from '#core/ports/health.ts';
import type { PaperDocument } from '#core/ports/paper-document.ts';
import type { TicketPrinter } from '#core/ports/ticket-printer.ts';
import type { TraceEntry } from '../devices/line-trace.ts';
import type { LobbyLight } from '../devices/stable-ports.ts';
import { amountText, type TerminalDay, type TerminalDayResult } from '../kiosk/terminal-day.ts';
import type { LaneSpeed } from '../lanes/lane-speed.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { TechnicianSource } from './handlers.ts';
import { testLight } from './light-test.ts';

/** The technician's page, put together from the parts that know; and the tests of devices, which are in the audit before anything moves. */
export interface TechnicianParts {
  readonly machine: MachineId;
  readonly software: string;
  readonly startedAt: Instant;
  readonly clock: Clock;
  readonly random: Random;
  readonly ledger: Pick<Ledger, 'transaction' | 'append'>;
  readonly flows: () => readonly Flow[];
  readonly devices: () => readonly DeviceHealth[];
  readonly trace: (device: DeviceId) => readonly TraceEntry[] | undefined;
  /** Undefined when no device hangs on a port of this machine. */
  readonly discovery: () => Discovery | undefined;
  /** In the audit before it counts. @throws FaultError */
  readonly assign: (device: DeviceId, path: string | undefined) => Result<void, Fault>;
  readonly uplink: () => TechnicianState['uplink'];
  readonly validity: () => TechnicianState['validity'];
  readonly boxOffice: () => TechnicianState['boxOffice'];
  readonly clockState: () => TechnicianState['clock'];
  readonly storage: () => TechnicianState['storage'];
  /** The gates of the site and the tickets that they let in too often; missing on a machine without a gate. */
  readonly site?: () => { readonly view: SiteView; readonly conflicts: readonly Conflict[] };
  readonly lanes?: () => readonly (LaneSpeed & { readonly lane: LaneId; readonly name: string })[];
  /** Missing on a machine that neither sells nor is the box office. */
  readonly money?: () => TechnicianState['money'];
  /** Newest first. */
  readonly recentEvents: (limit: number) => readonly RecentEvent[];
  /** One line about an event, without secrets; see `createEventReader`. */
  readonly textOf: (id: string, type: string) => string;
  readonly printer: (device: DeviceId) => Pick<TicketPrinter, 'print' | 'powerCycled'>;
  readonly gate: (device: DeviceId) => GateController;
  readonly light: (device: DeviceId) => Pick<LobbyLight, 'borrow'>;
  readonly timers: Timers;
  /** Of the kiosk's card terminal. */
  readonly terminalDay?: TerminalDay;
  /** A page that nobody can take for a ticket, in the width of that printer. */
  readonly testPage: (device: DeviceId) => PaperDocument;
}

export interface RecentEvent {
  readonly id: string;
  readonly at: Instant;
  readonly type: string;
  readonly acknowledged: boolean;
}

const EVENTS_SHOWN = 50;

function siteOf({ site }: TechnicianParts): Pick<TechnicianState, 'site' | 'conflicts'> {
  if (site === undefined) return {};
  const { view, conflicts } = site();
  return { site: view, conflicts: [...conflicts] };
}

function discoveryOf({ discovery }: TechnicianParts): Pick<TechnicianState, 'discovery'> {
  const read = discovery();
  return read === undefined ? {} : { discovery: read };
}

function moneyOf({ money }: TechnicianParts): Pick<TechnicianState, 'money'> {
  const read = money?.();
  return read === undefined ? {} : { money: read };
}

function lanesOf({ lanes }: TechnicianParts): Pick<TechnicianState, 'lanes'> {
  if (lanes === undefined) return {};
  return {
    lanes: lanes().map(({ lane, name, scans, decision, release }) => ({
      lane,
      name,
      scans,
      ...(decision === undefined ? {} : { decision }),
      ...(release === undefined ? {} : { release }),
    })),
  };
}

export function createTechnician(parts: TechnicianParts): TechnicianSource {
  /** One test of a device at a time: a second tap is not a second release. */
  const testing = new Set<DeviceId>();

  return {
    state: () => ({
      machine: parts.machine,
      software: parts.software,
      startedAt: toIso(parts.startedAt),
      at: toIso(parts.clock.wall()),
      flows: [...parts.flows()],
      ...siteOf(parts),
      devices: worstFirst(parts.devices()).map(rowOf),
      ...discoveryOf(parts),
      uplink: parts.uplink(),
      validity: parts.validity(),
      boxOffice: parts.boxOffice(),
      clock: parts.clockState(),
      storage: parts.storage(),
      ...moneyOf(parts),
      ...lanesOf(parts),
      events: parts.recentEvents(EVENTS_SHOWN).map(({ id, at, type, acknowledged }) => ({
        id,
        at: toIso(at),
        type,
        text: parts.textOf(id, type),
        acknowledged,
      })),
    }),
    test: (device) => {
      const health = parts.devices().find((each) => each.device === device);
      if (health === undefined || testOf(health) === 'none') return undefined;
      return testing.has(device) ? Promise.resolve(BUSY) : runTest(parts, device, testOf(health), testing);
    },
    assign: (device, path) => assign(parts, device, path),
    trace: (device) => {
      const entries = parts.trace(device)?.map(({ at, direction, bytes, text }) => ({ at: toIso(at), direction, bytes, hex: text }));
      return entries === undefined ? undefined : { device, entries };
    },
  };
}

function assign(parts: TechnicianParts, device: DeviceId, path: string | undefined): DeviceTestResult {
  try {
    const assigned = parts.assign(device, path);
    if (!assigned.ok) return failed(assigned.error);
    return { outcome: 'passed', detail: path === undefined ? `${device} is what the configuration says.` : `${device} is at ${path}.` };
  } catch (cause) {
    if (cause instanceof FaultError) return failed(cause.fault);
    throw cause;
  }
}

const BUSY: DeviceTestResult = {
  outcome: 'failed',
  code: 'E-TST-BUSY',
  detail: 'A test of this device is still running.',
  remedy: 'Wait for its end.',
};

async function runTest(parts: TechnicianParts, device: DeviceId, test: DeviceRow['test'], testing: Set<DeviceId>): Promise<DeviceTestResult> {
  testing.add(device);
  try {
    switch (test) {
      case 'test-print':
        return await testPrint(parts, device);
      case 'test-release':
        return await testRelease(parts, device);
      case 'test-light':
        return audited(parts, 'test-light', device) ?? (await testLight(parts.light(device), parts.timers));
      case 'power-cycled':
        return powerCycled(parts, device);
      case 'end-of-day':
        return await endDay(parts);
      case 'none':
        return BUSY;
      default:
        return unreachable(test);
    }
  } finally {
    testing.delete(device);
  }
}

/** Written down first; when that fails nothing moves. */
function audit(
  { ledger }: TechnicianParts,
  action: 'test-print' | 'test-release' | 'test-light' | 'printer-power-cycled',
  device: DeviceId,
): Fault | undefined {
  try {
    ledger.transaction(() => ledger.append({ t: 'audit', d: { action, by: 'technician', detail: device } }));
    return undefined;
  } catch (cause) {
    if (cause instanceof FaultError) return cause.fault;
    throw cause;
  }
}

function audited(parts: TechnicianParts, action: 'test-light', device: DeviceId): DeviceTestResult | undefined {
  const refused = audit(parts, action, device);
  return refused === undefined ? undefined : failed(refused);
}

/** A person's word that nothing of an interrupted print is left in the printer. */
function powerCycled(parts: TechnicianParts, device: DeviceId): DeviceTestResult {
  const refused = audit(parts, 'printer-power-cycled', device);
  if (refused !== undefined) return failed(refused);
  parts.printer(device).powerCycled();
  return { outcome: 'passed', detail: 'The printer is taken to be empty and prints again.' };
}

/** The terminal settles with its bank; what it says is held against what this machine has booked. */
async function endDay({ terminalDay }: TechnicianParts): Promise<DeviceTestResult> {
  if (terminalDay === undefined) return { outcome: 'failed', code: 'E-TRM-NO-KIOSK', detail: 'No kiosk takes payments at this terminal.' };
  try {
    const result = await terminalDay.end('technician');
    switch (result.kind) {
      case 'ended':
        return dayResult(result);
      case 'busy':
        return {
          outcome: 'failed',
          code: 'E-TRM-BUSY',
          detail: 'A payment is under way, or nobody knows yet how one went.',
          remedy: 'Wait for its end.',
        };
      case 'refused':
        return failed(result.fault);
      case 'unknown':
        return failed(result.fault, 'The day may have ended: ');
      default:
        return unreachable(result);
    }
  } catch (cause) {
    if (cause instanceof FaultError) return failed(cause.fault);
    throw cause;
  }
}

function dayResult({ ours, oursCount, theirs }: Extract<TerminalDayResult, { kind: 'ended' }>): DeviceTestResult {
  const booked = `this machine has booked ${amountText(ours)} in ${oursCount} payments`;
  if (theirs === undefined) return { outcome: 'passed', detail: `The day has ended. The terminal told no total; ${booked}.` };
  if (theirs.minor === ours.minor)
    return { outcome: 'passed', detail: `The day has ended. The terminal's total is ${amountText(theirs)}, and ${booked}.` };
  return {
    outcome: 'failed',
    code: 'E-TRM-TOTALS',
    detail: `The day has ended, and the totals differ: the terminal says ${amountText(theirs)}, ${booked}.`,
    remedy: "Compare the terminal's day-end receipt with the day's payments (`foyer money`), payment by payment.",
  };
}

async function testPrint(parts: TechnicianParts, device: DeviceId): Promise<DeviceTestResult> {
  const refused = audit(parts, 'test-print', device);
  if (refused !== undefined) return failed(refused);
  const jobId = `test-${ulid(parts.clock.wall(), parts.random.bytes(10))}`;
  const outcome = await parts.printer(device).print({ jobId, document: parts.testPage(device), beforeFirstByte: () => {} });
  switch (outcome.kind) {
    case 'printed':
      return { outcome: 'passed', detail: `The printer says that the page was printed (${outcome.evidence}).` };
    case 'not-printed':
      return failed(outcome.fault);
    case 'uncertain':
      return failed(outcome.fault, 'Something may be on paper: ');
    default:
      return unreachable(outcome);
  }
}

async function testRelease(parts: TechnicianParts, device: DeviceId): Promise<DeviceTestResult> {
  const refused = audit(parts, 'test-release', device);
  if (refused !== undefined) return failed(refused);
  const id = ulid(parts.clock.wall(), parts.random.bytes(10));
  const outcome = await parts.gate(device).release({
    reason: { kind: 'service-test', id },
    pulse: LIMITS.gate.releasePulse,
    deadline: plus(parts.clock.monotonic(), LIMITS.gate.releaseDeadline),
  });
  switch (outcome.kind) {
    case 'released':
      return { outcome: 'passed', detail: `The barrier was released for ${LIMITS.gate.releasePulse} ms.` };
    case 'expired':
      return { outcome: 'failed', code: 'E-GAT-EXPIRED', detail: 'The release came too late and was not sent.', remedy: 'Try again.' };
    case 'not-released':
      return failed(outcome.fault);
    case 'uncertain':
      return failed(outcome.fault, 'The barrier may have been released: ');
    default:
      return unreachable(outcome);
  }
}

const failed = (fault: Fault, before = ''): DeviceTestResult => ({
  outcome: 'failed',
  code: fault.code,
  detail: `${before}${fault.message}`,
  ...(fault.remedy === undefined ? {} : { remedy: fault.remedy }),
});

/** Broken by its own doing, waiting for a person, gone, limping, on its way, well. */
const WEIGHT: Readonly<Record<HealthState['kind'], number>> = { faulted: 0, blocked: 1, absent: 2, degraded: 3, connecting: 4, ready: 5 };

function worstFirst(devices: readonly DeviceHealth[]): readonly DeviceHealth[] {
  return [...devices].sort((a, b) => WEIGHT[a.state.kind] - WEIGHT[b.state.kind] || (a.device < b.device ? -1 : 1));
}

/** With these nobody is behind the port who could be asked anything. */
const NOT_CONNECTED: ReadonlySet<HealthReason> = new Set(['port-busy', 'port-unassigned', 'configuration']);

function testOf({ class: kind, state }: DeviceHealth): DeviceRow['test'] {
  if (state.kind === 'absent' || state.kind === 'connecting' || state.reasons.some((reason) => NOT_CONNECTED.has(reason))) return 'none';
  switch (kind) {
    case 'ticket-printer':
      return state.reasons.some((reason) => reason === 'needs-power-cycle') ? 'power-cycled' : 'test-print';
    case 'gate-controller':
      return 'test-release';
    case 'payment-terminal':
      return 'end-of-day';
    case 'indicator':
      return 'test-light';
    case 'scanner':
    case 'card-reader':
      return 'none';
    default:
      return unreachable(kind);
  }
}

function rowOf(health: DeviceHealth): DeviceRow {
  const { state, lastSeen } = health;
  return {
    device: DeviceId.parse(health.device),
    class: health.class,
    driver: health.driver,
    place: health.place,
    state: state.kind,
    reasons: [...state.reasons],
    since: toIso(health.since),
    ...(lastSeen === undefined ? {} : { lastSeen: toIso(lastSeen) }),
    counters: { ...health.counters },
    test: testOf(health),
  };
}
