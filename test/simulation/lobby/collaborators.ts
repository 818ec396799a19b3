import type { BoxOfficeStore } from '#agent/box-office/store/box-office-store.ts';
import type { KioskBoxOffice } from '#agent/kiosk/box-office-calls.ts';
import type { Outbox } from '#agent/ledger/outbox.ts';
import type { Line } from '#agent/uplink/outbox-pump.ts';
import type { PaymentProvider } from '#core/box-office/payment-provider.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { EventAck, EventBatch } from '#core/contract/wire/envelope.ts';
import type { PaymentTerminal } from '#core/ports/payment-terminal.ts';
import type { TicketPrinter } from '#core/ports/ticket-printer.ts';
import type { StorePressure } from '#core/store/pressure.ts';
import type { Disk } from '../kernel/disk.ts';

export type Receive = (machine: MachineId, batch: EventBatch) => Promise<EventAck>;

/** The seams of a lobby, each the product's own port. A world puts nothing in between; a canary puts a wrong part in the place of one. */
export interface LobbyCollaborators {
  machineBoot?(real: string): string;
  beforeStart?(disk: Disk, machine: string): void;
  afterEnd?(disk: Disk, machine: string): void;
  outbox?(real: Outbox, disk: Disk): Outbox;
  line?(real: Line, acknowledged: (ack: EventAck) => void): Line;
  boxOffice?(real: KioskBoxOffice): KioskBoxOffice;
  terminal?(real: PaymentTerminal): PaymentTerminal;
  pressure?(real: () => StorePressure): () => StorePressure;
  printer?(real: Pick<TicketPrinter, 'print'>): Pick<TicketPrinter, 'print'>;
  provider?(real: PaymentProvider): PaymentProvider;
  store?(real: BoxOfficeStore): BoxOfficeStore;
  receive?(real: Receive, store: BoxOfficeStore): Receive;
}
