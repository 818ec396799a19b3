import { LIMITS } from '#core/base/limits.ts';
import { type Instant, type Monotonic, plus, seconds } from '#core/base/time.ts';
import { ulid } from '#core/base/ulid.ts';
import type { SiteClock } from '#core/clock/site-clock.ts';
import type { EventId, LaneId, MachineId, SiteId } from '#core/contract/identifiers.ts';
import type { GateView } from '#core/contract/local/live.ts';
import { stepLane } from '#core/lane/lane-machine.ts';
import { initialLane, type LaneDevices, type LaneEffect, type LaneInput, type LaneTimer, type PassageRecord } from '#core/lane/lane-state.ts';
import { type LaneSurroundings, viewLane } from '#core/lane/lane-view.ts';
import type { CardReader } from '#core/ports/card-reader.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';
import type { GateController, GateInput } from '#core/ports/gate-controller.ts';
import type { HealthState } from '#core/ports/health.ts';
import type { Indicator } from '#core/ports/indicator.ts';
import type { Scanner } from '#core/ports/scanner.ts';
import { NO_OTHER_GATES, type SiteClaims } from '#core/site/site-claims.ts';
import { type CodeSecrets, NO_SECRETS } from '#core/ticket/code-secrets.ts';
import type { VerifySignature } from '#core/ticket/ticket-text.ts';
import type { LaneConfiguration } from '../configuration/schema.ts';
import type { Admissions, PassageDetail } from '../ledger/admissions.ts';
import type { ValidityStore } from '../ledger/validity-store.ts';
import type { Log } from '../runtime/log.ts';
import { createMailbox } from '../runtime/mailbox.ts';
import { createNamedTimers } from '../runtime/named-timers.ts';
import { scanOfCard } from './card-scan.ts';
import { type ClaimedCheck, createClaimedCheck } from './claimed-check.ts';
import { createCodeArrival } from './code-arrival.ts';
import type { GateWarmth } from './gate-warmth.ts';
import { dataFacts } from './gather-facts.ts';
import { createLaneLight } from './lane-light.ts';
import { createLaneRehearsal } from './lane-rehearsal.ts';
import { type LaneSpeed, measureLane } from './lane-speed.ts';
import { createPassageWriter } from './passage-writer.ts';
import { createReleaseRemarks } from './release-remarks.ts';
import { createScanCheck } from './scan-check.ts';

/**
 * One gate lane: the lane machine between a scanner, the ledger and a barrier. There is one path from a scan to a release, and it leads through a committed
 * transaction; the path itself never waits for the network, a screen or a log.
 */
export interface GateLane {
  readonly id: LaneId;
  /** Settles what a power cut left open, then listens to the devices. */
  start(): void;
  stop(): void;
  view(): GateView;
  speed(): LaneSpeed;
  /** Called on every change of either device; the lane is out of service until both have been ready. */
  setDeviceHealth(device: keyof LaneDevices, state: HealthState): void;
  /** A technician releases the barrier: on before the command is sent, off when it was not carried out. The next body is his, and not forced. */
  serviceRelease(on: boolean): void;
  /** What this lane has done today, as the ledger knows it (see `lane-counts.ts`). */
  setCounts(counts: GateView['counts']): void;
  /** Shows the view again: the network or the data changed. */
  refreshView(): void;
}

export interface GateLaneOptions {
  /** The name of this machine among the gates of the site. */
  readonly machine: MachineId;
  readonly configuration: LaneConfiguration;
  readonly siteId: SiteId;
  readonly admissions: Admissions;
  readonly validity: ValidityStore;
  readonly scanner: Scanner;
  readonly gate: GateController;
  readonly cardReader?: CardReader;
  /** The light above the lane; none when missing. */
  readonly indicator?: Indicator;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** The time of day; the clock on the wall is not asked. */
  readonly siteClock: Pick<SiteClock, 'now'>;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly verify: VerifySignature;
  /** What the site's secrets tell about a code; none when missing. */
  readonly secrets?: CodeSecrets;
  readonly online: () => boolean;
  readonly onView: (view: GateView) => void;
  /** The other gates of the site; none when missing. */
  readonly claims?: SiteClaims;
  /** Gates of the site that cannot be reached, and conflicts that nobody has looked at, for the screen. */
  readonly missingGates?: () => readonly MachineId[];
  readonly openConflicts?: () => number;
  /** A ticket could not be verified: the data may be behind. */
  readonly onCannotVerify?: () => void;
  readonly warmth?: Pick<GateWarmth, 'guest'>;
}

/** The age of the data on the screen is never older than this. */
const VIEW_EVERY = seconds(5);

export function createGateLane(options: GateLaneOptions): GateLane {
  const { admissions, clock, siteClock, timers, random } = options;
  const { id: lane, direction } = options.configuration;
  const log = options.log.child({ lane });
  const now = (): Instant => siteClock.now().now;
  const { check, gate, speed } = measureLane(checkOf(options), options.gate, clock);
  const releaseRemarks = createReleaseRemarks(log);
  const passages = createPassageWriter((passage) => admissions.recordPassage(passage), log);

  let state = initialLane({ direction, ...LIMITS.gate, debounce: LIMITS.scanner.debounce });
  let isRunning = false;
  /** Said after everything that a guest waits for. */
  const remarks: (() => void)[] = [];

  const light = createLaneLight(options.indicator);
  const show = (): void => {
    const shown = viewLane(state, surroundings(options));
    light.follow(shown);
    options.onView(shown);
  };
  const dispatch = createMailbox<LaneInput>(
    (input) => {
      const step = stepLane(state, input);
      state = step.state;
      for (const effect of step.effects) perform(effect);
    },
    () => {
      if (isRunning) show();
      for (const say of remarks.splice(0)) say();
    },
  );
  const laneTimers = createNamedTimers<LaneTimer>(timers, (timer) => dispatch({ kind: 'timer', timer }));
  const viewTimer = createNamedTimers<'view'>(timers, () => {
    passages.flush();
    show();
    viewTimer.arm('view', VIEW_EVERY);
  });

  const perform = (effect: LaneEffect): void => {
    switch (effect.kind) {
      case 'check': {
        // A passage that could not be written yet is part of the history that is about to be read.
        passages.flush();
        const { scanId } = effect.scan;
        check.decide(effect.scan, (decision, at) => {
          if (isRunning) dispatch({ kind: 'decided', scanId, decision, isOffline: !options.online(), at });
          else check.withdraw(scanId);
        });
        break;
      }
      case 'commit':
        commit(effect);
        break;
      case 'drop':
        check.withdraw(effect.scanId);
        break;
      case 'release':
        void release(effect.scanId);
        break;
      case 'record-passage':
        passages.write(passageDetail(lane, effect.passage));
        break;
      case 'arm':
        laneTimers.arm(effect.timer, effect.after);
        break;
      case 'disarm':
        laneTimers.disarm(effect.timer);
        break;
    }
  };

  const commit = ({ scan, scan: { scanId }, decision, verdict }: Extract<LaneEffect, { kind: 'commit' }>): void => {
    const at = now();
    const recorded = check.scans.record(scan, decision, verdict.offline, at);
    if (!recorded.ok) {
      check.withdraw(scanId);
      const { code, owner, message } = recorded.error;
      remarks.push(() => log.error({ scanId, code, owner }, message));
      dispatch({ kind: 'commit-failed', scanId, at });
      return;
    }
    dispatch({ kind: 'committed', scanId, at });
    const { verdict: outcome, reasons, codeHash } = recorded.value;
    remarks.push(() => log.info({ scanId, outcome, reasons, codeHash }, 'scan'));
    if (verdict.reason === 'cannot-verify') remarks.push(() => options.onCannotVerify?.());
  };

  const release = async (scanId: EventId): Promise<void> => {
    const deadline = plus(clock.monotonic(), LIMITS.gate.releaseDeadline);
    const outcome = await gate.release({ reason: { kind: 'admission', id: scanId }, pulse: LIMITS.gate.releasePulse, deadline });
    if (!isRunning) return;
    remarks.push(...releaseRemarks.of(scanId, outcome));
    dispatch({ kind: 'release-answered', scanId, outcome: outcome.kind });
  };

  const scanned = (bytes: Uint8Array, seenAt: Monotonic): void => {
    if (isRunning) dispatch({ kind: 'scanned', scan: { scanId: ulid(now(), random.bytes(10)) as EventId, bytes: bytes.slice() }, seenAt });
  };

  return {
    id: lane,
    start: () => {
      isRunning = true;
      // Nobody knows whether these guests went through; the tickets count as used, and the record says why.
      for (const { scanId, ticketId, direction: way } of admissions.unresolved(lane)) {
        passages.write({ scanId, ticketId, lane, direction: way, outcome: 'unconfirmed' });
      }
      gate.onInput((input) => {
        if (isRunning) dispatch(inputOf(input, now()));
      });
      listenToCodes({ ...options, gate }, createLaneRehearsal({ ...options, scans: check.scans, settings: state.settings }), scanned);
      viewTimer.arm('view', VIEW_EVERY);
      show();
    },
    stop: () => {
      isRunning = false;
      viewTimer.disarmAll();
      laneTimers.disarmAll();
      light.goDark();
    },
    view: () => viewLane(state, surroundings(options)),
    speed,
    setDeviceHealth: (device, health) =>
      dispatch({ kind: 'devices', devices: { ...state.devices, [device]: canWork(device, releaseRemarks.heard(device, health)) } }),
    serviceRelease: (on) => dispatch({ kind: 'service-release', on }),
    setCounts: (counts) => dispatch({ kind: 'counted', counts }),
    refreshView: show,
  };
}

/** Scanners and card readers say the same to a lane. */
function listenToCodes(
  { scanner, cardReader, gate, clock, warmth }: GateLaneOptions,
  warm: () => void,
  scanned: (bytes: Uint8Array, at: Monotonic) => void,
): void {
  const arrival = createCodeArrival(clock);
  scanner.onFirstByte(() => {
    gate.expectRelease(arrival.begun());
    warm();
  });
  const guest = (bytes: Uint8Array, at: Monotonic): void => {
    scanned(bytes, at);
    warmth?.guest(warm);
  };
  scanner.onCode(({ bytes, at }) => {
    guest(bytes, at);
    arrival.ended(at);
  });
  cardReader?.onCard((read) => {
    const bytes = scanOfCard(read);
    if (bytes !== undefined) guest(bytes, read.at);
  });
}

function surroundings({ configuration, validity, siteClock, online, missingGates, openConflicts }: GateLaneOptions): LaneSurroundings {
  const data = dataFacts(validity, siteClock.now().now);
  return {
    lane: configuration.id,
    name: configuration.name,
    online: online(),
    dataAgeSeconds: data === undefined ? null : Math.floor(data.age / 1_000),
    missingGates: [...(missingGates?.() ?? [])],
    openConflicts: openConflicts?.() ?? 0,
  };
}

function checkOf({
  machine,
  configuration,
  siteId,
  admissions,
  validity,
  verify,
  secrets = NO_SECRETS,
  siteClock,
  claims,
}: GateLaneOptions): ClaimedCheck {
  const { id: lane, direction, screens, classes } = configuration;
  return createClaimedCheck({
    machine,
    admissions,
    claims: claims ?? NO_OTHER_GATES,
    now: () => siteClock.now().now,
    scanCheck: (history) =>
      createScanCheck({ machine, lane, direction, screens, classes, siteId, validity, admissions: history, verify, secrets, clock: siteClock.now }),
  });
}

function inputOf(input: GateInput, at: Instant): LaneInput {
  switch (input.kind) {
    case 'passed':
      return { kind: 'body-passed', direction: input.direction, at };
    case 'jammed':
      return { kind: 'jammed', on: input.on };
    case 'obstructed':
      return { kind: 'obstructed', on: input.on };
    case 'blind':
      return { kind: 'blind', on: input.on };
    case 'fire-alarm':
      return { kind: 'fire', on: input.on };
  }
}

/** A barrier whose passage sensor is stuck would give every ticket back to the guest who has just gone through. */
function canWork(device: keyof LaneDevices, { kind, reasons }: HealthState): boolean {
  if (kind === 'ready') return true;
  return kind === 'degraded' && !(device === 'gate' && reasons.some((reason) => reason === 'passage-sensor-stuck' || reason === 'gate-jammed'));
}

function passageDetail(lane: LaneId, { admitted, direction, outcome }: PassageRecord): PassageDetail {
  return { scanId: admitted?.scan.scanId, ticketId: admitted?.ticketId, lane, direction, outcome };
}
