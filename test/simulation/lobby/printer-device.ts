import { type Fault, InvariantError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { HealthReason, HealthState } from '#core/ports/health.ts';
import type { PaperDocument } from '#core/ports/paper-document.ts';
import type { PrintJob, PrintOutcome, TicketPrinter } from '#core/ports/ticket-printer.ts';
import { Crash, isEndOfLife, type Life } from '../kernel/life.ts';
import type { Prng } from '../kernel/prng.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { Paper } from './observation.ts';
import type { LobbyFault } from './plan.ts';

/**
 * A ticket printer as a device of the world. It outlives the program that speaks to it: what it has in its buffer comes out whether or not anybody still
 * listens. It may jam, run out of paper, fall silent after printing, or be unplugged; a person puts it right after a while.
 */
export interface PrinterDevice {
  readonly id: string;
  portOf(life: Life): Pick<TicketPrinter, 'print'>;
  health(): HealthState;
  /** Told of every change of its health, while the listener's life lasts. */
  onHealth(life: Life, listen: (state: HealthState) => void): void;
  break(kind: 'blocked' | 'absent', reason: HealthReason): void;
  repair(): void;
}

export interface PrinterSurroundings {
  readonly id: string;
  readonly machine: string;
  readonly timeline: Timeline;
  readonly chance: Prng;
  readonly happens: (fault: LobbyFault, often: number) => boolean;
  readonly crashes: (life: Life, where: string) => boolean;
  readonly printed: (paper: Paper) => void;
}

const READY: HealthState = { kind: 'ready', reasons: [] };
const PREFLIGHT_MS = [30, 200] as const;
const INK_MS = [700, 2_000] as const;
const ECHO_MS = [40, 400] as const;
const GIVEN_UP_MS = 20_000;
const REPAIRED_MS = [8_000, 70_000] as const;

/** The document of one ticket, as far as a world has to know: which it is, and as which reprint a person has asked for it. */
export function paperOf(ticketId: string, reprint: number | undefined): PaperDocument {
  const run = { width: 1, height: 1, bold: false } as const;
  const texts = reprint === undefined ? [ticketId] : [ticketId, `reprint ${reprint}`];
  return { columns: 48, blocks: [{ kind: 'text', align: 'left', runs: texts.map((text) => ({ ...run, text })) }], cut: 'full' };
}

function readPaper(document: PaperDocument): Pick<Paper, 'ticketId' | 'staffReason'> {
  const [block] = document.blocks;
  const [ticket, mark] = block?.kind === 'text' ? block.runs : [];
  return { ticketId: ticket?.text ?? '', staffReason: mark?.text };
}

export function createPrinterDevice({ id, machine, timeline, chance, happens, crashes, printed }: PrinterSurroundings): PrinterDevice {
  let state: HealthState = READY;
  let listener: { readonly life: Life; readonly listen: (state: HealthState) => void } | undefined;
  /** When the paper that is under way will be out. */
  let busyUntil = 0;

  const setHealth = (next: HealthState): void => {
    state = next;
    timeline.note(`printer of ${machine}: ${next.kind} ${next.reasons.join(' ')}`);
    if (listener !== undefined && !listener.life.isOver) listener.listen(next);
  };
  const fail = (kind: 'blocked' | 'absent', reason: HealthReason): void => {
    setHealth({ kind, reasons: [reason] });
    timeline.at(timeline.now() + chance.between(...REPAIRED_MS), 'a printer is put right', () => setHealth(READY));
  };
  const fault = (code: string): Fault => ({ code, owner: 'device', message: `printer of ${machine}: ${code}` });
  const after = (least: number, most: number, life: Life, what: string, action: () => void): void => {
    timeline.at(timeline.now() + chance.between(least, most), `${machine} ${what}`, () => {
      if (!life.isOver) action();
    });
  };
  const comesOut = (job: PrintJob, kind: Paper['kind']): void => {
    const paper: Paper = { machine, jobId: job.jobId, kind, at: timeline.now(), ...readPaper(job.document) };
    timeline.note(`paper of ${machine}: ${paper.ticketId} ${kind}, job ${job.jobId}`);
    printed(paper);
  };

  /** From the first byte on. The paper comes without the program, its answer only to a program that is still there. */
  const print = (life: Life, job: PrintJob, answer: (outcome: PrintOutcome) => void): void => {
    const inked = timeline.now() + chance.between(...INK_MS);
    busyUntil = inked;
    timeline.at(inked, `${machine} prints`, () => {
      const isCutOff = life.isOver;
      // A program that ended in the middle had sent all of it, a part, or nothing that makes a dot.
      const rest = isCutOff ? chance.pick(['whole', 'whole', 'ruined', 'nothing'] as const) : 'whole';
      if (rest === 'nothing') return;
      if (happens('paper-out', 0.06)) {
        fail('blocked', 'paper-out');
        if (chance.chance(0.5)) {
          answer({ kind: 'not-printed', fault: fault('E-PRN-PAPER') });
          return;
        }
        comesOut(job, 'ruined');
        answer({ kind: 'uncertain', evidence: 'accepted', fault: fault('E-PRN-PAPER') });
        return;
      }
      if (happens('printer-jam', 0.12)) {
        fail('blocked', 'cutter-jam');
        if (chance.chance(0.4)) {
          answer({ kind: 'not-printed', fault: fault('E-PRN-JAM') });
          return;
        }
        comesOut(job, chance.chance(0.5) ? 'ruined' : 'whole');
        answer({ kind: 'uncertain', evidence: 'print-confirmed', fault: fault('E-PRN-CUT') });
        return;
      }
      if (happens('printer-gone', 0.05)) {
        fail('absent', 'link-lost');
        comesOut(job, chance.pick(['whole', 'ruined'] as const));
        answer({ kind: 'uncertain', evidence: 'accepted', fault: fault('E-PRN-LINK') });
        return;
      }
      comesOut(job, rest);
      if (happens('printer-silent', 0.08)) {
        // One driver says that it heard nothing; one that is broken says nothing at all.
        if (chance.chance(0.3)) return;
        after(LIMITS.printer.echoTimeout, LIMITS.printer.echoTimeout + 1, life, 'hears no echo', () =>
          answer({ kind: 'uncertain', evidence: 'accepted', fault: fault('E-PRN-SILENT') }),
        );
        return;
      }
      after(...ECHO_MS, life, 'hears the echo', () => {
        if (!crashes(life, 'after a paper')) answer({ kind: 'printed', evidence: 'cut-confirmed' });
      });
    });
  };

  const begin = (life: Life, job: PrintJob, answer: (outcome: PrintOutcome) => void, broken: (cause: unknown) => void): void => {
    if (state.kind !== 'ready') {
      answer({ kind: 'not-printed', fault: fault(state.kind === 'absent' ? 'E-PRN-LINK' : 'E-PRN-PAPER') });
      return;
    }
    try {
      job.beforeFirstByte();
    } catch (cause) {
      if (isEndOfLife(cause) || cause instanceof InvariantError) {
        broken(cause);
        return;
      }
      answer({ kind: 'not-printed', fault: fault('E-PRN-RECORD') });
      return;
    }
    if (crashes(life, 'before a paper')) {
      broken(new Crash(life, 'before a paper'));
      return;
    }
    print(life, job, answer);
  };

  return {
    id,
    portOf: (life) => {
      let last: Promise<unknown> = Promise.resolve();
      // Slips and receipts let nobody in: what becomes of them is not looked at.
      const isTicket = ({ jobId }: PrintJob): boolean => !/^(slip|receipt)-/.test(jobId);
      const sidePaper = (job: PrintJob): PrintOutcome => {
        try {
          job.beforeFirstByte();
        } catch (cause) {
          if (isEndOfLife(cause) || cause instanceof InvariantError) throw cause;
          return { kind: 'not-printed', fault: fault('E-PRN-RECORD') };
        }
        return { kind: 'printed', evidence: 'cut-confirmed' };
      };
      const one = async (job: PrintJob): Promise<PrintOutcome> => (isTicket(job) ? oneTicket(job) : sidePaper(job));
      const oneTicket = (job: PrintJob): Promise<PrintOutcome> =>
        new Promise((resolve, reject) => {
          const free = Math.max(0, busyUntil - timeline.now());
          after(free + PREFLIGHT_MS[0], free + PREFLIGHT_MS[1], life, 'asks its printer', () => begin(life, job, resolve, reject));
        });
      /** A driver that has heard nothing for so long begins a new session; the job that it owes an answer for never gets one. */
      const given = (outcome: Promise<PrintOutcome>): Promise<unknown> =>
        Promise.race([
          outcome,
          new Promise((resolve) => after(GIVEN_UP_MS, GIVEN_UP_MS + 1, life, 'begins a new session', () => resolve(undefined))),
        ]);
      return {
        print: (job) => {
          const mine = last.then(
            () => one(job),
            () => one(job),
          );
          last = given(mine);
          return mine;
        },
      };
    },
    health: () => state,
    onHealth: (life, listen) => {
      listener = { life, listen };
    },
    break: fail,
    repair: () => setHealth(READY),
  };
}
