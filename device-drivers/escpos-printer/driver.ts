import { concatBytes } from '#core/base/bytes.ts';
import { assert, type Fault, FaultError, unreachable } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Duration } from '#core/base/time.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { DeviceSession, Driver, DriverContext } from '#core/ports/driver.ts';
import { NO_TRAFFIC } from '#core/ports/health.ts';
import type { Link } from '#core/ports/link.ts';
import type { PrintJob, TicketPrinter } from '#core/ports/ticket-printer.ts';
import { encodeCommand } from './encoder.ts';
import type { ProcessToken } from './frame.ts';
import { createPrintQueue } from './print-queue.ts';
import { printerFault } from './printer-faults.ts';
import { createProcessTokens } from './process-tokens.ts';
import { createReplyDecoder } from './reply-decoder.ts';
import { newSession, type SessionEffect, type SessionInput, type SessionState, type SessionTimer } from './session.ts';
import { stepSession } from './session-step.ts';

export interface EscposPrinterOptions {
  /** Of the paper in the printer: 48 on 80 mm, 42 or 32 on narrower. A document for wider paper is refused. */
  readonly columns: number;
}

/** A thermal printer that speaks ESC/POS with process-identifier echo, over any line. What is done when is in `session-step.ts`; here it is carried out. */
export const escposPrinterDriver: Driver<TicketPrinter, EscposPrinterOptions> = {
  name: 'escpos-printer',
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

function createPrinterSession(context: DriverContext, { columns }: EscposPrinterOptions): PrinterSession {
  const { device } = context;
  const decoder = createReplyDecoder();
  const tokens = createProcessTokens(context.clock);
  const counted = { ...NO_TRAFFIC, opened: 1 };
  const inbox: SessionInput[] = [];
  const ready = deferred<Result<void, Fault>>();
  const ended = deferred<Fault | undefined>();
  let state: SessionState = newSession(device);
  let isDraining = false;
  let link: Link | undefined;
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

  const queue = createPrintQueue({ device, columns, begin: (document) => tell({ kind: 'print', job: { ...document, ...tokens.next() } }) });

  const write = async (bytes: Uint8Array): Promise<boolean> => {
    if (link === undefined) return false;
    counted.bytesOut += bytes.length;
    counted.framesOut += 1;
    const written = await link.write(bytes);
    // A line that refuses bytes is lost or about to say so; closing it makes both cases one.
    if (!written.ok) await link.close();
    return written.ok;
  };

  const sendBody = async (bytes: Uint8Array): Promise<void> => {
    if (link === undefined || !link.isOpen) tell({ kind: 'not-sent' });
    else if (await write(bytes)) tell({ kind: 'sent' });
  };

  const wait = (name: SessionTimer, delay: Duration): void => {
    timer?.cancel();
    timer = context.timers.after(delay, () => tell({ kind: 'timer', timer: name }));
  };

  const endWith = (fault: Fault | undefined): void => {
    const why = fault ?? printerFault('E-PRN-STOPPED', device);
    queue.close(why);
    ready.resolve(err(why));
    void (link?.close() ?? Promise.resolve()).then(() => ended.resolve(fault));
  };

  const carryOut = (effect: SessionEffect): void => {
    switch (effect.kind) {
      case 'send':
        void write(concatBytes(...effect.commands.map(encodeCommand)));
        return;
      case 'send-body':
        void sendBody(concatBytes(effect.bytes, echoRequest(effect.token)));
        return;
      case 'send-cut':
        void write(concatBytes(effect.bytes, echoRequest(effect.token)));
        return;
      case 'record-attempt':
        tell(recordAttempt(queue.inHand()));
        return;
      case 'wait':
        wait(effect.timer, effect.delay);
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
    port: { print: (job) => queue.add(job) },
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
      link = opened;
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

const echoRequest = (token: ProcessToken): Uint8Array => encodeCommand({ kind: 'process-id', token });

/** The port's contract: whoever cannot make the attempt durable says so by throwing, and nothing is sent. */
function recordAttempt(job: PrintJob | undefined): SessionInput {
  assert(job !== undefined, 'an attempt belongs to a job');
  try {
    job.beforeFirstByte();
  } catch (thrown) {
    return { kind: 'not-recorded', detail: thrown instanceof FaultError ? thrown.fault.message : String(thrown) };
  }
  return { kind: 'recorded' };
}
