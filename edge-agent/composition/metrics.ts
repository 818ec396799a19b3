import type { SiteView } from '#core/contract/local/usher.ts';
import type { DeviceHealth } from '#core/ports/health.ts';
import type { Quantiles } from '../lanes/lane-speed.ts';
import type { Metric } from '../local-api/metrics.ts';
import type { UplinkStatus } from '../uplink/create-uplink.ts';
import type { ValidityClient } from '../validity/validity-client.ts';
import type { ComposedLanes } from './lanes.ts';

interface Watched {
  readonly devices: () => readonly DeviceHealth[];
  readonly uplink: () => UplinkStatus;
  readonly validity: Pick<ValidityClient, 'status' | 'refusals'>;
  readonly lanes: Pick<ComposedLanes, 'views' | 'speeds'>;
  readonly site: () => SiteView;
}

/** What `/metrics` tells of the machine. */
export function lobbyMetrics({ devices, uplink, validity, lanes, site }: Watched): Metric[] {
  return [
    { name: 'foyer_resident_bytes', help: 'Resident memory of the agent', read: () => process.memoryUsage.rss() },
    {
      name: 'foyer_device_ready',
      help: '1 when the device works, if with limits',
      labels: ['device'],
      read: () => devices().map(({ device, state }) => ({ labels: { device }, value: state.kind === 'ready' || state.kind === 'degraded' ? 1 : 0 })),
    },
    {
      name: 'foyer_outbox_waiting',
      help: 'Events that the box office has not acknowledged',
      labels: ['lane'],
      read: () => uplink().lanes.map(({ lane, waiting }) => ({ labels: { lane }, value: waiting })),
    },
    {
      name: 'foyer_outbox_dead',
      help: 'Events that the box office can never accept',
      labels: ['lane'],
      read: () => uplink().lanes.map(({ lane, dead }) => ({ labels: { lane }, value: dead })),
    },
    { name: 'foyer_telemetry_lost', help: 'Samples that the ring of telemetry has dropped', read: () => uplink().telemetry?.lost ?? 0 },
    { name: 'foyer_uplink_connected', help: '1 while connected to the broker', read: () => (uplink().state === 'connected' ? 1 : 0) },
    { name: 'foyer_validity_age_seconds', help: 'Age of the validity data; -1 before the first', read: () => validity.status().ageSeconds ?? -1 },
    {
      name: 'foyer_validity_refused',
      help: 'Validity data that were refused, or found damaged, since the start, by code',
      labels: ['code'],
      read: () => [...validity.refusals()].map(([code, value]) => ({ labels: { code }, value })),
    },
    {
      name: 'foyer_gate_scans',
      help: 'Scans of this business day by outcome, whatever was restarted meanwhile',
      labels: ['lane', 'outcome'],
      read: () =>
        lanes
          .views()
          .flatMap(({ lane, counts: { admitted, refused, passed, notPassed } }) =>
            Object.entries({ admitted, refused, passed, 'not-passed': notPassed }).map(([outcome, value]) => ({ labels: { lane, outcome }, value })),
          ),
    },
    {
      name: 'foyer_site_passed_over',
      help: 'Messages of another gate with something of a later build, passed over on the line that is up',
      labels: ['member'],
      read: () => site().members.map(({ machine: member, later }) => ({ labels: { member }, value: later?.messages ?? 0 })),
    },
    {
      name: 'foyer_gate_decision_ms',
      help: 'From a whole code to its verdict, other gates included, of the last 512 scans',
      labels: ['lane', 'quantile'],
      read: () => lanes.speeds().flatMap(({ lane, decision }) => quantilesOf(lane, decision)),
    },
    {
      name: 'foyer_gate_release_ms',
      help: 'From a whole code to the first byte of the release, of the last 512 admissions',
      labels: ['lane', 'quantile'],
      read: () => lanes.speeds().flatMap(({ lane, release }) => quantilesOf(lane, release)),
    },
  ];
}

function quantilesOf(lane: string, quantiles: Quantiles | undefined) {
  if (quantiles === undefined) return [];
  return [
    { labels: { lane, quantile: '0.5' }, value: quantiles.p50 },
    { labels: { lane, quantile: '0.99' }, value: quantiles.p99 },
  ];
}
