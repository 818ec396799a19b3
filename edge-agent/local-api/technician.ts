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
import type { BothLanguages } from '#core/contract/values.ts';
import type { Conflict } from '#core/contract/wire/events.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';
import type { GateController } from '#core/ports/gate-controller.ts';
import type { DeviceHealth, HealthReason, HealthState } from '#core/ports/health.ts';
import type { PaperDocument } from '#core/ports/paper-document.ts';
import type { PrintEvidence, TicketPrinter } from '#core/ports/ticket-printer.ts';
import type { TraceEntry } from '../devices/line-trace.ts';
import type { LobbyLight } from '../devices/stable-ports.ts';
import { amountText, type TerminalDay, type TerminalDayResult } from '../kiosk/terminal-day.ts';
import type { LaneSpeed } from '../lanes/lane-speed.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { storedEventText } from './event-text.ts';
import type { TechnicianSource } from './handlers.ts';
import { testLight } from './light-test.ts';
import { faultWords, remedyWords } from './words/fault-words.ts';

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
  readonly body: string;
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
      devices: worstFirst(parts.devices().map((health) => withOverdueDay(health, parts))).map(rowOf),
      ...discoveryOf(parts),
      uplink: parts.uplink(),
      validity: parts.validity(),
      boxOffice: parts.boxOffice(),
      clock: parts.clockState(),
      storage: parts.storage(),
      ...moneyOf(parts),
      ...lanesOf(parts),
      events: parts.recentEvents(EVENTS_SHOWN).map(({ id, at, type, body, acknowledged }) => ({
        id,
        at: toIso(at),
        type,
        text: storedEventText(type, body),
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
    const detail =
      path === undefined
        ? { zh: `${device} 按配置。`, en: `${device} is what the configuration says.` }
        : { zh: `${device} 在 ${path}。`, en: `${device} is at ${path}.` };
    return { outcome: 'passed', detail };
  } catch (cause) {
    if (cause instanceof FaultError) return failed(cause.fault);
    throw cause;
  }
}

const BUSY: DeviceTestResult = {
  outcome: 'failed',
  code: 'E-TST-BUSY',
  detail: { zh: '这台设备的测试还没有结束。', en: 'A test of this device is still running.' },
  remedy: { zh: '等它结束。', en: 'Wait for its end.' },
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
  return { outcome: 'passed', detail: { zh: '打印机视为已清空，恢复打印。', en: 'The printer is taken to be empty and prints again.' } };
}

/** The terminal settles with its bank; what it says is held against what this machine has booked. */
async function endDay({ terminalDay }: TechnicianParts): Promise<DeviceTestResult> {
  if (terminalDay === undefined)
    return failed({ code: 'E-TRM-NO-KIOSK', owner: 'configuration', message: 'No kiosk takes payments at this terminal.' });
  try {
    const result = await terminalDay.end('technician');
    switch (result.kind) {
      case 'ended':
        return dayResult(result);
      case 'busy':
        return {
          outcome: 'failed',
          code: 'E-TRM-BUSY',
          detail: { zh: '有一笔付款正在进行，或结果还不明。', en: 'A payment is under way, or nobody knows yet how one went.' },
          remedy: { zh: '等它结束。', en: 'Wait for its end.' },
        };
      case 'refused':
        return failed(result.fault);
      case 'unknown':
        return failed(result.fault, { zh: '可能已经结算：', en: 'The day may have ended: ' });
      default:
        return unreachable(result);
    }
  } catch (cause) {
    if (cause instanceof FaultError) return failed(cause.fault);
    throw cause;
  }
}

function dayResult({ ours, oursCount, theirs }: Extract<TerminalDayResult, { kind: 'ended' }>): DeviceTestResult {
  const own = amountText(ours);
  const booked = { zh: `本机入账 ${own}，共 ${oursCount} 笔`, en: `this machine has booked ${own} in ${oursCount} payments` };
  if (theirs === undefined) {
    const detail = { zh: `已结算。终端没有给出合计；${booked.zh}。`, en: `The day has ended. The terminal told no total; ${booked.en}.` };
    return { outcome: 'passed', detail };
  }
  const total = amountText(theirs);
  if (theirs.minor === ours.minor) {
    const detail = { zh: `已结算。终端合计 ${total}，${booked.zh}。`, en: `The day has ended. The terminal's total is ${total}, and ${booked.en}.` };
    return { outcome: 'passed', detail };
  }
  return {
    outcome: 'failed',
    code: 'E-TRM-TOTALS',
    detail: {
      zh: `已结算，但两边合计不同：终端 ${total}，${booked.zh}。`,
      en: `The day has ended, and the totals differ: the terminal says ${total}, ${booked.en}.`,
    },
    remedy: {
      zh: '把终端的结算凭条与当天的付款（foyer money）逐笔核对。',
      en: "Compare the terminal's day-end receipt with the day's payments (`foyer money`), payment by payment.",
    },
  };
}

async function testPrint(parts: TechnicianParts, device: DeviceId): Promise<DeviceTestResult> {
  const refused = audit(parts, 'test-print', device);
  if (refused !== undefined) return failed(refused);
  const jobId = `test-${ulid(parts.clock.wall(), parts.random.bytes(10))}`;
  const outcome = await parts.printer(device).print({ jobId, document: parts.testPage(device), beforeFirstByte: () => {} });
  switch (outcome.kind) {
    case 'printed':
      return {
        outcome: 'passed',
        detail: {
          zh: `打印机确认已打印（${EVIDENCE[outcome.evidence].zh}）。`,
          en: `The printer says that the page was printed (${EVIDENCE[outcome.evidence].en}).`,
        },
      };
    case 'not-printed':
      return failed(outcome.fault);
    case 'uncertain':
      return failed(outcome.fault, { zh: '可能已打印：', en: 'Something may be on paper: ' });
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
      return {
        outcome: 'passed',
        detail: { zh: `已开闸 ${LIMITS.gate.releasePulse} 毫秒。`, en: `The barrier was released for ${LIMITS.gate.releasePulse} ms.` },
      };
    case 'expired':
      return failed({ code: 'E-GAT-EXPIRED', owner: 'device', message: 'The release came too late and was not sent.', remedy: 'Try again.' });
    case 'not-released':
      return failed(outcome.fault);
    case 'uncertain':
      return failed(outcome.fault, { zh: '闸门可能已打开：', en: 'The barrier may have been released: ' });
    default:
      return unreachable(outcome);
  }
}

function failed(fault: Fault, before: BothLanguages = { zh: '', en: '' }): DeviceTestResult {
  const { zh, en } = faultWords(fault);
  const remedy = remedyWords(fault);
  return {
    outcome: 'failed',
    code: fault.code,
    detail: { zh: `${before.zh}${zh}`, en: `${before.en}${en}` },
    ...(remedy === undefined ? {} : { remedy }),
  };
}

/** How far the printer went with its proof. */
const EVIDENCE: Readonly<Record<PrintEvidence, BothLanguages>> = {
  none: { zh: '无证据', en: 'no proof' },
  accepted: { zh: '已接收', en: 'accepted' },
  'print-confirmed': { zh: '已打印', en: 'print confirmed' },
  'cut-confirmed': { zh: '已切纸', en: 'cut confirmed' },
  presented: { zh: '已送到出票口', en: 'at the output' },
  taken: { zh: '已被取走', en: 'taken' },
};

/** Broken by its own doing, waiting for a person, gone, limping, on its way, well. */
const WEIGHT: Readonly<Record<HealthState['kind'], number>> = { faulted: 0, blocked: 1, absent: 2, degraded: 3, connecting: 4, ready: 5 };

function worstFirst(devices: readonly DeviceHealth[]): readonly DeviceHealth[] {
  return [...devices].sort((a, b) => WEIGHT[a.state.kind] - WEIGHT[b.state.kind] || (a.device < b.device ? -1 : 1));
}

/** A terminal that is well but for the end of its day, which nobody has asked for. */
function withOverdueDay(health: DeviceHealth, { terminalDay }: TechnicianParts): DeviceHealth {
  const { class: kind, state } = health;
  const isThere = state.kind === 'ready' || state.kind === 'degraded';
  if (kind !== 'payment-terminal' || !isThere || terminalDay?.isOverdue() !== true) return health;
  return { ...health, state: { kind: 'degraded', reasons: [...state.reasons, 'day-end-overdue'] } };
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
