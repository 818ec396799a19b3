import { concatBytes } from '#core/base/bytes.ts';
import { assert, type Fault, FaultError, unreachable } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Duration } from '#core/base/time.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { DeviceSession, Driver, DriverContext } from '#core/ports/driver.ts';
import { NO_TRAFFIC } from '#core/ports/health.ts';
import type { Link } from '#core/ports/link.ts';
import type { PrinterMemory, PrinterNote, PrintJob, TicketPrinter } from '#core/ports/ticket-printer.ts';
import { createPrintQueue } from './print-queue.ts';
import { printerFault } from './printer-faults.ts';
import type { EncodedDocument, PrinterLanguage } from './printer-language.ts';
import { createProcessTokens } from './process-tokens.ts';
import { newSession, type SessionEffect, type SessionInput, type SessionState, type SessionTimer } from './session.ts';
import { stepSession } from './session-step.ts';

export interface TicketPrinterOptions {
  /** Of the paper in the printer: 48 on 80 mm, 42 or 32 on narrower. A document for wider paper is refused. */
  readonly columns: number;
  /** The bytes of this model, and what it is able to say. */
  readonly language: PrinterLanguage;
  /** Of this one printer, beyond connections and restarts. */
  readonly memory: PrinterMemory;
}

/** A printer of tickets, over any line. What is done when is in `session-step.ts`, in which bytes is its language's matter; here it is carried out. */
export const ticketPrinterDriver: Driver<TicketPrinter, TicketPrinterOptions> = {
  name: 'ticket-printer',
  trace: 'no-words',
  connect: async (context, options) => {
    const session = createPrinterSession(context, options);
    const opened = await context.transport.open({ bytes: session.bytes, closed: session.closed });
    if (!opened.ok) return err(opened.error);
    const begun = await session.begin(opened.value);
    return begun.ok ? ok(session) : err(begun.error);
  },
};

interface PrinterSession extends DeviceSession<TicketPrinter> {
  bytes(chunk: Uint8Array): void;
  closed(fault: Fault | undefined): void;
  /** Resolves when the printer has answered every question, or with why it did not. */
  begin(link: Link): Promise<Result<void, Fault>>;
}

/** A promise and its resolver. */
function deferred<Value>(): { readonly promise: Promise<Value>; readonly resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function createPrinterSession(context: DriverContext, { columns, language, memory }: TicketPrinterOptions): PrinterSession {
  const { device } = context;
  const notes = createNotes(memory);
  const decoder = language.createDecoder();
  const tokens = createProcessTokens(context.clock, notes.atStart.lastToken, language.abilities.tokenNames);
  const counted = { ...NO_TRAFFIC, opened: 1 };
  const inbox: SessionInput[] = [];
  const ready = deferred<Result<void, Fault>>();
  const ended = deferred<Fault | undefined>();
  let state: SessionState = newSession(device, language.abilities, notes.atStart);
  let isDraining = false;
  let timer: Timer | undefined;
  /** Inputs that effects cause are handled after the step that caused them, never inside it. */
  const tell = (input: SessionInput): void => {
    inbox.push(input);
    if (isDraining) return;
    isDraining = true;
    for (let next = inbox.shift(); next !== undefined; next = inbox.shift()) {
      const step = stepSession(state, next);
      state = step.state;
      for (const effect of step.effects) carryOut(effect);
    }
    isDraining = false;
  };

  const begin = (document: EncodedDocument): void => {
    const { number, ...pair } = tokens.next();
    tell({ kind: 'print', job: { ...document, token: number, ...pair } });
  };
  const queue = createPrintQueue({ device, columns, language, begin });

  const writer = createWriter((bytes) => {
    counted.bytesOut += bytes;
    counted.framesOut += 1;
  });

  const wait = (name: SessionTimer, delay: Duration): void => {
    timer?.cancel();
    timer = context.timers.after(delay, () => tell({ kind: 'timer', timer: name }));
  };

  const endWith = (fault: Fault | undefined): void => {
    const why = fault ?? printerFault('E-PRN-STOPPED', device);
    queue.close(why);
    ready.resolve(err(why));
    void writer.close().then(() => ended.resolve(fault));
  };

  const carryOut = (effect: SessionEffect): void => {
    switch (effect.kind) {
      case 'send':
        void writer.write(concatBytes(...effect.orders.map(language.encodeOrder)));
        return;
      case 'send-body':
        writer.begin(concatBytes(effect.bytes, language.encodeFence(effect.token)), tell);
        return;
      case 'send-cut':
        void writer.write(concatBytes(effect.bytes, language.encodeFence(effect.token)));
        return;
      case 'record-attempt':
        tell(recordAttempt(notes, effect.note, queue.inHand()));
        return;
      case 'keep-note':
        notes.keepIfPossible(effect.note);
        return;
      case 'tell-evidence':
        queue.inHand()?.onEvidence?.(effect.evidence);
        return;
      case 'wait':
        wait(effect.timer, effect.delay);
        notes.tryAgain();
        return;
      case 'stop-waiting':
        timer?.cancel();
        return;
      case 'resynchronise':
        counted.garbage += decoder.idle().length;
        return;
      case 'count':
        counted[effect.what] += 1;
        return;
      case 'tell-health':
        context.onHealth(effect.health);
        return;
      case 'ready':
        ready.resolve(ok());
        return;
      case 'finish':
        queue.finish(effect.outcome);
        return;
      case 'end':
        endWith(effect.fault);
        return;
      default:
        unreachable(effect);
    }
  };

  return {
    port: { print: (job) => queue.add(job), powerCycled: () => tell({ kind: 'power-cycled' }) },
    counters: () => ({ ...counted }),
    ended: ended.promise,
    bytes: (chunk) => {
      counted.bytesIn += chunk.length;
      for (const reply of decoder.push(chunk)) {
        counted.framesIn += 1;
        tell({ kind: 'reply', reply });
      }
    },
    closed: (fault) => tell({ kind: 'closed', fault }),
    begin: (opened) => {
      writer.attach(opened);
      context.onHealth({ kind: 'connecting', reasons: [] });
      tell({ kind: 'opened' });
      return ready.promise;
    },
    stop: async () => {
      tell({ kind: 'stop' });
      await ended.promise;
    },
  };
}

/** The way to the printer. `count` is told the bytes of each write. */
function createWriter(count: (bytes: number) => void) {
  let link: Link | undefined;
  const write = async (bytes: Uint8Array): Promise<boolean> => {
    if (link === undefined) return false;
    count(bytes.length);
    const written = await link.write(bytes);
    // A line that refuses bytes is lost or about to say so; closing it makes both cases one.
    if (!written.ok) await link.close();
    return written.ok;
  };
  return {
    attach: (opened: Link): void => {
      link = opened;
    },
    write,
    /** A body. Tells at once when not one byte of it can be written, and when all of them were; a line that breaks under it tells itself. */
    begin: (bytes: Uint8Array, tell: (input: SessionInput) => void): void => {
      if (link === undefined || !link.isOpen) tell({ kind: 'not-sent' });
      else void write(bytes).then((isWritten) => isWritten && tell({ kind: 'sent' }));
    },
    close: async (): Promise<void> => link?.close(),
  };
}

/** The port's contract: whoever cannot make the attempt durable says so by throwing, and nothing is sent. */
function recordAttempt(memory: Pick<PrinterMemory, 'keep'>, note: PrinterNote, job: PrintJob | undefined): SessionInput {
  assert(job !== undefined, 'an attempt belongs to a job');
  try {
    memory.keep(note);
    job.beforeFirstByte();
  } catch (thrown) {
    return { kind: 'not-recorded', detail: thrown instanceof FaultError ? thrown.fault.message : String(thrown) };
  }
  return { kind: 'recorded' };
}

/** What is remembered of the printer. What the disk refuses is kept at a later look, unless something newer was. */
function createNotes(memory: PrinterMemory) {
  let refused: PrinterNote | undefined;
  const keep = (note: PrinterNote): void => {
    memory.keep(note);
    refused = undefined;
  };
  const keepIfPossible = (note: PrinterNote): void => {
    try {
      keep(note);
    } catch (thrown) {
      if (!(thrown instanceof FaultError)) throw thrown;
      refused = note;
    }
  };
  return {
    atStart: memory.read(),
    keep,
    keepIfPossible,
    tryAgain: (): void => {
      if (refused !== undefined) keepIfPossible(refused);
    },
  };
}
