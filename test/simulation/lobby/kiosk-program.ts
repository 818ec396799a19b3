import type { BoxOfficeClient } from '#agent/box-office-client/box-office-client.ts';
import { createKiosk, type Kiosk } from '#agent/kiosk/kiosk.ts';
import { createLedger } from '#agent/ledger/ledger.ts';
import { createOutbox } from '#agent/ledger/outbox.ts';
import { createTelemetryRing } from '#agent/ledger/telemetry-ring.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { createOutboxPump } from '#agent/uplink/outbox-pump.ts';
import { LIMITS } from '#core/base/limits.ts';
import { MachineId } from '#core/contract/identifiers.ts';
import type { Disk } from '../kernel/disk.ts';
import type { Life } from '../kernel/life.ts';
import type { MachineTime } from '../kernel/machine-time.ts';
import type { Prng } from '../kernel/prng.ts';
import type { LobbyBroker } from './broker.ts';
import type { LobbyCollaborators } from './collaborators.ts';
import { HOUSE } from './house.ts';
import { type PrinterDevice, paperOf } from './printer-device.ts';

/** One life of a kiosk's program: the product's parts put together as `compose.ts` does it. */
export interface KioskProgramParts {
  readonly machine: string;
  readonly life: Life;
  readonly disk: Disk;
  readonly time: MachineTime;
  readonly chance: Prng;
  readonly printer: PrinterDevice;
  readonly client: BoxOfficeClient;
  readonly broker: LobbyBroker;
  readonly collaborators: LobbyCollaborators;
  readonly onFatal: (cause: unknown) => void;
}

export function createKioskProgram(parts: KioskProgramParts): Kiosk {
  const { life, time, disk, chance, collaborators: of, printer } = parts;
  const machine = MachineId.parse(parts.machine);
  const { clock } = time;
  const timers = time.timersOf(life);
  const ledger = createLedger(disk.open(life), { clock, random: chance, boot: `${parts.machine}-${life.number}` });
  const realPrinter = printer.portOf(life);
  const kiosk = createKiosk({
    machine,
    siteId: HOUSE.site.id,
    ledger,
    boxOffice: of.boxOffice?.(parts.client) ?? parts.client,
    printers: [{ id: 'printer', columns: 48, port: { ...(of.printer?.(realPrinter) ?? realPrinter), powerCycled: () => undefined } }],
    speakTicket: () => ({ zh: '', en: '' }),
    layOutTicket: (_, __, ticketId) => paperOf(ticketId),
    clock,
    timers,
    random: chance,
    log: silentLog,
    limits: LIMITS.sale,
    onSession: () => undefined,
    onNotice: () => undefined,
    onStore: () => undefined,
    onFatal: parts.onFatal,
  });
  const realOutbox = createOutbox(ledger);
  const pump = createOutboxPump({
    machine,
    ledger,
    outbox: of.outbox?.(realOutbox, disk) ?? realOutbox,
    clock,
    timers,
    log: silentLog,
    telemetry: createTelemetryRing(ledger),
    clockQuality: () => undefined,
    encode: async (json) => Buffer.from(json),
    onChange: () => undefined,
  });
  kiosk.start();
  kiosk.printerHealth(printer.health());
  printer.onHealth(life, (state) => kiosk.printerHealth(state));
  kiosk.scannerHealth({ kind: 'ready', reasons: [] });
  parts.broker.connect(life, { linkUp: pump.linkUp, linkDown: pump.linkDown, acknowledged: pump.acknowledged });
  return kiosk;
}
