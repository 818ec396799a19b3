import type { Money } from '#core/base/money.ts';
import type { Instant } from '#core/base/time.ts';
import { ulid } from '#core/base/ulid.ts';
import type { TicketTypeId } from '#core/contract/box-office/programme.ts';
import type { MemberCardCode, TicketFace } from '#core/contract/box-office/sales.ts';
import type { MachineId, OrderId, SeatId, ShowId, SiteId, TicketId } from '#core/contract/identifiers.ts';
import type { KioskSession, ScanNotice } from '#core/contract/local/kiosk.ts';
import type { ReceiptHabit, ReprintResult } from '#core/kiosk/delivery.ts';
import type { CommandReply, KioskCommand } from '#core/kiosk/kiosk.ts';
import { wantedScan } from '#core/kiosk/payment-choice.ts';
import type { PaymentChoice, WantedScan } from '#core/kiosk/payment-offers.ts';
import { type OnePrinter, viewOfPrinters } from '#core/kiosk/printers.ts';
import type { SaleLimits, Scene } from '#core/kiosk/sale.ts';
import type { Speech } from '#core/kiosk/session-view.ts';
import type { SidePaperContent, SidePaperPlace } from '#core/paper/side-paper.ts';
import type { CardRead } from '#core/ports/card-reader.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';
import type { HealthState } from '#core/ports/health.ts';
import type { PaperDocument } from '#core/ports/paper-document.ts';
import type { PaymentTerminal } from '#core/ports/payment-terminal.ts';
import type { ScannedCode } from '#core/ports/scanner.ts';
import type { TicketPrinter } from '#core/ports/ticket-printer.ts';
import { codeOfCard } from '../devices/card-code.ts';
import { createBookingJournal } from '../ledger/booking-journal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createPrintLedger } from '../ledger/print-ledger.ts';
import { createSaleJournal } from '../ledger/sale-journal.ts';
import { createSidePapers } from '../ledger/side-papers.ts';
import type { Log } from '../runtime/log.ts';
import type { KioskBoxOffice } from './box-office-calls.ts';
import { createEffectRunner } from './effect-runner.ts';
import { kioskScan } from './scan-context.ts';
import { createStaffPrints, type ReprintOrder } from './staff-prints.ts';

/** A kiosk: one guest at a time, sales and deliveries that outlive her, a printer that is believed only when it proves. */
export interface Kiosk {
  /** Takes up what the journal left open. Call once, before any command. */
  start(): void;
  /** Ends timers and answers what still waits; what is open is taken up again by the next start. Resolves when no call and no print is under way. */
  stop(): Promise<void>;
  session(): KioskSession;
  confirmSeats(chosen: ChosenSeats): Promise<CommandOutcome>;
  pay(): Promise<CommandOutcome>;
  choosePayment(choice: PaymentChoice): Promise<CommandOutcome>;
  /** From a way to pay to the choice, from the choice to the review. */
  back(): Promise<CommandOutcome>;
  memberCard(card: MemberCardCode): Promise<CommandOutcome>;
  memberPin(pin: string): Promise<CommandOutcome>;
  memberConfirm(): Promise<CommandOutcome>;
  cancel(): Promise<CommandOutcome>;
  lookUp(code: string): Promise<CommandOutcome>;
  print(ticketIds: readonly TicketId[] | undefined): Promise<CommandOutcome>;
  resume(): Promise<CommandOutcome>;
  /** The claim slip, where none came by itself. */
  claimSlip(): Promise<CommandOutcome>;
  /** The receipt of the order that was printed last, while its screen stands. */
  receipt(): Promise<CommandOutcome>;
  /** For staff: what of the order is still to be printed, on this machine, shown like a collection. */
  resumeOrder(orderId: OrderId): Promise<CommandOutcome>;
  /**
   * For staff: one printed ticket again, marked and counted. Resolves when it came to its end; `not-now` while a guest is served.
   * @throws as `Ledger.transaction`, before anything was asked or printed
   */
  reprint(order: ReprintOrder): Promise<ReprintResult | { readonly kind: 'not-now' }>;
  /**
   * For staff: the printer was switched off and on, so that it holds nothing of an interrupted print. False when there is no such printer.
   * @throws as `Ledger.transaction`
   */
  printerPowerCycled(printer: string, by: string): boolean;
  leave(): Promise<CommandOutcome>;
  /** From the kiosk's scanner: hostile bytes. */
  scanned(code: ScannedCode): void;
  /** From the kiosk's card reader: as hostile. */
  cardRead(read: CardRead): void;
  /** From the device manager, on every change of one of the kiosk's printers; the first when none is named. */
  printerHealth(state: HealthState, printer?: string): void;
  scannerHealth(state: HealthState): void;
  terminalHealth(state: HealthState): void;
  /** Sales that are not at their end, for gauges. */
  openSales(): number;
}

export interface ChosenSeats {
  readonly showId: ShowId;
  readonly seats: readonly { readonly seatId: SeatId; readonly ticketType: TicketTypeId }[];
  readonly submitTotal: Money;
}

export interface CommandOutcome {
  readonly reply: CommandReply;
  readonly session: KioskSession;
}

export interface KioskPrinter {
  readonly id: string;
  /** Of its paper. */
  readonly columns: number;
  readonly port: Pick<TicketPrinter, 'print' | 'powerCycled'>;
}

/** Where a ticket is printed, and as which reprint, if it is one. */
export interface TicketPlace {
  readonly columns: number;
  readonly reprint: number | undefined;
}

export interface KioskParts {
  readonly machine: MachineId;
  readonly siteId: SiteId;
  /** Names this start of the machine, not of the program: only while it was off can its disk have been exchanged for an older copy. */
  readonly machineBoot: string;
  readonly ledger: Pick<Ledger, 'database' | 'chain' | 'transaction' | 'append'>;
  readonly boxOffice: KioskBoxOffice;
  /** At least one, in the order in which they are to be used. */
  readonly printers: readonly KioskPrinter[];
  /** `goods`: what the terminal waits for before a booking stands. Absent where guests cannot pay by card. */
  readonly terminal?: { readonly port: PaymentTerminal; readonly goods: 'confirmed' | 'printed' };
  readonly layOutTicket: (face: TicketFace, code: string, ticketId: TicketId, on: TicketPlace) => PaperDocument;
  readonly layOutPaper: (paper: SidePaperContent, on: SidePaperPlace) => PaperDocument;
  /** What is on each, for guests who do not read it. */
  readonly speech: Speech;
  readonly receipts: ReceiptHabit;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly limits: SaleLimits;
  /** After every change of what the screen draws. */
  readonly onSession: (session: KioskSession) => void;
  readonly onNotice: (notice: ScanNotice) => void;
  /** Told whether the ledger takes what it is given, so that selling can be closed when the disk is full. */
  readonly onStore: (isWell: boolean) => void;
  /** The ledger cannot say what it holds (StoreUnknownError), or our own code broke a promise: the process must stop. */
  readonly onFatal: (cause: unknown) => void;
}

export function createKiosk(parts: KioskParts): Kiosk {
  const { clock, random, boxOffice, log } = parts;
  const journal = createSaleJournal(parts.ledger);
  const prints = createPrintLedger(parts.ledger);
  const papers = createSidePapers(parts.ledger);
  const bookings = createBookingJournal(parts.ledger);
  let printers: readonly OnePrinter[] = parts.printers.map(({ id }) => ({ id, isWell: false, isAbsent: true, reasons: [] }));
  const onReprint = (deliveryId: string, result: ReprintResult): void => staff.ended(deliveryId, result);
  const runner = createEffectRunner({ ...parts, journal, prints, papers, bookings, onReprint });
  const scenes = new Map<ShowId, Scene>();
  let departures = 0;
  const freshId = (): string => ulid(clock.wall(), random.bytes(10));

  const command = async (what: KioskCommand): Promise<CommandOutcome> => {
    const reply = await runner.ask(freshId(), what);
    return { reply, session: runner.session() };
  };

  const staff = createStaffPrints({ ...parts, freshId, ask: async (what) => (await command(what)).reply });

  /** What the screen says about the show; the programme changes rarely, so the last one is kept and read again only for a show that it lacks. */
  const sceneOf = async (showId: ShowId): Promise<Scene | CommandReply> => {
    const known = scenes.get(showId);
    if (known !== undefined) return known;
    const programme = await boxOffice.readProgramme();
    if (!programme.ok) {
      log.warn({ fault: programme.error.fault }, 'the programme could not be read');
      return { kind: 'unavailable', lost: 'box-office' };
    }
    const films = new Map(programme.value.films.map((film) => [film.id, film.title]));
    scenes.clear();
    for (const show of programme.value.shows) {
      const film = films.get(show.filmId);
      if (film !== undefined) scenes.set(show.id, { film, screenName: show.screenName, startsAt: show.startsAt });
    }
    return scenes.get(showId) ?? { kind: 'refused', refusal: { code: 'sale-ended' } };
  };

  /** What the screen asks the scanner for; undefined when codes are orders. */
  const scanWanted = (): WantedScan | undefined => {
    const { screen, sales } = runner.state();
    const sale = screen.kind === 'sale' ? sales.get(screen.saleId) : undefined;
    return sale === undefined ? undefined : wantedScan(sale);
  };

  return {
    start: () => {
      const now = clock.wall();
      prints.recover(now, parts.machineBoot);
      const sales = journal.readOpen();
      const deliveries = prints.readOpen();
      const isRecent = (changedAt: Instant): boolean => Math.abs(now - changedAt) <= parts.limits.restoreWithin;
      const recent = new Set([
        ...sales.filter(({ changedAt }) => isRecent(changedAt)).map(({ sale }) => sale.id),
        ...deliveries.filter(({ changedAt }) => isRecent(changedAt)).map(({ delivery }) => delivery.id),
      ]);
      runner.put({
        kind: 'restarted',
        at: now,
        sales: sales.map(({ sale }) => sale),
        deliveries: deliveries.map(({ delivery }) => delivery),
        bookings: bookings.readOpen(),
        terminal: { newest: bookings.readNewest(), leftToPerson: bookings.readLeftToPerson() },
        recent,
      });
    },
    stop: () => runner.stop(),
    session: () => runner.session(),
    confirmSeats: async ({ showId, seats, submitTotal }) => {
      const before = departures;
      const scene = await sceneOf(showId);
      if ('kind' in scene) return { reply: scene, session: runner.session() };
      // She left while the programme was read: nobody wants the seats any more.
      if (departures !== before) return { reply: { kind: 'not-now' }, session: runner.session() };
      return command({ kind: 'confirm-seats', saleId: freshId(), basket: { showId, lines: seats, submitTotal }, scene });
    },
    pay: () => command({ kind: 'pay' }),
    choosePayment: (choice) => command({ kind: 'choose-payment', choice }),
    back: () => command({ kind: 'back' }),
    memberCard: (card) => command({ kind: 'member-card', card }),
    memberPin: (pin) => command({ kind: 'member-pin', pin }),
    memberConfirm: () => command({ kind: 'member-confirm' }),
    cancel: () => command({ kind: 'cancel' }),
    lookUp: (code) => command({ kind: 'look-up', visitId: freshId(), code }),
    print: (ticketIds) => command({ kind: 'print', ticketIds }),
    resume: () => command({ kind: 'resume' }),
    claimSlip: () => command({ kind: 'claim-slip' }),
    receipt: () => command({ kind: 'receipt' }),
    resumeOrder: async (orderId) => {
      const found = await command({ kind: 'look-up', visitId: freshId(), code: orderId });
      return found.reply.kind === 'session' ? command({ kind: 'print', ticketIds: undefined }) : found;
    },
    reprint: (order) => staff.reprint(order),
    printerPowerCycled: (printer, by) => staff.powerCycled(printer, by),
    leave: () => {
      departures++;
      return command({ kind: 'leave' });
    },
    scanned: ({ bytes }) => runner.put({ kind: 'scanned', at: clock.wall(), visitId: freshId(), scan: kioskScan(bytes, parts.siteId, scanWanted()) }),
    cardRead: (read) => {
      const scan = codeOfCard(read);
      if (scan !== undefined) runner.put({ kind: 'scanned', at: clock.wall(), visitId: freshId(), scan });
    },
    printerHealth: ({ kind, reasons }, id = parts.printers[0]?.id) => {
      const changed = { isWell: isWell({ kind }), isAbsent: kind === 'absent' || kind === 'connecting', reasons };
      printers = printers.map((printer) => (printer.id === id ? { id: printer.id, ...changed } : printer));
      runner.put({ kind: 'printer', at: clock.wall(), printer: viewOfPrinters(printers) });
    },
    scannerHealth: (state) => runner.put({ kind: 'scanner', at: clock.wall(), isWell: isWell(state) }),
    terminalHealth: (state) => runner.put({ kind: 'terminal-state', at: clock.wall(), isWell: isWell(state) }),
    openSales: () => runner.state().sales.size,
  };
}

const isWell = ({ kind }: Pick<HealthState, 'kind'>): boolean => kind === 'ready' || kind === 'degraded';
