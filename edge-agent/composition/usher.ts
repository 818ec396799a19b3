import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClockFacts } from '#core/admission/facts.ts';
import { FaultError } from '#core/base/fault.ts';
import type { SiteView } from '#core/contract/local/usher.ts';
import type { SiteClaims } from '#core/site/site-claims.ts';
import type { HandheldConfiguration } from '../configuration/schema.ts';
import { createClaimedCheck } from '../lanes/claimed-check.ts';
import { checkCode, dataFacts, recogniseCode } from '../lanes/gather-facts.ts';
import { createHandheldCheck, type HandheldCheck } from '../lanes/handheld-check.ts';
import { createScanCheck } from '../lanes/scan-check.ts';
import { systemClock as clock, systemRandom as random } from '../runtime/clock.ts';
import { createTicketVerifier } from '../runtime/ticket-crypto.ts';
import { pinCrypto } from '../staff/pin.ts';
import { createRoster } from '../staff/roster.ts';
import { createSessions } from '../staff/sessions.ts';
import type { Staff } from '../staff/staff.ts';
import { STAFF_FILE } from '../staff/staff-command.ts';
import { createConflictBook } from '../usher/conflict-book.ts';
import { createHallCounter, type HallSources } from '../usher/hall-counter.ts';
import type { OverrideSources } from '../usher/override.ts';
import { createScanLog } from '../usher/scan-log.ts';
import { createTicketFinder } from '../usher/ticket-finder.ts';
import { createUsherDesk, type UsherDesk } from '../usher/usher-desk.ts';
import { hasSimulators } from './devices.ts';
import type { Surrounded } from './parts.ts';
import type { SiteLinks } from './site-links.ts';

/** The usher's page, and the lane that is checked by hand. */
export interface ComposedUsher {
  readonly desk: UsherDesk;
  /** Conflicts that nobody has looked at. */
  openConflicts(): number;
  /** Ends the sessions of all ushers; answers how many there were. */
  signOutAll(): number;
}

/** The gates of the site among each other, as far as the usher's page needs them. */
export interface UsherSite {
  readonly claims: SiteClaims;
  readonly view: () => SiteView;
  readonly timeZone: () => string | undefined;
  readonly onConflictSeen: () => void;
}

/** Undefined on a machine that is no gate. */
export function composeUsher(parts: Surrounded, links: SiteLinks, staff: Staff, site: UsherSite): ComposedUsher | undefined {
  const { configuration, ledger, admissions } = parts;
  const log = parts.log.child({ part: 'usher' });
  if (configuration.gate === undefined) return undefined;
  const { store, siteClock } = links;
  const conflicts = createConflictBook(ledger, admissions.parts.conflicts);
  const sources = factsSources(parts, links);
  const sessions = createSessions({ clock, random, holder: staff.holder });
  const desk = createUsherDesk({
    staff,
    sessions,
    scans: createScanLog(ledger),
    finder: createTicketFinder({
      siteId: configuration.site,
      validity: store,
      history: (id) => admissions.history(id),
      checkCode: (bytes) => checkCode(recogniseCode(bytes, sources), sources),
      boxOffice: links.boxOffice,
    }),
    conflicts,
    halls: createHallCounter(hallSources(parts, links)),
    check:
      configuration.gate.handheld === undefined ? undefined : composeHandheld(configuration.gate.handheld, { ...parts, log }, links, site.claims),
    admissions,
    ledger,
    isReentry: (id) => store.show(id)?.reentry ?? false,
    basis: () => basisOf(dataFacts(store, siteClock.now().earliest), siteClock.now()),
    surroundings: () => {
      const timeZone = site.timeZone();
      return {
        online: links.isOnline(),
        dataAgeSeconds: links.validity.status().ageSeconds,
        unsent: links.uplink.status().lanes.reduce((sum, { waiting }) => sum + waiting, 0),
        site: site.view(),
        ...(timeZone === undefined ? {} : { timeZone }),
      };
    },
    onConflictSeen: site.onConflictSeen,
    clock,
    log,
  });
  return { desk, openConflicts: conflicts.unseen, signOutAll: sessions.closeAll };
}

function factsSources({ configuration, admissions }: Surrounded, { store, secrets }: SiteLinks) {
  const verify = createTicketVerifier((keyId) => store.key(keyId)?.publicKey);
  return { siteId: configuration.site, validity: store, admissions, verify, secrets };
}

function composeHandheld(
  { id: lane, screens, classes }: HandheldConfiguration,
  parts: Surrounded,
  links: SiteLinks,
  claims: SiteClaims,
): HandheldCheck {
  const { configuration, admissions, ledger, log } = parts;
  const { machine } = configuration;
  const { siteClock } = links;
  const sources = factsSources(parts, links);
  const check = createClaimedCheck({
    machine,
    admissions,
    claims,
    now: () => siteClock.now().now,
    scanCheck: (history) =>
      createScanCheck({ ...sources, machine, lane, direction: 'entry', screens, classes, admissions: history, clock: siteClock.now }),
  });
  return createHandheldCheck({
    lane,
    ledger,
    check,
    admissions,
    claims,
    clock: { monotonic: clock.monotonic, wall: () => siteClock.now().now },
    random,
    online: links.isOnline,
    onCannotVerify: () => void links.validity.refresh(),
    log: log.child({ lane }),
  });
}

function hallSources({ admissions }: Surrounded, { store, siteClock }: SiteLinks): HallSources {
  const { halls } = admissions.parts;
  return {
    clock: { monotonic: clock.monotonic, wall: () => siteClock.now().now },
    openShows: () => store.openShows(siteClock.now().now).map((show) => ({ show, sold: store.sold(show.id) })),
    attendance: ({ id, reentry }) => {
      const inside = halls.inside(id);
      // Where guests may come back, an entry is not a guest: those who are out for a moment count as not there.
      return { inside, came: reentry ? inside : halls.entered(id) };
    },
  };
}

function basisOf(data: ReturnType<typeof dataFacts>, { earliest, latest }: ClockFacts): ReturnType<OverrideSources['basis']> {
  return {
    dataVersion: data?.version ?? -1,
    dataAgeSeconds: data === undefined ? -1 : Math.floor(data.age / 1_000),
    clockErrorMs: latest === undefined ? -1 : Math.max(0, Math.ceil((latest - earliest) / 2)),
  };
}

/** What a person who starts the program must know about PINs, for the terminal alone: it is in no log. */
export async function welcomeStaff({ configuration, data, devices }: Surrounded): Promise<readonly string[]> {
  if (configuration.gate === undefined && configuration.kiosk === undefined) return [];
  const file = join(data, STAFF_FILE);
  const roster = createRoster(file, pinCrypto);
  if (existsSync(file)) return [];
  if (!hasSimulators(devices))
    return ['Nobody can sign in at /usher or /staff yet. Give somebody a PIN:  npm run foyer -- staff add NAME --role usher'];
  const usher = await roster.add('Demo usher', 'usher');
  const cashier = await roster.add('Demo cashier', 'cashier');
  const manager = await roster.add('Demo manager', 'duty-manager');
  if (!usher.ok || !cashier.ok || !manager.ok)
    throw new FaultError({ code: 'E-STF-FILE', owner: 'operator', message: `${file} was changed while it was made.` });
  return [
    `PIN of the demo usher         ${usher.value}`,
    `PIN of the demo cashier       ${cashier.value}`,
    `PIN of the demo duty manager  ${manager.value}`,
    'They are shown this once; npm run foyer -- staff new-pin makes others.',
  ];
}
