import { join } from 'node:path';
import { LIMITS } from '#core/base/limits.ts';
import { DeviceId } from '#core/contract/identifiers.ts';
import type { StaffPrinter } from '#core/contract/local/staff.ts';
import type { HealthReason } from '#core/ports/health.ts';
import type { ScannedCode } from '#core/ports/scanner.ts';
import type { DeviceManager } from '../devices/device-manager.ts';
import type { Kiosk } from '../kiosk/kiosk.ts';
import { createRecentOrders } from '../kiosk/recent-orders.ts';
import type { StaffSource } from '../local-api/staff-handlers.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '../runtime/clock.ts';
import { createMoneyWatch, type MoneyWatch } from '../staff/money-watch.ts';
import { createNotedOrders } from '../staff/noted-orders.ts';
import { pinCrypto } from '../staff/pin.ts';
import { createSessions } from '../staff/sessions.ts';
import { createStaff, type Staff } from '../staff/staff.ts';
import { STAFF_FILE } from '../staff/staff-command.ts';
import { createStaffDesk } from '../staff/staff-desk.ts';
import type { Surrounded } from './parts.ts';
import type { SiteLinks } from './site-links.ts';

/** One list of staff for all pages of the machine, and a lock for each. */
export function composeStaff({ data, ledger }: Surrounded, { siteClock }: SiteLinks): Staff {
  return createStaff({ file: join(data, STAFF_FILE), pins: pinCrypto, ledger, clock, lowerBound: () => siteClock.now().earliest });
}

export interface ComposedDesk {
  readonly desk: StaffSource;
  /** From the kiosk's scanner: whether whoever is signed in had asked for it. */
  scanned(code: ScannedCode): boolean;
  readonly money: MoneyWatch;
  /** Ends the sessions on the staff's page; answers how many there were. */
  signOutAll(): number;
}

export interface DeskSurroundings {
  readonly staff: Staff;
  readonly kiosk: Kiosk | undefined;
  readonly timeZone: () => string | undefined;
  readonly onChanged: () => void;
}

/** Undefined on a machine that neither sells nor is the box office. */
export function composeDesk(
  parts: Surrounded,
  manager: Pick<DeviceManager, 'health'>,
  links: SiteLinks,
  { staff, kiosk, timeZone, onChanged }: DeskSurroundings,
): ComposedDesk | undefined {
  const { configuration, ledger, authority, closure, log } = parts;
  if (kiosk === undefined && authority.embedded === undefined) return undefined;
  const sessions = createSessions({ clock, random, holder: staff.holder, life: LIMITS.staff.kioskIdle });
  const noted = createNotedOrders(ledger);
  const money = createMoneyWatch(links.boxOffice, timers, { onRead: noted.arrived, onChanged });
  const own = new Set(configuration.kiosk?.printer);
  const printers = (): StaffPrinter[] =>
    manager
      .health()
      .filter(({ device }) => own.has(DeviceId.parse(device)))
      .map(({ device, state: { kind, reasons } }) => ({
        device: DeviceId.parse(device),
        state: kind,
        reasons: [...reasons],
        needsPowerCycle: (reasons as readonly HealthReason[]).includes('needs-power-cycle'),
      }));
  const desk = createStaffDesk({
    machine: configuration.machine,
    site: configuration.site,
    staff,
    sessions,
    boxOffice: links.boxOffice,
    money,
    noted,
    ...(kiosk === undefined ? {} : { kiosk: { kiosk, closure, printers, recent: createRecentOrders(ledger), onClosure: onChanged } }),
    ...(authority.embedded === undefined ? {} : { commands: authority.embedded.commands }),
    ledger,
    timeZone,
    clock,
    timers,
    log: log.child({ part: 'staff' }),
  });
  return { desk, scanned: desk.scanned, money, signOutAll: sessions.closeAll };
}
