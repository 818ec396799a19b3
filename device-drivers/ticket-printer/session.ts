import type { Fault } from '#core/base/fault.ts';
import type { Duration } from '#core/base/time.ts';
import type { HealthState } from '#core/ports/health.ts';
import type { PrintEvidence, PrinterNote, PrintOutcome, ProvenEvidence } from '#core/ports/ticket-printer.ts';
import type { PrinterAbilities, PrinterOrder, PrinterWord, ProcessToken, StatusQuestion } from './printer-language.ts';
import { ALL_WELL, type PrinterStatus } from './printer-status.ts';

/** The words of the printer session's machine: what it remembers, what it is told and what it wants done. The rules are in `session-step.ts`. */

/** A round of status questions, and what it is for. */
export type AskPurpose =
  /** The first round of a connection. */
  | 'connect'
  /** Every second, so that a lost printer is known. */
  | 'poll'
  /** Before a job: may anything be sent at all. */
  | 'preflight'
  /** After the cut: the cutter's bit means something only once the fence is passed, since real-time answers overtake the buffer. */
  | 'cutter'
  /** After a stop without a reason: why did no echo come. */
  | 'explain'
  /** Has the paper come to the output, and is it still there. */
  | 'output';

export type Phase =
  /** Connected; what an earlier connection left in the printer's buffers is being thrown away. */
  | { readonly kind: 'clearing-at-start'; readonly tries: number }
  | { readonly kind: 'asking'; readonly purpose: AskPurpose; readonly question: StatusQuestion }
  | { readonly kind: 'idle' }
  /** The caller makes the attempt durable; nothing has been sent. */
  | { readonly kind: 'recording' }
  /** The body and its fence are on their way or there; waiting for the printer's word. */
  | { readonly kind: 'printing' }
  /** Cut and second fence are sent; waiting for the printer's word. */
  | { readonly kind: 'cutting' }
  /** Between two looks at the presenter. */
  | { readonly kind: 'presenting' }
  /** The job is over, and the printer is told to forget the rest, so that nothing comes out when somebody puts paper in. */
  | { readonly kind: 'stopping'; readonly cause: Fault | undefined; readonly tries: number }
  | { readonly kind: 'ended' };

export interface SessionJob {
  readonly body: Uint8Array;
  readonly cut: Uint8Array;
  readonly token: number;
  readonly printToken: ProcessToken;
  readonly cutToken: ProcessToken;
}

export interface JobInHand extends SessionJob {
  readonly evidence: PrintEvidence;
}

export interface SessionState {
  readonly device: string;
  readonly abilities: PrinterAbilities;
  readonly phase: Phase;
  readonly status: PrinterStatus;
  readonly health: HealthState;
  /** Questions in a row that were not answered. */
  readonly misses: number;
  /** From `print` to its outcome. */
  readonly job: JobInHand | undefined;
  /** Looks in a row at the presenter's output, or at the counter of fences, that showed the same. */
  readonly looks: number;
  /** Looks in a row that ended at the first question because the printer said that it is online. */
  readonly glances: number;
  /** Fences that the printer had passed when the job in hand began, of printers that count them. */
  readonly fencesBefore: number;
  /** `stop` was asked for: end as soon as no job is in hand. */
  readonly isStopping: boolean;
  /** As `PrinterNote` has it; durable by `keep-note`. */
  readonly lastToken: number;
  readonly mayHoldRemainder: boolean;
  readonly mayHang: boolean;
  readonly papersSinceLow: number;
}

export function newSession(device: string, abilities: PrinterAbilities, note: PrinterNote): SessionState {
  return {
    device,
    abilities,
    phase: { kind: 'clearing-at-start', tries: 1 },
    status: ALL_WELL,
    health: { kind: 'connecting', reasons: [] },
    misses: 0,
    job: undefined,
    looks: 0,
    glances: 0,
    fencesBefore: 0,
    isStopping: false,
    ...note,
  };
}

/** `answer`: a question or a clear is outstanding. `echo`: a job is. `poll`: the next look. At most one of them runs at a time. */
export type SessionTimer = 'answer' | 'echo' | 'poll';

export type SessionInput =
  | { readonly kind: 'opened' }
  | { readonly kind: 'reply'; readonly reply: PrinterWord }
  | { readonly kind: 'timer'; readonly timer: SessionTimer }
  /** Only while `job` is undefined: the caller queues. */
  | { readonly kind: 'print'; readonly job: SessionJob }
  | { readonly kind: 'recorded' }
  | { readonly kind: 'not-recorded'; readonly detail: string }
  /** The bytes of the body left this process. */
  | { readonly kind: 'sent' }
  /** The body met a closed line: not one byte of it was written. */
  | { readonly kind: 'not-sent' }
  /** A person has switched the printer off and on. */
  | { readonly kind: 'power-cycled' }
  | { readonly kind: 'closed'; readonly fault: Fault | undefined }
  | { readonly kind: 'stop' };

export type SessionEffect =
  | { readonly kind: 'send'; readonly orders: readonly PrinterOrder[] }
  /** The note first, then the caller's own record. Answered by `recorded` or `not-recorded`. */
  | { readonly kind: 'record-attempt'; readonly note: PrinterNote }
  /** The printer holds nothing of ours any more, or its cutter is stuck. */
  | { readonly kind: 'keep-note'; readonly note: PrinterNote }
  /** Answered by `sent` or `not-sent`. Followed by the fence of that name. */
  | { readonly kind: 'send-body'; readonly bytes: Uint8Array; readonly token: ProcessToken }
  | { readonly kind: 'send-cut'; readonly bytes: Uint8Array; readonly token: ProcessToken }
  | { readonly kind: 'tell-evidence'; readonly evidence: ProvenEvidence }
  /** Replaces the running timer, whichever it is. */
  | { readonly kind: 'wait'; readonly timer: SessionTimer; readonly delay: Duration }
  | { readonly kind: 'stop-waiting' }
  /** Nothing came for longer than any reply takes: what is half received is dropped. */
  | { readonly kind: 'resynchronise' }
  /** For the counters. */
  | { readonly kind: 'count'; readonly what: 'garbage' | 'timeouts' }
  | { readonly kind: 'tell-health'; readonly health: HealthState }
  /** The connection is good and the printer has answered every question. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'finish'; readonly outcome: PrintOutcome }
  /** The session is over; close the link. */
  | { readonly kind: 'end'; readonly fault: Fault | undefined };

export interface SessionStep {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}
