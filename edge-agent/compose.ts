import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Duration, milliseconds } from '#core/base/time.ts';
import type { Discovery } from '#core/contract/local/discovery.ts';
import { reachAuthority } from './composition/authority.ts';
import { composeBroker } from './composition/broker.ts';
import { composeDevices, hasSimulators } from './composition/devices.ts';
import type { EmbeddedBoxOffice } from './composition/embedded-box-office.ts';
import { flowFacts } from './composition/flow-facts.ts';
import { healthBoard } from './composition/health-board.ts';
import { composeKiosk, tellKiosk } from './composition/kiosk.ts';
import { composeLanes } from './composition/lanes.ts';
import { lobbyMetrics } from './composition/metrics.ts';
import type { Composition, Place, Stops, Surrounded } from './composition/parts.ts';
import { composePorts } from './composition/ports.ts';
import { composeSiteLinks } from './composition/site-links.ts';
import { composeSite } from './composition/site-network.ts';
import { composeDesk, composeStaff } from './composition/staff.ts';
import { composeBench, composeTechnician } from './composition/staff-pages.ts';
import { keepStore } from './composition/store-keeping.ts';
import { composeUsher, welcomeStaff } from './composition/usher.ts';
import { createDeviceManager } from './devices/device-manager.ts';
import { discoveryText } from './devices/discovery/port-words.ts';
import { createClosure } from './kiosk/closure.ts';
import { createFlowWatch } from './kiosk/flow-watch.ts';
import { createAdmissions } from './ledger/admissions.ts';
import { openLedger } from './ledger/ledger.ts';
import { createLobbySource, type LobbyParts } from './local-api/lobby-source.ts';
import { createLocalApi, type LocalApi } from './local-api/local-api.ts';
import { systemClock, systemRandom, systemTimers } from './runtime/clock.ts';
import { lockDataFolder } from './store/data-folder-lock.ts';

/** Joins all parts of a machine, and starts and stops them in order. With `composition/` beside it, the only code that knows every concrete part. */

export interface Lobby {
  /**
   * Resolves when the machine is ready.
   * @throws FaultError what stands in the way; everything that was started is stopped again
   */
  start(): Promise<OpenLobby>;
  /** In the reverse order of starting; nothing is given up that was promised. */
  stop(): Promise<void>;
}

export interface OpenLobby {
  /** What a person may open. */
  readonly places: readonly Place[];
  /** For whoever sits at the terminal, once; never for a log. */
  readonly words: readonly string[];
}

const surroundings = { clock: systemClock, timers: systemTimers, random: systemRandom };
const { clock, timers, random } = surroundings;

/** Simulated devices answer within this; real ones may still be warming up, and their state is on every screen. */
const READY_WITHIN = milliseconds(1_500);

export function compose(composition: Composition): Lobby {
  const stops: Stops = [];
  const stop = async (): Promise<void> => {
    for (let end = stops.pop(); end !== undefined; end = stops.pop()) await end();
  };
  return {
    start: async () => {
      try {
        return await startEverything(composition, stops);
      } catch (cause) {
        await stop();
        throw cause;
      }
    },
    stop,
  };
}

async function startEverything(composition: Composition, stops: Stops): Promise<OpenLobby> {
  const { configuration, alternatives, data, root, log } = composition;
  const { machine, site } = configuration;
  const lock = lockDataFolder(data);
  stops.push(() => lock.release());
  // No other start of any machine has this name, also none on an older copy of this disk.
  const boot = randomUUID().replaceAll('-', '').slice(0, 16);
  const ledger = openLedger(join(data, 'ledger.db'), { clock, random, boot });
  stops.push(() => ledger.close());
  const storeKeeping = keepStore({ configuration, data, ledger, log: log.child({ part: 'store' }) });
  stops.push(() => storeKeeping.stop());
  const broker = await composeBroker(configuration.broker, { machine, site, random, log });
  stops.push(() => broker.embedded?.stop());
  const authority = await reachAuthority(composition, ledger, stops);
  authority.embedded?.connect(broker.boxOffice);
  const ports = composePorts({ data, devices: configuration.devices, alternatives, ledger, ...surroundings });
  const devices = await composeDevices(
    configuration.devices,
    { ...surroundings, driversDirectory: join(root, 'device-drivers'), ledger },
    ports.desk,
    alternatives,
  );
  stops.push(() => devices.close());
  const surrounded = {
    ...composition,
    boot,
    ledger,
    storeKeeping,
    admissions: createAdmissions(ledger, machine),
    closure: createClosure(ledger),
    broker,
    authority,
    ports,
    devices,
  };
  const words = await welcomeStaff(surrounded);
  const { url, phonesUrl } = await startMachine(surrounded, stops);
  const places = [
    ...(configuration.kiosk === undefined ? [] : [{ name: 'Kiosk', url: `${url}/` }]),
    ...(configuration.gate === undefined ? [] : [{ name: 'Gate', url: `${url}/gate` }]),
    ...(configuration.gate === undefined ? [] : [{ name: 'Usher', url: `${url}/usher` }]),
    ...(phonesUrl === undefined ? [] : [{ name: 'Usher (phones)', url: phonesUrl }]),
    ...(configuration.kiosk === undefined && authority.embedded === undefined ? [] : [{ name: 'Staff', url: `${url}/staff` }]),
    { name: 'Technician', url: `${url}/technician` },
    ...(hasSimulators(devices) ? [{ name: 'Device bench', url: `${url}/bench` }] : []),
    ...phonePlaces(authority.embedded),
    ...(authority.embedded === undefined ? [] : [{ name: 'Box office (API)', url: `${authority.embedded.url}/v1/openapi.json` }]),
  ];
  writeFileSync(
    join(data, 'addresses.json'),
    `${JSON.stringify({ machine, screens: url, boxOffice: authority.embedded?.url ?? authority.url, payments: authority.embedded?.paymentsUrl ?? '', broker: broker.url })}\n`,
  );
  return { places, words: [...words, ...demoWords(authority.embedded?.demoMembers ?? []), ...portsWords(ports.report())] };
}

/** Where no money is real: phones that show payment codes, and members with a PIN that everybody may know. */
function phonePlaces(embedded: EmbeddedBoxOffice | undefined): readonly { readonly name: string; readonly url: string }[] {
  return embedded === undefined || embedded.demoMembers.length === 0 ? [] : [{ name: 'Phones that pay', url: `${embedded.paymentsUrl}/phone` }];
}

function demoWords(members: EmbeddedBoxOffice['demoMembers']): readonly string[] {
  return members.map(({ card, pin, about }) => `Demo member card ${card}, PIN ${pin}: ${about}.`);
}

/** Where devices are plugged in, a person at the terminal wants to know what was found. */
const portsWords = (report: Discovery | undefined): readonly string[] => (report === undefined ? [] : discoveryText(report, 'en').split('\n'));

async function startMachine(parts: Surrounded, stops: Stops): Promise<{ readonly url: string; readonly phonesUrl?: string }> {
  const { configuration, ledger, devices, log } = parts;
  const { kiosk: kioskSettings, gate: gateSettings } = configuration;
  let isStoreWell = true;

  const board = healthBoard(ledger, (device, state) => {
    lanes.deviceChanged(device, state);
    links.uplink.healthChanged();
    tellKiosk(kiosk, kioskSettings, device, state);
    changed();
  });
  const manager = createDeviceManager({ devices: devices.managed, ...surroundings, log: log.child({ part: 'devices' }), onHealth: board.update });
  const links = composeSiteLinks(parts, {
    onChanged: () => gatesChanged(),
    onConnection: () => lanes.refreshViews(),
    onReached: () => void lobby.readSite(),
    devices: () => manager.health(),
    flows: () => flows.flows(),
    metrics: () => metrics,
    releasePinLocks: (by) => staff.releaseLocks(by),
    signOutStaff: () => (usher?.signOutAll() ?? 0) + (desk?.signOutAll() ?? 0),
  });
  const flows = createFlowWatch(
    () =>
      flowFacts(parts, board, {
        boxOffice: links.watch.reachable(),
        network: links.isOnline(),
        data: links.store.state() !== undefined,
        store: isStoreWell,
      }),
    (list) => api.publish({ kind: 'flows', flows: [...list] }),
  );
  const changed = (): void => {
    flows.changed();
    api.changed('technician');
    api.changed('usher');
  };
  parts.storeKeeping.onChanged(changed);
  const gatesChanged = (): void => {
    lanes.refreshViews();
    changed();
  };
  const site = composeSite(parts, links, gatesChanged);
  const lanes = composeLanes(parts, manager, links, {
    site,
    onView: (gate) => {
      api.publish({ kind: 'gate', gate });
      if (gate.verdict !== undefined) usher?.desk.shown(gate.verdict);
      api.changed('usher');
    },
    timeZone: () => lobby.site()?.timeZone,
    openConflicts: () => usher?.openConflicts() ?? 0,
  });
  const staff = composeStaff(parts, links);
  const usher = composeUsher(parts, links, staff, {
    claims: site.claims,
    view: site.view,
    timeZone: () => lobby.site()?.timeZone,
    onConflictSeen: () => {
      lanes.refreshViews();
      api.changed('usher');
    },
  });
  const lobby = createLobbySource({ machine: lobbyFacts(parts), flows: () => flows.flows(), boxOffice: links.boxOffice, clock });
  const kiosk = composeKiosk(parts, manager, links, () => lobby.site()?.kind ?? 'cn', {
    onSession: (session) => api.publish({ kind: 'session', session }),
    onNotice: (notice) => api.publish({ kind: 'notice', notice }),
    isForStaff: (code) => desk?.scanned(code) ?? false,
    onStore: (isWell) => {
      isStoreWell = isWell;
      changed();
    },
  });
  const desk = composeDesk(parts, manager, links, { staff, kiosk, timeZone: () => lobby.site()?.timeZone, onChanged: changed });
  const metrics = lobbyMetrics({ devices: manager.health, uplink: links.uplink.status, validity: links.validity, lanes, site: site.view });
  const api: LocalApi = createLocalApi({
    ...configuration.screens,
    uiFolder: join(parts.root, 'dist/kiosk-ui'),
    lobby,
    ...present({ kiosk, usher: usher?.desk, staff: desk?.desk, phones: configuration.usherScreens }),
    technician: composeTechnician(parts, manager, links, {
      flows: () => flows.flows(),
      storage: parts.storeKeeping.view,
      money: desk?.money.summary,
      timeZone: () => lobby.site()?.timeZone ?? 'UTC',
      site,
      lanes,
    }),
    ...composeBench(parts, links, site.wire, () => api.changed('bench')),
    gates: () => lanes.views(),
    poster: links.poster(() => lobby.programme()),
    metrics,
    boot: parts.boot,
    clock,
    timers,
    log: log.child({ part: 'local-api' }),
  });

  ledger.transaction(() => ledger.append({ t: 'audit', d: { action: 'agent-started', by: 'agent', detail: `version ${parts.software}` } }));
  ledger.onAppended(() => api.changed('usher'));
  stops.push(() => api.stop());
  const addresses = await api.start();
  stops.push(parts.ports.start(manager, () => api.changed('technician')));
  // Whoever uses a device stops before the device does, and the uplink, which carries the last events, stops after both.
  for (const part of [links, site, manager, lanes, ...(desk === undefined ? [] : [desk.money])]) {
    await part.start();
    stops.push(() => part.stop());
  }
  if (kiosk !== undefined) {
    kiosk.start();
    stops.push(() => kiosk.stop());
  }
  stops.push(() => void ledger.transaction(() => ledger.append({ t: 'audit', d: { action: 'agent-stopped', by: 'agent', detail: 'in order' } })));
  await links.firstContact();
  await lobby.readSite();
  lanes.countDay();
  await until(() => (gateSettings === undefined && kioskSettings === undefined) || flows.flows().every(({ available }) => available), READY_WITHIN);
  return addresses;
}

/** Without what this machine does not have. */
function present<Parts extends object>(parts: Parts): { readonly [Name in keyof Parts]?: Exclude<Parts[Name], undefined> };
function present(parts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
}

/** Resolves when `holds`, or after `limit` whether or not. */
function until(holds: () => boolean, limit: Duration): Promise<void> {
  const deadline = clock.monotonic() + limit;
  return new Promise((resolve) => {
    const look = (): void => {
      if (holds() || clock.monotonic() >= deadline) resolve();
      else timers.after(milliseconds(10), look);
    };
    look();
  });
}

function lobbyFacts({ configuration, authority, devices }: Surrounded): LobbyParts['machine'] {
  const { machine, kiosk, gate, screens } = configuration;
  return {
    machine,
    roles: [
      ...(kiosk === undefined ? [] : (['kiosk'] as const)),
      ...(gate === undefined ? [] : (['gate'] as const)),
      ...(authority.embedded === undefined ? [] : (['box-office'] as const)),
    ],
    lanes: (gate?.lanes ?? []).map(({ id, name, gate: device }) => ({ id, name, gate: device })),
    simulated: hasSimulators(devices),
    pixelsPerMm: screens.pixelsPerMm,
  };
}
