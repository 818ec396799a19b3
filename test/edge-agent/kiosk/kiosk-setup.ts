import { onTestFinished } from 'vitest';
import { createKiosk, type Kiosk } from '#agent/kiosk/kiosk.ts';
import { type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { createLog } from '#agent/runtime/log.ts';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Duration, seconds } from '#core/base/time.ts';
import { MachineId, SiteId } from '#core/contract/identifiers.ts';
import type { KioskSession, ScanNotice } from '#core/contract/local/kiosk.ts';
import { EventBody } from '#core/contract/wire/events.ts';
import type { SaleLimits } from '#core/kiosk/sale.ts';
import { layOutClaimSlip } from '#core/paper/claim-slip.ts';
import { layOutReceipt } from '#core/paper/receipt.ts';
import type { HealthState } from '#core/ports/health.ts';
import type { PaperDocument } from '#core/ports/paper-document.ts';
import type { PaymentTerminal } from '#core/ports/payment-terminal.ts';
import type { PrintJob, PrintOutcome } from '#core/ports/ticket-printer.ts';
import { createVirtualTime, type VirtualTime } from '../../support/virtual-time.ts';
import { createFakeBoxOffice, type FakeBoxOffice } from './fake-box-office.ts';
import { SEATS, SHOW } from './fake-programme.ts';

/** One kiosk with a ledger that survives its crashes, a printer whose every job is decided by the test, and time that stands still. */
export interface KioskSetup {
  readonly office: FakeBoxOffice;
  readonly ledger: Ledger;
  readonly printer: ScriptedPrinter;
  readonly sessions: KioskSession[];
  readonly notices: ScanNotice[];
  readonly fatal: unknown[];
  /** Every line of the log. */
  readonly logged: string[];
  readonly kiosk: Kiosk;
  readonly time: VirtualTime;
  phase(): KioskSession['phase'];
  advance(span: Duration): Promise<void>;
  settle(): Promise<void>;
  /** Seats for `count`, up to the review screen. */
  choose(count?: number): ReturnType<Kiosk['confirmSeats']>;
  /** Up to the payment code. */
  payUpToCode(count?: number): Promise<void>;
  /** The power goes and comes back after `pause`; nothing of the old kiosk can act any more. */
  /** The program dies and is started again; the machine stays on. */
  restart(pause?: Duration): Promise<void>;
  /** The machine itself was off. */
  powerCut(pause?: Duration): Promise<void>;
  scan(text: string): Promise<void>;
  health(state: HealthState, printer?: 'printer-a' | 'printer-b'): Promise<void>;
  /** Every event of the ledger, in the order of its commits. */
  events(): EventBody[];
  saleSteps(): string[];
  printOutcomes(): string[];
  /** Slips and receipts as the ledger has them: kind, earlier ones, state, fault. */
  sidePapers(): string[];
  failLedger(on: boolean): void;
}

export interface ScriptedPrinter {
  /** Jobs that wait for their outcome, oldest first. */
  readonly jobs: (PrintJob & { readonly printer: string })[];
  /** Slips and receipts, oldest first. */
  readonly papers: SidePaperOut[];
  /** How the next of them end, one each; printed when nothing is said. `never`: begun, and the printer says no more. */
  readonly paperEnds: (PrintOutcome | 'never')[];
  /** Printers of which a person said that they were switched off and on. */
  readonly cycled: string[];
  /** Every ticket whose first byte was allowed, in order. */
  readonly begun: string[];
  /** Lets the oldest job begin and takes the power away: nobody will say what is on paper. */
  begin(): void;
  /** Lets the oldest job begin and ends it. */
  end(outcome: PrintOutcome): Promise<void>;
  printAll(): Promise<void>;
}

export const READY: HealthState = { kind: 'ready', reasons: [] };
export const PAPER_OUT: HealthState = { kind: 'blocked', reasons: ['paper-out'] };
export const PRINTED: PrintOutcome = { kind: 'printed', evidence: 'cut-confirmed' };
export const PAPER_ENDED_IN_TICKET: PrintOutcome = {
  kind: 'uncertain',
  evidence: 'accepted',
  fault: { code: 'E-PRN-PAPER', owner: 'device', message: 'the printer is out of paper' },
};
export const NOT_BEGUN: PrintOutcome = {
  kind: 'not-printed',
  fault: { code: 'E-PRN-PAPER', owner: 'device', message: 'the printer is out of paper' },
};

const REFUSED_BY_THE_LEDGER: PrintOutcome = {
  kind: 'not-printed',
  fault: { code: 'E-PRN-JOURNAL', owner: 'store', message: 'the attempt to print could not be recorded, so nothing was sent' },
};

const limits: SaleLimits = LIMITS.sale;

export interface KioskOptions {
  /** Asked for at every start of the kiosk: a terminal outlives the program that drives it. */
  readonly terminal?: () => PaymentTerminal;
  /** How it is at each of those starts; ready when nothing is said. */
  readonly terminalState?: () => HealthState;
  readonly goods?: 'confirmed' | 'printed';
  readonly printers?: 1 | 2;
  readonly receipts?: 'asked' | 'always';
}

export interface SidePaperOut {
  readonly what: string;
  readonly printer: string;
  readonly document: PaperDocument;
}

const PRINTERS = ['printer-a', 'printer-b'] as const;

export async function setUpKiosk(options: KioskOptions = {}): Promise<KioskSetup> {
  let time = createVirtualTime();
  const ledger = openLedger(':memory:', { clock: time.clock, random: countingRandom(1), boot: 'boot-1' });
  onTestFinished(() => ledger.close());
  const office = createFakeBoxOffice({ wall: () => time.clock.wall(), monotonic: () => time.clock.monotonic() });
  const sessions: KioskSession[] = [];
  const notices: ScanNotice[] = [];
  const fatal: unknown[] = [];
  const logged: string[] = [];
  const log = createLog('debug', { write: (line) => logged.push(line) });
  let generation = 0;
  let machineBoots = 1;
  let isFailing = false;
  const papers: SidePaperOut[] = [];
  const paperEnds: (PrintOutcome | 'never')[] = [];
  const cycled: string[] = [];
  const jobs: (PrintJob & { printer: string; settle: (outcome: PrintOutcome) => void })[] = [];
  const begun: string[] = [];

  const isSidePaper = ({ jobId }: PrintJob): boolean => /^(slip|receipt)-/.test(jobId);

  /** As drivers do: when the first byte is not allowed, nothing is sent. */
  const mayBegin = (job: PrintJob): boolean => {
    try {
      job.beforeFirstByte();
    } catch (cause) {
      if (cause instanceof FaultError || /given up/.test(String(cause))) return false;
      throw cause;
    }
    if (!isSidePaper(job)) begun.push(job.jobId.slice(-16));
    return true;
  };

  const makeKiosk = (): Kiosk => {
    const mine = ++generation;
    /** A process that lost its power writes nothing and hears nothing. */
    const alive = (): void => {
      if (mine !== generation) throw new Error('this process is dead');
    };
    return createKiosk({
      machine: MachineId.parse('kiosk-1'),
      siteId: SiteId.parse('36090702'),
      machineBoot: `start-${machineBoots}-of-the-machine`,
      ledger: {
        database: ledger.database,
        chain: ledger.chain,
        append: (body) => ledger.append(body),
        transaction: (work) => {
          alive();
          if (isFailing) throw new FaultError({ code: 'E-STO-FULL', owner: 'store', message: 'The disk is full.' });
          return ledger.transaction(work);
        },
      },
      boxOffice: office.client,
      ...(options.terminal === undefined ? {} : { terminal: { port: options.terminal(), goods: options.goods ?? 'confirmed' } }),
      printers: PRINTERS.slice(0, options.printers ?? 1).map((id) => ({
        id,
        columns: 48,
        port: {
          print: (job) => {
            // Slips and receipts come out by themselves; the tests decide about tickets.
            if (!isSidePaper(job)) return new Promise((settle) => jobs.push({ ...job, printer: id, settle }));
            const ending = paperEnds.shift() ?? PRINTED;
            if (ending === 'never') return new Promise(() => job.beforeFirstByte());
            if (!mayBegin(job)) return Promise.resolve(REFUSED_BY_THE_LEDGER);
            papers.push({ what: job.jobId.split('-')[0] ?? '', printer: id, document: job.document });
            return Promise.resolve(ending);
          },
          powerCycled: () => cycled.push(id),
        },
      })),
      speech: { ticket: () => ({ zh: '', en: '' }), paper: ({ kind }) => ({ zh: `${kind} aloud`, en: `${kind} aloud` }) },
      receipts: options.receipts ?? 'asked',
      layOutPaper: (paper, place) => (paper.kind === 'slip' ? layOutClaimSlip(paper.slip, 'cn', place) : layOutReceipt(paper.receipt, 'cn', place)),
      layOutTicket: (_face, _code, _ticketId, { columns, reprint }) => ({
        columns,
        blocks: reprint === undefined ? [] : [{ kind: 'feed', lines: reprint }],
        cut: 'partial',
      }),
      clock: time.clock,
      timers: time.timers,
      random: countingRandom(mine * 1_000),
      log,
      limits,
      onSession: (session) => mine === generation && sessions.push(session),
      onNotice: (notice) => notices.push(notice),
      onStore: () => {},
      onFatal: (cause) => mine === generation && fatal.push(cause),
    });
  };
  let kiosk = makeKiosk();
  const startKiosk = (): void => {
    kiosk.start();
    for (const id of PRINTERS.slice(0, options.printers ?? 1)) kiosk.printerHealth(READY, id);
    kiosk.scannerHealth(READY);
    if (options.terminal !== undefined) kiosk.terminalHealth(options.terminalState?.() ?? READY);
  };
  startKiosk();

  const setup: KioskSetup = {
    office,
    ledger,
    sessions,
    notices,
    fatal,
    logged,
    // Whoever holds these goes on with the kiosk and the time that there are after a power cut.
    kiosk: {
      start: () => kiosk.start(),
      stop: () => kiosk.stop(),
      session: () => kiosk.session(),
      confirmSeats: (chosen) => kiosk.confirmSeats(chosen),
      pay: () => kiosk.pay(),
      choosePayment: (choice) => kiosk.choosePayment(choice),
      back: () => kiosk.back(),
      memberCard: (card) => kiosk.memberCard(card),
      memberPin: (pin) => kiosk.memberPin(pin),
      memberConfirm: () => kiosk.memberConfirm(),
      cancel: () => kiosk.cancel(),
      lookUp: (code) => kiosk.lookUp(code),
      print: (ids) => kiosk.print(ids),
      resume: () => kiosk.resume(),
      claimSlip: () => kiosk.claimSlip(),
      receipt: () => kiosk.receipt(),
      resumeOrder: (orderId) => kiosk.resumeOrder(orderId),
      reprint: (wish) => kiosk.reprint(wish),
      printerPowerCycled: (printer, by) => kiosk.printerPowerCycled(printer, by),
      leave: () => kiosk.leave(),
      scanned: (code) => kiosk.scanned(code),
      cardRead: (read) => kiosk.cardRead(read),
      printerHealth: (state, printer) => kiosk.printerHealth(state, printer),
      scannerHealth: (state) => kiosk.scannerHealth(state),
      terminalHealth: (state) => kiosk.terminalHealth(state),
      openSales: () => kiosk.openSales(),
    },
    time: {
      clock: { wall: () => time.clock.wall(), monotonic: () => time.clock.monotonic() },
      timers: { after: (delay, action) => time.timers.after(delay, action) },
      advance: (span) => time.advance(span),
      settle: () => time.settle(),
      jumpWall: (by) => time.jumpWall(by),
      pendingTimers: () => time.pendingTimers(),
    },
    printer: {
      jobs,
      papers,
      paperEnds,
      cycled,
      begun,
      begin: () => {
        const [job] = jobs;
        if (job !== undefined) mayBegin(job);
      },
      end: async (outcome) => {
        await time.settle();
        const job = jobs.shift();
        if (job === undefined) throw new Error('nothing waits to be printed');
        job.settle(outcome.kind === 'not-printed' || mayBegin(job) ? outcome : REFUSED_BY_THE_LEDGER);
        await time.settle();
      },
      printAll: async () => {
        await time.settle();
        while (jobs.length > 0) await setup.printer.end(PRINTED);
      },
    },
    phase: () => kiosk.session().phase,
    advance: (span) => time.advance(span),
    settle: () => time.settle(),
    choose: async (count = 2) => {
      const seats = SEATS.slice(0, count).map((seatId) => ({ seatId, ticketType: 'adult' as const }));
      return kiosk.confirmSeats({ showId: SHOW, seats, submitTotal: { minor: 4_800 * count, currency: 'CNY' } });
    },
    payUpToCode: async (count) => {
      await setup.choose(count);
      await kiosk.pay();
      await time.settle();
    },
    restart: async (pause = seconds(3)) => {
      generation++;
      jobs.length = 0;
      const wall = time.clock.wall();
      await time.settle();
      time = createVirtualTime(wall);
      await time.advance(pause);
      kiosk = makeKiosk();
      startKiosk();
      await time.settle();
    },
    powerCut: async (pause) => {
      machineBoots++;
      await setup.restart(pause);
    },
    scan: async (text) => {
      kiosk.scanned({ bytes: new TextEncoder().encode(text), at: time.clock.monotonic() });
      await time.settle();
    },
    health: async (state, printer) => {
      kiosk.printerHealth(state, printer);
      await time.settle();
    },
    events: () => ledger.database.prepare<[], { type: string; body: string }>('SELECT type, body FROM outbox ORDER BY lane, seq').all().map(eventOf),
    saleSteps: () => setup.events().flatMap((event) => (event.t === 'sale' ? [event.d.step] : [])),
    printOutcomes: () => setup.events().flatMap((event) => (event.t === 'print' ? [`${event.d.ticketId.slice(-2)} ${event.d.outcome}`] : [])),
    sidePapers: () =>
      ledger.database
        .prepare<[], string>(`SELECT kind || ' ' || earlier || ' ' || state || coalesce(' ' || fault_code, '') FROM side_paper ORDER BY paper_id`)
        .pluck()
        .all(),
    failLedger: (on) => {
      isFailing = on;
    },
  };
  // The box office learns of prints as it would over MQTT, a little later.
  let heard = 0;
  ledger.onAppended(() => {
    const events = setup.events();
    for (const event of events.slice(heard)) office.hear(event);
    heard = events.length;
  });
  await time.settle();
  return setup;
}

const eventOf = ({ type, body }: { type: string; body: string }): EventBody => EventBody.parse({ t: type, d: JSON.parse(body) });

/** Different bytes at every call, the same in every run. */
function countingRandom(start: number) {
  let count = start;
  return {
    uniform: () => 0.5,
    bytes: (length: number) => Uint8Array.from({ length }, (_, index) => (index < 4 ? 7 : (count++ * 31 + index) & 0xff)),
  };
}
