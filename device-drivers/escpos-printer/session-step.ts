import { assert, type Fault, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { PrintOutcome } from '#core/ports/ticket-printer.ts';
import type { PrinterReply, StatusQuestion } from './frame.ts';
import { printerFault } from './printer-faults.ts';
import { equalHealth, fromAutomaticStatus, healthOf, type PrinterStatus, statusFault, withAnswer } from './printer-status.ts';
import type { AskPurpose, SessionEffect, SessionInput, SessionState, SessionStep } from './session.ts';

/**
 * The rules of a printer session, pure. A job is called printed only on the printer's own echo; it is called not printed only when nothing was sent; all
 * else is uncertain. Whatever stops a job after its first byte also empties the printer's buffers, so that paper put in later brings out nothing.
 */
export function stepSession(state: SessionState, input: SessionInput): SessionStep {
  if (state.phase.kind === 'ended') return afterEnd(state, input);
  switch (input.kind) {
    case 'opened':
      return clearAtStart(state, 1);
    case 'reply':
      return onReply(state, input.reply);
    case 'timer':
      return onTimer(state, input.timer);
    case 'print':
      return onPrint(state, input.job);
    case 'recorded':
      return onRecorded(state);
    case 'not-recorded':
      return finish(state, { kind: 'not-printed', fault: printerFault('E-PRN-JOURNAL', state.device, input.detail) });
    case 'sent':
      return withEvidence(state, 'accepted');
    case 'not-sent':
      return finish(state, { kind: 'not-printed', fault: printerFault('E-PRN-LINK', state.device, 'it was closed before the first byte') });
    case 'closed':
      return end(state, input.fault, printerFault('E-PRN-LINK', state.device, input.fault?.message));
    case 'stop':
      return state.job === undefined ? end(state, undefined) : stay({ ...state, isStopping: true });
    default:
      return unreachable(input);
  }
}

const stay = (state: SessionState, ...effects: readonly SessionEffect[]): SessionStep => ({ state, effects });

/** The effects of `first`, then those of `next` from the state that `first` left. */
function andThen(first: SessionStep, next: (state: SessionState) => SessionStep): SessionStep {
  const second = next(first.state);
  return { state: second.state, effects: [...first.effects, ...second.effects] };
}

// --- connecting and asking ---------------------------------------------------------------------------------------------------------------------------

const CLEAR_TRIES = 2;
const MISSES_MAX = 3;

function clearAtStart(state: SessionState, tries: number): SessionStep {
  return stay({ ...state, phase: { kind: 'clearing-at-start', tries } }, ...clearEffects());
}

const clearEffects = (): SessionEffect[] => [
  { kind: 'send', commands: [{ kind: 'clear-buffers' }] },
  { kind: 'wait', timer: 'answer', delay: LIMITS.printer.statusTimeout },
];

function ask(state: SessionState, purpose: AskPurpose, question: StatusQuestion): SessionStep {
  return stay(
    { ...state, phase: { kind: 'asking', purpose, question } },
    { kind: 'send', commands: [{ kind: 'ask-status', about: question }] },
    { kind: 'wait', timer: 'answer', delay: LIMITS.printer.statusTimeout },
  );
}

/** Modes and automatic status, then the first round of questions. A printer that does not know the clear command gets here without its answer. */
function greet(state: SessionState): SessionStep {
  const greeting: SessionEffect = { kind: 'send', commands: [{ kind: 'initialise' }, { kind: 'automatic-status' }] };
  return andThen(stay(state, greeting), (next) => ask(next, 'connect', 1));
}

function toIdle(state: SessionState): SessionStep {
  if (state.isStopping) return end(state, undefined);
  return stay({ ...state, phase: { kind: 'idle' } }, { kind: 'wait', timer: 'poll', delay: LIMITS.printer.statusEvery });
}

function withStatus(state: SessionState, status: PrinterStatus): SessionStep {
  const health = healthOf(status);
  // While the first round lasts, half of the answers are still missing.
  const isTold = state.phase.kind !== 'clearing-at-start' && !(state.phase.kind === 'asking' && state.phase.purpose === 'connect');
  if (!isTold || equalHealth(health, state.health)) return stay({ ...state, status });
  return stay({ ...state, status, health }, { kind: 'tell-health', health });
}

function onAnswer(state: SessionState, byte: number): SessionStep {
  if (state.phase.kind !== 'asking') return stay(state, { kind: 'count', what: 'garbage' });
  const { purpose, question } = state.phase;
  const answered = withStatus({ ...state, misses: 0 }, withAnswer(state.status, question, byte));
  return andThen(answered, (next) => afterAnswer(next, purpose, question));
}

function afterAnswer(state: SessionState, purpose: AskPurpose, question: StatusQuestion): SessionStep {
  // A job need not wait for the rest of a round that was only a look.
  if (purpose === 'poll' && state.job !== undefined) return ask(state, 'preflight', 1);
  if (purpose === 'poll' && state.isStopping) return end(state, undefined);
  if (purpose === 'cutter') return afterCutterAnswer(state);
  if (question < 4) return ask(state, purpose, (question + 1) as StatusQuestion);
  switch (purpose) {
    case 'connect':
      return andThen(stay(state, { kind: 'ready' }), (next) => {
        const health = healthOf(next.status);
        return andThen(stay({ ...next, health }, { kind: 'tell-health', health }), toIdle);
      });
    case 'poll':
      return toIdle(state);
    case 'preflight':
      return afterPreflight(state);
    case 'explain':
      return finishStopped(state, undefined);
    default:
      return unreachable(purpose);
  }
}

// --- a job -------------------------------------------------------------------------------------------------------------------------------------------

function onPrint(state: SessionState, job: SessionJobInput): SessionStep {
  assert(state.job === undefined, 'one job at a time');
  const next: SessionState = { ...state, job: { ...job, evidence: 'none' } };
  // An answer that is on its way is waited for: the printer takes questions one at a time.
  return state.phase.kind === 'idle' ? ask(next, 'preflight', 1) : stay(next);
}

type SessionJobInput = Extract<SessionInput, { kind: 'print' }>['job'];

function afterPreflight(state: SessionState): SessionStep {
  const fault = statusFault(state.status, state.device);
  if (fault !== undefined) return finish(state, { kind: 'not-printed', fault });
  return stay({ ...state, phase: { kind: 'recording' } }, { kind: 'stop-waiting' }, { kind: 'record-attempt' });
}

function onRecorded(state: SessionState): SessionStep {
  assert(state.phase.kind === 'recording' && state.job !== undefined, 'an attempt is recorded for a job');
  const { body, printToken } = state.job;
  return stay(
    { ...state, phase: { kind: 'printing' } },
    { kind: 'send-body', bytes: body, token: printToken },
    { kind: 'wait', timer: 'echo', delay: LIMITS.printer.echoTimeout },
  );
}

function withEvidence(state: SessionState, evidence: 'accepted' | 'print-confirmed' | 'cut-confirmed'): SessionStep {
  if (state.job === undefined || state.phase.kind === 'asking') return stay(state);
  // An echo may overtake the news that the bytes were drained; evidence only grows.
  const isBetter = EVIDENCE_ORDER.indexOf(evidence) > EVIDENCE_ORDER.indexOf(state.job.evidence);
  return stay(isBetter ? { ...state, job: { ...state.job, evidence } } : state);
}

const EVIDENCE_ORDER = ['none', 'accepted', 'print-confirmed', 'cut-confirmed'] as const;

function onEcho(state: SessionState, token: string): SessionStep {
  const { job, phase } = state;
  if (job !== undefined && token === job.printToken && phase.kind === 'printing') {
    return andThen(withEvidence(state, 'print-confirmed'), (next) =>
      stay(
        { ...next, phase: { kind: 'cutting' } },
        { kind: 'send-cut', bytes: job.cut, token: job.cutToken },
        { kind: 'wait', timer: 'echo', delay: LIMITS.printer.echoTimeout },
      ),
    );
  }
  if (job !== undefined && token === job.cutToken && phase.kind === 'cutting') {
    return andThen(withEvidence(state, 'cut-confirmed'), (next) => ask(next, 'cutter', 3));
  }
  // The echo of a job that is being stopped still proves that its dots are on paper.
  if (job !== undefined && token === job.printToken && phase.kind === 'stopping') return withEvidence(state, 'print-confirmed');
  return stay(state, { kind: 'count', what: 'garbage' });
}

function afterCutterAnswer(state: SessionState): SessionStep {
  if (!state.status.cutterError) return finish(state, { kind: 'printed', evidence: 'cut-confirmed' });
  return finish(state, { kind: 'uncertain', evidence: 'print-confirmed', fault: printerFault('E-PRN-CUT', state.device) });
}

/** Ends the job in the printer before it ends here. Without a `cause` the printer is asked for one once its buffers are empty. */
function stopJob(state: SessionState, cause: Fault | undefined, tries = 1): SessionStep {
  return stay({ ...state, phase: { kind: 'stopping', cause, tries } }, ...clearEffects());
}

function finishStopped(state: SessionState, cause: Fault | undefined): SessionStep {
  assert(state.job !== undefined, 'only a job is stopped');
  const { evidence } = state.job;
  const fault = cause ?? statusFault(state.status, state.device);
  // Printed by its own echo, and the printer is well: only the word about the cut is missing, and a guest can tear paper off.
  if (fault === undefined && evidence === 'print-confirmed') return finish(state, { kind: 'printed', evidence });
  return finish(state, { kind: 'uncertain', evidence, fault: fault ?? printerFault('E-PRN-ECHO', state.device) });
}

function finish(state: SessionState, outcome: PrintOutcome): SessionStep {
  return andThen(stay({ ...state, job: undefined }, { kind: 'stop-waiting' }, { kind: 'finish', outcome }), toIdle);
}

// --- what arrives ------------------------------------------------------------------------------------------------------------------------------------

const isJobOnPaper = (state: SessionState): boolean => state.phase.kind === 'printing' || state.phase.kind === 'cutting';

function onReply(state: SessionState, reply: PrinterReply): SessionStep {
  switch (reply.kind) {
    case 'status':
      return onAnswer(state, reply.byte);
    case 'automatic-status':
      return andThen(withStatus(state, fromAutomaticStatus(reply.bytes)), (next) => {
        const fault = statusFault(next.status, next.device);
        return fault !== undefined && isJobOnPaper(next) ? stopJob(next, fault) : stay(next);
      });
    case 'process-id':
      return onEcho(state, reply.token);
    case 'cleared':
      return onCleared(state);
    case 'power':
      return onPower(state);
    case 'flow':
      return stay(state);
    case 'other-block':
    case 'garbage':
    case 'overflow':
      return stay(state, { kind: 'count', what: 'garbage' });
    default:
      return unreachable(reply);
  }
}

function onCleared(state: SessionState): SessionStep {
  switch (state.phase.kind) {
    case 'clearing-at-start':
      return greet(state);
    case 'stopping':
      return state.phase.cause === undefined ? ask(state, 'explain', 1) : finishStopped(state, state.phase.cause);
    default:
      return stay(state, { kind: 'count', what: 'garbage' });
  }
}

/** The printer restarted: its buffers and modes are gone. Without a job the next session's greeting sets the modes again. */
function onPower(state: SessionState): SessionStep {
  return end(state, printerFault('E-PRN-RESTART', state.device));
}

function onTimer(state: SessionState, timer: 'answer' | 'echo' | 'poll'): SessionStep {
  switch (timer) {
    case 'poll':
      return state.phase.kind === 'idle' ? ask(state, 'poll', 1) : stay(state);
    case 'echo':
      return isJobOnPaper(state) ? andThen(missed(state), (next) => stopJob(next, undefined)) : stay(state);
    case 'answer':
      return andThen(missed(state), onNoAnswer);
    default:
      return unreachable(timer);
  }
}

const missed = (state: SessionState): SessionStep => stay(state, { kind: 'count', what: 'timeouts' }, { kind: 'resynchronise' });

function onNoAnswer(state: SessionState): SessionStep {
  const { phase, device } = state;
  if (phase.kind === 'clearing-at-start') return phase.tries < CLEAR_TRIES ? clearAtStart(state, phase.tries + 1) : greet(state);
  if (phase.kind === 'stopping') {
    if (phase.tries < CLEAR_TRIES) return stopJob(state, phase.cause, phase.tries + 1);
    // It may still hold the remainder. The next session begins with a clear; the job is over for us with what is known.
    const uncleared = printerFault('E-PRN-CLEAR', device, phase.cause?.message);
    return end(state, uncleared, phase.cause ?? uncleared);
  }
  if (phase.kind !== 'asking') return stay(state);
  if (state.misses + 1 >= MISSES_MAX) return end({ ...state, misses: state.misses + 1 }, printerFault('E-PRN-SILENT', device));
  return ask({ ...state, misses: state.misses + 1 }, phase.purpose, phase.question);
}

// --- the end -----------------------------------------------------------------------------------------------------------------------------------------

/** The session ends, and a job in hand with it: as not printed where nothing of it had been sent, otherwise with the evidence there is. */
function end(state: SessionState, fault: Fault | undefined, jobFault = fault ?? printerFault('E-PRN-STOPPED', state.device)): SessionStep {
  // Ended before finished: whoever waits behind the job must not begin in between.
  const effects: SessionEffect[] = [{ kind: 'stop-waiting' }, { kind: 'end', fault }];
  if (state.job !== undefined) effects.push({ kind: 'finish', outcome: outcomeAtEnd(state, jobFault) });
  return stay({ ...state, phase: { kind: 'ended' }, job: undefined }, ...effects);
}

function afterEnd(state: SessionState, input: SessionInput): SessionStep {
  if (input.kind !== 'print') return stay(state);
  return stay(state, { kind: 'finish', outcome: { kind: 'not-printed', fault: printerFault('E-PRN-STOPPED', state.device) } });
}

function outcomeAtEnd({ phase, job }: SessionState, fault: Fault): PrintOutcome {
  const evidence = job?.evidence ?? 'none';
  switch (phase.kind) {
    case 'printing':
    case 'cutting':
    case 'stopping':
      return { kind: 'uncertain', evidence, fault };
    case 'asking':
      switch (phase.purpose) {
        case 'cutter':
          // Both echoes are in; what fell silent is only the question about the cutter.
          return { kind: 'printed', evidence: 'print-confirmed' };
        case 'explain':
          return { kind: 'uncertain', evidence, fault };
        case 'connect':
        case 'poll':
        case 'preflight':
          return { kind: 'not-printed', fault };
        default:
          return unreachable(phase.purpose);
      }
    case 'clearing-at-start':
    case 'idle':
    case 'recording':
    case 'ended':
      return { kind: 'not-printed', fault };
    default:
      return unreachable(phase);
  }
}
