import { LIMITS } from '#core/base/limits.ts';
import type { DeviceId } from '#core/contract/identifiers.ts';
import type { HealthState } from '#core/ports/health.ts';
import type { ScannedCode } from '#core/ports/scanner.ts';
import type { Configuration } from '../configuration/schema.ts';
import type { DeviceManager } from '../devices/device-manager.ts';
import type { Closure } from '../kiosk/closure.ts';
import { createKiosk, type Kiosk, type KioskParts } from '../kiosk/kiosk.ts';
import { whileThereIsRoom } from '../kiosk/while-there-is-room.ts';
import { nameOfStart } from '../ledger/machine-boot.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '../runtime/clock.ts';
import { linuxMachineTime } from '../runtime/machine-time.ts';
import { columnsOf } from './devices.ts';
import { kioskPapers } from './kiosk-papers.ts';
import type { Surrounded } from './parts.ts';
import type { SiteLinks } from './site-links.ts';

/** The kiosk with its printer and its scanner; undefined on a machine that is no kiosk. */
export function composeKiosk(
  parts: Surrounded,
  manager: DeviceManager,
  links: SiteLinks,
  siteLayout: () => 'cn' | 'generic',
  { isForStaff, ...events }: Pick<KioskParts, 'onSession' | 'onNotice' | 'onStore'> & { readonly isForStaff: (code: ScannedCode) => boolean },
): Kiosk | undefined {
  const { configuration, ledger, log } = parts;
  if (configuration.kiosk === undefined) return undefined;
  const { printer, scanner, terminal, goods, cardReader, receipts } = configuration.kiosk;
  const kiosk = createKiosk({
    machine: configuration.machine,
    siteId: configuration.site,
    machineBoot: nameOfStart(ledger, linuxMachineTime()),
    ledger,
    boxOffice: links.boxOffice,
    printers: printer.map((id) => ({ id, columns: columnsOf(configuration.devices, id), port: manager.printer(id) })),
    ...kioskPapers(configuration.kiosk, siteLayout),
    receipts,
    clock,
    timers,
    random,
    log: log.child({ part: 'kiosk' }),
    limits: LIMITS.sale,
    ...(terminal === undefined ? {} : { terminal: { port: manager.terminal(terminal), goods } }),
    ...events,
    // Thrown outside every handler, so that the process's last one sees it: log, flush, exit, and a fresh start takes up the journal.
    onFatal: (cause) =>
      queueMicrotask(() => {
        throw cause;
      }),
  });
  const open = whileItIsOpen(whileThereIsRoom(kiosk, parts.storeKeeping.pressure), parts.closure);
  manager.scanner(scanner).onCode((code) => {
    if (!isForStaff(code)) open.scanned(code);
  });
  if (cardReader !== undefined) manager.cardReader(cardReader).onCard((read) => open.cardRead(read));
  return open;
}

/** A device of the machine has changed its state: the kiosk hears of its own. */
export function tellKiosk(kiosk: Kiosk | undefined, settings: Configuration['kiosk'], device: DeviceId, state: HealthState): void {
  if (kiosk === undefined || settings === undefined) return;
  if (settings.printer.includes(device)) kiosk.printerHealth(state, device);
  if (settings.scanner === device) kiosk.scannerHealth(state);
  if (settings.terminal === device) kiosk.terminalHealth(state);
}

/** Staff have taken it out of service: nobody begins anything, and whoever is in the middle of it comes to her end. */
function whileItIsOpen(kiosk: Kiosk, { closed }: Closure): Kiosk {
  const shut = async () => ({ reply: { kind: 'unavailable', lost: 'closed' }, session: kiosk.session() }) as const;
  return {
    ...kiosk,
    confirmSeats: (seats) => (closed() === undefined ? kiosk.confirmSeats(seats) : shut()),
    lookUp: (code) => (closed() === undefined ? kiosk.lookUp(code) : shut()),
    scanned: (code) => {
      if (closed() === undefined || kiosk.session().phase !== 'idle') kiosk.scanned(code);
    },
    cardRead: (read) => {
      if (closed() === undefined || kiosk.session().phase !== 'idle') kiosk.cardRead(read);
    },
  };
}
