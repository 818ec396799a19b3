import { expect, it } from 'vitest';
import { lobbyMetrics } from '#agent/composition/metrics.ts';
import { createMetrics } from '#agent/local-api/metrics.ts';
import { LaneId, MachineId } from '#core/contract/identifiers.ts';

const page = async (): Promise<string[]> => {
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
    site: () => ({
      state: 'whole',
      members: [
        { machine: MachineId.parse('gate-b'), reachable: true, since: '2026-02-17T10:00:00.000Z', later: { messages: 7, first: 'ping.load' } },
        { machine: MachineId.parse('gate-c'), reachable: true, since: '2026-02-17T10:00:00.000Z' },
      ],
    }),
  });
  return (await createMetrics(metrics).page()).split('\n');
};

it('the metrics page tells how quick each lane is', async () => {
  expect((await page()).filter((line) => /^foyer_gate_(decision|release)_ms/.test(line))).toEqual([
    'foyer_gate_decision_ms{lane="lane-1",quantile="0.5"} 0.4',
    'foyer_gate_decision_ms{lane="lane-1",quantile="0.99"} 2',
    'foyer_gate_release_ms{lane="lane-1",quantile="0.5"} 0.9',
    'foyer_gate_release_ms{lane="lane-1",quantile="0.99"} 6.5',
  ]);
});

it('the metrics page tells what another gate says that this build does not know', async () => {
  expect((await page()).filter((line) => line.startsWith('foyer_site_passed_over'))).toEqual([
    'foyer_site_passed_over{member="gate-b"} 7',
    'foyer_site_passed_over{member="gate-c"} 0',
  ]);
});
