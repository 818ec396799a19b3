import { createAdmissions } from '#agent/ledger/admissions.ts';
import { openLedger } from '#agent/ledger/ledger.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { createPeerLines, type PeerLines } from '#agent/site/peer-lines.ts';
import { siteKey } from '#agent/site/site-key.ts';
import { createSiteNetwork, type SiteNetwork } from '#agent/site/site-network.ts';
import type { MachineId, SiteId } from '#core/contract/identifiers.ts';

/** A gate of the product as far as claims go: its ledger, its lines and its place among the others. */
export interface BenchGate {
  readonly network: SiteNetwork;
  readonly lines: PeerLines;
}

export async function startBenchGate(name: string, other: string, place: { readonly path: string; readonly port?: number }): Promise<BenchGate> {
  const [machine, peer] = [name as MachineId, other as MachineId];
  const site = '36090702' as SiteId;
  const ledger = openLedger(place.path, { clock, random, boot: 'bench' });
  const lines = createPeerLines({
    machine,
    key: siteKey(Buffer.alloc(32, 1), site),
    listen: { host: '127.0.0.1', port: 0 },
    peers: place.port === undefined ? [] : [{ machine: peer, host: '127.0.0.1', port: place.port }],
    members: [peer],
    timers,
    random,
    log: silentLog,
  });
  const network = createSiteNetwork({
    ...{ machine, site, session: 'bench', software: 'bench', admits: true, members: [peer], takesFound: false, lines, ledger },
    ...{ admissions: createAdmissions(ledger, machine), clock, timers, log: silentLog },
    isShowOver: () => false,
    onChanged: () => undefined,
  });
  await network.start();
  return { network, lines };
}
