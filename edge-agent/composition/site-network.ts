import { join } from 'node:path';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { SiteView } from '#core/contract/local/usher.ts';
import { NO_OTHER_GATES, type SiteClaims } from '#core/site/site-claims.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '../runtime/clock.ts';
import { createDiscovery } from '../site/discovery.ts';
import { createPeerLines } from '../site/peer-lines.ts';
import { readSiteKey } from '../site/site-key.ts';
import { createSiteNetwork } from '../site/site-network.ts';
import type { Surrounded } from './parts.ts';
import type { SiteLinks } from './site-links.ts';
import { type SiteWire, siteWire } from './site-wire.ts';

/** The other gates of the site; none on a machine whose configuration names no network of the site. */
export interface ComposedSite {
  readonly claims: SiteClaims;
  view(): SiteView;
  missing(): readonly MachineId[];
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What the device bench can cut; nothing where there is no network. */
  readonly wire: SiteWire | undefined;
}

const ALONE: ComposedSite = {
  claims: NO_OTHER_GATES,
  view: () => ({ state: 'alone', members: [] }),
  missing: () => [],
  start: async () => undefined,
  stop: async () => undefined,
  wire: undefined,
};

/** @throws FaultError `E-CFG-SITE-KEY` */
export function composeSite(parts: Surrounded, links: SiteLinks, onChanged: () => void): ComposedSite {
  const { configuration, data, ledger, admissions, boot, software } = parts;
  const { siteNetwork: settings, machine, site } = configuration;
  if (settings === undefined) return ALONE;
  const log = parts.log.child({ part: 'site' });
  const key = readSiteKey(settings.keyFile ?? join(data, 'box-office', 'site.key'), site);
  const members = [...new Set([...settings.peers.map((peer) => peer.machine), ...settings.members])].filter((member) => member !== machine);
  const lines = createPeerLines({
    machine,
    key,
    listen: settings.listen,
    peers: settings.peers.filter((peer) => peer.machine !== machine),
    members,
    ...(settings.discover ? { discovery: ({ port }) => createDiscovery({ machine, site, key: key.beacon, port, timers, random, log }) } : {}),
    timers,
    random,
    log,
  });
  const network = createSiteNetwork({
    machine,
    site,
    session: boot,
    software,
    admits: configuration.gate !== undefined,
    members,
    takesFound: settings.discover,
    lines,
    ledger,
    admissions,
    clock: { monotonic: clock.monotonic, wall: () => links.siteClock.now().now },
    timers,
    log,
    isShowOver: (show) => links.store.show(show) === undefined,
    onChanged,
  });
  return {
    claims: network.claims,
    view: network.view,
    missing: network.missing,
    start: network.start,
    stop: network.stop,
    wire: siteWire(lines),
  };
}
