import type { DeviceId, LaneId } from '#core/contract/identifiers.ts';
import type { GateView } from '#core/contract/local/live.ts';
import type { GateController } from '#core/ports/gate-controller.ts';
import type { HealthState } from '#core/ports/health.ts';
import type { DeviceManager } from '../devices/device-manager.ts';
import { createGateLane, type GateLane } from '../lanes/gate-lane.ts';
import { createGateWarmth } from '../lanes/gate-warmth.ts';
import { createDayCounts } from '../lanes/lane-counts.ts';
import type { LaneSpeed } from '../lanes/lane-speed.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '../runtime/clock.ts';
import { createTicketVerifier } from '../runtime/ticket-crypto.ts';
import type { Surrounded } from './parts.ts';
import type { SiteLinks } from './site-links.ts';
import type { ComposedSite } from './site-network.ts';

/** The gate's lanes, none on a machine that is no gate. */
export interface ComposedLanes {
  start(): void;
  stop(): void;
  views(): readonly GateView[];
  speeds(): readonly (LaneSpeed & { readonly lane: LaneId; readonly name: string })[];
  refreshViews(): void;
  deviceChanged(device: DeviceId, state: HealthState): void;
  /** The barrier for a technician's test: its lane knows that the next body is his. */
  serviceGate(device: DeviceId): GateController;
  /** The site's time zone has become known, perhaps. */
  countDay(): void;
}

export interface LaneSurroundings {
  readonly onView: (view: GateView) => void;
  /** Of the site; undefined until the box office has told it. */
  readonly timeZone: () => string | undefined;
  /** Conflicts that nobody has looked at. */
  readonly openConflicts: () => number;
  /** The other gates. */
  readonly site: Pick<ComposedSite, 'claims' | 'missing'>;
}

export function composeLanes(
  parts: Surrounded,
  manager: DeviceManager,
  links: SiteLinks,
  { onView, timeZone, openConflicts, site }: LaneSurroundings,
): ComposedLanes {
  const { configuration, admissions, log } = parts;
  const settings = configuration.gate?.lanes ?? [];
  const verify = createTicketVerifier((keyId) => links.store.key(keyId)?.publicKey);
  const warmth = createGateWarmth(clock, timers);
  const lanes: readonly GateLane[] = settings.map((lane) =>
    createGateLane({
      machine: configuration.machine,
      configuration: lane,
      siteId: configuration.site,
      admissions,
      validity: links.store,
      scanner: manager.scanner(lane.scanner),
      gate: manager.gate(lane.gate),
      ...(lane.cardReader === undefined ? {} : { cardReader: manager.cardReader(lane.cardReader) }),
      ...(lane.indicator === undefined ? {} : { indicator: manager.indicator(lane.indicator) }),
      clock,
      siteClock: links.siteClock,
      timers,
      random,
      log: log.child({ part: 'lane' }),
      verify,
      secrets: links.secrets,
      online: links.isOnline,
      onCannotVerify: () => void links.validity.refresh(),
      openConflicts,
      claims: site.claims,
      missingGates: site.missing,
      warmth,
      onView,
    }),
  );
  const day = createDayCounts({ ledger: parts.ledger, lanes, now: () => links.siteClock.now().now, timeZone, timers });
  const tellLanes = (device: DeviceId, on: boolean): void => {
    settings.forEach(({ gate }, index) => {
      if (gate === device) lanes[index]?.serviceRelease(on);
    });
  };
  return {
    start: () => {
      for (const lane of lanes) lane.start();
      day.start();
    },
    countDay: day.count,
    serviceGate: (device) => ({
      ...manager.gate(device),
      release: async (command) => {
        tellLanes(device, true);
        const outcome = await manager.gate(device).release(command);
        if (outcome.kind === 'expired' || outcome.kind === 'not-released') tellLanes(device, false);
        return outcome;
      },
    }),
    stop: () => {
      day.stop();
      for (const lane of lanes) lane.stop();
      warmth.stop();
    },
    views: () => lanes.map((lane) => lane.view()),
    speeds: () => lanes.map((lane, index) => ({ lane: lane.id, name: settings[index]?.name ?? lane.id, ...lane.speed() })),
    refreshViews: () => {
      for (const lane of lanes) lane.refreshView();
    },
    deviceChanged: (device, state) => {
      settings.forEach(({ scanner, gate }, index) => {
        if (scanner === device) lanes[index]?.setDeviceHealth('scanner', state);
        if (gate === device) lanes[index]?.setDeviceHealth('gate', state);
      });
    },
  };
}
