import type { BoxOfficeClient } from '#agent/box-office-client/box-office-client.ts';
import { createKiosk, type Kiosk } from '#agent/kiosk/kiosk.ts';
import { whileThereIsRoom } from '#agent/kiosk/while-there-is-room.ts';
import { createLedger } from '#agent/ledger/ledger.ts';
import { createOutbox } from '#agent/ledger/outbox.ts';
import { createTelemetryRing } from '#agent/ledger/telemetry-ring.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { watchStore } from '#agent/store/store-watch.ts';
import { createOutboxPump } from '#agent/uplink/outbox-pump.ts';
import { LIMITS } from '#core/base/limits.ts';
import { MachineId } from '#core/contract/identifiers.ts';
import { layOutClaimSlip } from '#core/paper/claim-slip.ts';
import { layOutReceipt } from '#core/paper/receipt.ts';
import type { StorePressure } from '#core/store/pressure.ts';
import type { Disk } from '../kernel/disk.ts';
import type { Life } from '../kernel/life.ts';
import type { MachineTime } from '../kernel/machine-time.ts';
import type { Prng } from '../kernel/prng.ts';
import type { LobbyBroker } from './broker.ts';
import type { LobbyCollaborators } from './collaborators.ts';
import { HOUSE } from './house.ts';
import { type PrinterDevice, paperOf } from './printer-device.ts';
import { BOUNDS, type DiskRoom } from './room.ts';
import type { TerminalDevice } from './terminal-device.ts';

/** One life of a kiosk's program: the product's parts put together as `compose.ts` does it. */
export interface KioskProgramParts {
  readonly machine: string;
  readonly life: Life;
  readonly disk: Disk;
  readonly room: DiskRoom;
  readonly time: MachineTime;
  readonly chance: Prng;
  /** In the order in which they are to be used. */
  readonly printers: readonly PrinterDevice[];
  readonly terminal: TerminalDevice | undefined;
  readonly client: BoxOfficeClient;
  readonly broker: LobbyBroker;
  readonly collaborators: LobbyCollaborators;
  readonly onFatal: (cause: unknown) => void;
}

export interface KioskProgram {
  readonly kiosk: Kiosk;
  readonly pressure: () => StorePressure;
}

export function createKioskProgram(parts: KioskProgramParts): KioskProgram {
  const { life, time, disk, room, chance, collaborators: of, printers, terminal } = parts;
  const machine = MachineId.parse(parts.machine);
  const { clock } = time;
  const timers = time.timersOf(life);
  const ledger = createLedger(disk.open(life), { clock, random: chance, boot: `${parts.machine}-${life.number}` });
  const watch = watchStore({
    database: ledger.database,
    ballast: room.ballast,
    bounds: BOUNDS,
    // Events that the box office has not taken for weeks are no matter of an evening.
    waitingShare: () => 0,
    timers,
    onChange: () => undefined,
    freeBytes: room.freeBytes,
    isReadOnly: () => false,
  });
  ledger.onFull(watch.refused);
  const seen = (): StorePressure => watch.condition().pressure;
  const pressure = of.pressure?.(seen) ?? seen;
  const kiosk = createKiosk({
    machine,
    siteId: HOUSE.site.id,
    machineBoot: of.machineBoot?.(time.boot()) ?? time.boot(),
    ledger,
    boxOffice: of.boxOffice?.(parts.client) ?? parts.client,
    speech: { ticket: () => ({ zh: '', en: '' }), paper: () => ({ zh: '', en: '' }) },
    receipts: 'asked',
    printers: printers.map((printer) => {
      const real = printer.portOf(life);
      return { id: printer.id, columns: 48, port: { ...(of.printer?.(real) ?? real), powerCycled: () => undefined } };
    }),
    ...(terminal === undefined
      ? {}
      : { terminal: { port: of.terminal?.(terminal.portOf(life)) ?? terminal.portOf(life), goods: 'confirmed' as const } }),
    layOutPaper: (paper, place) => (paper.kind === 'slip' ? layOutClaimSlip(paper.slip, 'cn', place) : layOutReceipt(paper.receipt, 'cn', place)),
    layOutTicket: (_, __, ticketId, { reprint }) => paperOf(ticketId, reprint),
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
  for (const printer of printers) {
    kiosk.printerHealth(printer.health(), printer.id);
    printer.onHealth(life, (state) => kiosk.printerHealth(state, printer.id));
  }
  if (terminal !== undefined) kiosk.terminalHealth({ kind: 'ready', reasons: [] });
  kiosk.scannerHealth({ kind: 'ready', reasons: [] });
  parts.broker.connect(life, { linkUp: pump.linkUp, linkDown: pump.linkDown, acknowledged: pump.acknowledged });
  return { kiosk: whileThereIsRoom(kiosk, pressure), pressure };
}
