import { toIso } from '#core/base/time.ts';
import type { Flow } from '#core/contract/local/kiosk.ts';
import type { TechnicianState } from '#core/contract/local/technician.ts';
import { layOutTestPage } from '#core/paper/test-page.ts';
import type { DeviceManager } from '../devices/device-manager.ts';
import { createTerminalDay } from '../kiosk/terminal-day.ts';
import { createBench } from '../local-api/bench.ts';
import type { BenchSource, TechnicianSource } from '../local-api/handlers.ts';
import { createTechnician } from '../local-api/technician.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '../runtime/clock.ts';
import { columnsOf, hasSimulators } from './devices.ts';
import type { ComposedLanes } from './lanes.ts';
import type { Surrounded } from './parts.ts';
import type { SiteLinks } from './site-links.ts';
import type { ComposedSite } from './site-network.ts';
import type { SiteWire } from './site-wire.ts';

/** What the technician's page and the device bench show and do. */

/** As many as the page takes. */
const CONFLICTS_SHOWN = 50;

interface Known {
  readonly flows: () => readonly Flow[];
  readonly timeZone: () => string;
  /** The other gates. */
  readonly site: Pick<ComposedSite, 'view'>;
  readonly storage: () => TechnicianState['storage'];
  /** What is open of the site's money; missing on a machine that has nothing to do with it. */
  readonly money: (() => TechnicianState['money']) | undefined;
  /** How quick they are; and their barriers, for tests that they know of. */
  readonly lanes: Pick<ComposedLanes, 'speeds' | 'serviceGate'>;
}

export function composeTechnician(
  parts: Surrounded,
  manager: DeviceManager,
  links: SiteLinks,
  { flows, timeZone, storage, money, site, lanes }: Known,
): TechnicianSource {
  const { configuration, software, ledger, authority, admissions } = parts;
  const { machine } = configuration;
  const { uplink, validity, watch, siteClock } = links;
  return createTechnician({
    machine,
    software,
    startedAt: clock.wall(),
    clock,
    random,
    ledger,
    flows,
    devices: () => manager.health(),
    trace: manager.trace,
    discovery: parts.ports.report,
    assign: (device, path) => parts.ports.assign(device, path, 'technician'),
    uplink: () => uplink.status(),
    validity: () => {
      const { version, tickets, ageSeconds, lastFault } = validity.status();
      return { version, tickets, ageSeconds, ...(lastFault === undefined ? {} : { lastFault }) };
    },
    boxOffice: () => ({ reachable: watch.reachable(), since: toIso(watch.since()), address: authority.embedded?.url ?? authority.url }),
    clockState: () => {
      const measured = watch.clock();
      const { width, wallOutside, isContradicted } = siteClock.state();
      return {
        offsetMs: measured === undefined ? null : Math.round(measured.offset),
        errorMs: measured?.error ?? null,
        widthMs: width ?? null,
        wallOutsideMs: wallOutside,
        contradicted: isContradicted,
      };
    },
    storage,
    ...(money === undefined ? {} : { money }),
    ...(configuration.gate === undefined
      ? {}
      : {
          site: () => ({ view: site.view(), conflicts: admissions.parts.conflicts.list(CONFLICTS_SHOWN) }),
          lanes: lanes.speeds,
        }),
    recentEvents: (limit) => uplink.recentEvents(limit),
    printer: (device) => manager.printer(device),
    gate: lanes.serviceGate,
    light: (device) => manager.indicator(device),
    timers,
    ...terminalDayOf(parts, manager),
    testPage: (device) =>
      layOutTestPage({ columns: columnsOf(configuration.devices, device), machine, at: toIso(clock.wall()), timeZone: timeZone() }),
  });
}

function terminalDayOf({ configuration, ledger }: Surrounded, manager: DeviceManager) {
  const terminal = configuration.kiosk?.terminal;
  return terminal === undefined ? {} : { terminalDay: createTerminalDay({ ledger, terminal: manager.terminal(terminal), clock }) };
}

/** Nothing where no device is simulated. */
export function composeBench(
  parts: Surrounded,
  links: SiteLinks,
  site: SiteWire | undefined,
  onChange: () => void,
): { readonly bench?: BenchSource } {
  const { devices, broker, authority, log } = parts;
  if (!hasSimulators(devices)) return {};
  const turn = (what: string, work: Promise<unknown> | undefined): void => {
    work?.then(onChange, (cause: unknown) => {
      log.error({ err: cause }, `the bench could not ${what}`);
      onChange();
    });
  };
  const connectNow = (): void => {
    links.uplink.nudge();
    authority.embedded?.nudge();
  };
  const wires = {
    state: () => ({
      broker: broker.embedded?.isRunning() ?? true,
      boxOffice: authority.wire?.isJoined ?? true,
      site: site?.isJoined() ?? null,
    }),
    setBroker: (isJoined: boolean) => turn('switch the broker', isJoined ? broker.embedded?.start().then(connectNow) : broker.embedded?.stop()),
    setBoxOffice: (isJoined: boolean) => turn('switch the wire', isJoined ? authority.wire?.join() : authority.wire?.cut()),
    setSite: (isJoined: boolean) => turn('switch the wire to the other gates', isJoined ? site?.join() : site?.cut()),
  };
  return { bench: createBench({ simulators: devices.simulators, wires, onChange }) };
}
