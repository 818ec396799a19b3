import { expect, it } from 'vitest';
import { lobbyMetrics } from '#agent/composition/metrics.ts';
import { createMetrics } from '#agent/local-api/metrics.ts';
import { LaneId } from '#core/contract/identifiers.ts';

it('the metrics page tells how quick each lane is', async () => {
  const metrics = lobbyMetrics({
    devices: () => [],
    uplink: () => ({ state: 'stopped', since: '2026-02-17T10:00:00.000Z', broker: '', notAccepted: false, lanes: [] }),
    validity: {
      status: () => ({ epoch: null, version: null, tickets: 0, ageSeconds: null, lastFault: undefined }),
      refusals: () => new Map(),
    },
    lanes: {
      views: () => [],
      speeds: () => [
        { lane: LaneId.parse('lane-1'), name: 'Gate 1', scans: 3, decision: { p50: 0.4, p99: 2 }, release: { p50: 0.9, p99: 6.5 } },
        { lane: LaneId.parse('lane-2'), name: 'Gate 2', scans: 0, decision: undefined, release: undefined },
      ],
    },
  });
  const page = await createMetrics(metrics).page();
  expect(page.split('\n').filter((line) => /^foyer_gate_(decision|release)_ms/.test(line))).toEqual([
    'foyer_gate_decision_ms{lane="lane-1",quantile="0.5"} 0.4',
    'foyer_gate_decision_ms{lane="lane-1",quantile="0.99"} 2',
    'foyer_gate_release_ms{lane="lane-1",quantile="0.5"} 0.9',
    'foyer_gate_release_ms{lane="lane-1",quantile="0.99"} 6.5',
  ]);
});
