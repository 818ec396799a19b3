import { unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { printerFault } from './printer-faults.ts';
import type { PrinterWord, StatusQuestion } from './printer-language.ts';
import { healthOf, type PrinterStatus, statusFault } from './printer-status.ts';
import type { AskPurpose, SessionInput, SessionState, SessionStep, SessionTimer } from './session.ts';
import {
  afterCutterAnswer,
  afterOutputAnswer,
  afterPreflight,
  finishStopped,
  isJobOnPaper,
  lookAtPrinter,
  notBegun,
  onEcho,
  onEchoTimeout,
  onFence,
  onFenceCount,
  onPrint,
  onRecorded,
  onSent,
  stopJob,
} from './session-job.ts';
import { andThen, ask, clearEffects, emptied, end, missed, nextQuestion, stay, toIdle, withStatus } from './session-moves.ts';

/**
 * The rules of a printer session, pure. A job is called printed only on the printer's own word; it is called not printed only when nothing was sent; all else
 * is uncertain. Whatever stops a job after its first byte also empties the printer's buffers, so that paper put in later brings out nothing; a printer that
 * cannot prove that it is empty prints nothing more until a person has switched it off and on.
 */
export function stepSession(state: SessionState, input: SessionInput): SessionStep {
  if (state.phase.kind === 'ended') return afterEnd(state, input);
  switch (input.kind) {
    case 'opened':
      return state.abilities.clears ? clearAtStart(state, 1) : greet(state);
    case 'reply':
      return onReply(state, input.reply);
    case 'timer':
      return onTimer(state, input.timer);
    case 'print':
      return onPrint(state, input.job);
    case 'recorded':
      return onRecorded(state);
    case 'not-recorded':
      return notBegun(state, printerFault('E-PRN-JOURNAL', state.device, input.detail));
    case 'sent':
      return onSent(state);
    case 'not-sent':
      return notBegun(state, printerFault('E-PRN-LINK', state.device, 'it was closed before the first byte'));
    case 'power-cycled':
      // Said while a job is in hand it can only be meant for an earlier one.
      return state.job === undefined ? andThen(cutRemainder(state), emptied) : stay(state);
    case 'closed':
      return end(state, input.fault, printerFault('E-PRN-LINK', state.device, input.fault?.message));
    case 'stop':
      return state.job === undefined ? end(state, undefined) : stay({ ...state, isStopping: true });
    default:
      return unreachable(input);
  }
}

function afterEnd(state: SessionState, input: SessionInput): SessionStep {
  if (input.kind !== 'print') return stay(state);
  return stay(state, { kind: 'finish', outcome: { kind: 'not-printed', fault: printerFault('E-PRN-STOPPED', state.device) } });
}

// --- connecting and asking ---------------------------------------------------------------------------------------------------------------------------

const CLEAR_TRIES = 2;
const MISSES_MAX = 3;

function clearAtStart(state: SessionState, tries: number): SessionStep {
  return stay({ ...state, phase: { kind: 'clearing-at-start', tries } }, ...clearEffects());
}

/** Modes, then the first round of questions. A printer that did not confirm the clear gets here too, and stays blocked if it may hold anything. */
function greet(state: SessionState): SessionStep {
  return andThen(stay(state, { kind: 'send', orders: [{ kind: 'greet' }] }), (next) => ask(next, 'connect'));
}

function onAnswer(state: SessionState, read: (status: PrinterStatus, question: StatusQuestion) => PrinterStatus | undefined): SessionStep {
  if (state.phase.kind !== 'asking') return stay(state, { kind: 'count', what: 'garbage' });
  const { purpose, question } = state.phase;
  const status = read(state.status, question);
  if (status === undefined) return stay(state, { kind: 'count', what: 'garbage' });
  return andThen(withStatus({ ...state, misses: 0 }, status), (next) => afterAnswer(next, purpose, question));
}

function afterAnswer(state: SessionState, purpose: AskPurpose, question: StatusQuestion): SessionStep {
  // A job need not wait for the rest of a round that was only a look.
  if (purpose === 'poll' && state.job !== undefined) return ask(state, 'preflight');
  if (purpose === 'poll' && state.isStopping) return end(state, undefined);
  const following = nextQuestion(state, purpose, question);
  if (following !== undefined && purpose === 'poll' && isGlanceEnough(state)) return afterPoll({ ...state, glances: state.glances + 1 });
  if (following !== undefined) return ask(state, purpose, following);
  switch (purpose) {
    case 'connect':
      return andThen(stay(state, { kind: 'ready' }), (next) => {
        const health = healthOf(next);
        const told = stay({ ...next, health }, { kind: 'tell-health', health });
        return andThen(told, (known) => (known.job === undefined ? toIdle(known) : ask(known, 'preflight')));
      });
    case 'poll':
      return afterPoll({ ...state, glances: 0 });
    case 'preflight':
      return afterPreflight(state);
    case 'cutter':
      return afterCutterAnswer(state);
    case 'output':
      return afterOutputAnswer(state);
    case 'explain':
      return finishStopped(state, undefined);
    default:
      return unreachable(purpose);
  }
}

/** What stops a printer takes it offline too, which is the first question: one that was well, and is online, is not asked for the rest at each look. */
const isGlanceEnough = ({ status, health, glances }: SessionState): boolean =>
  !status.offline && health.kind === 'ready' && glances < LIMITS.printer.glancesMax;

/** A ticket that stands in the output although no job is in hand was left there before a restart; it is not the next guest's. */
function afterPoll(state: SessionState): SessionStep {
  const looks = state.status.ticketAtOutput ? state.looks + 1 : 0;
  if (looks * LIMITS.printer.statusEvery < LIMITS.printer.takeTimeout) return toIdle({ ...state, looks });
  return andThen(stay({ ...state, looks: 0 }, { kind: 'send', orders: [{ kind: 'retract' }] }), toIdle);
}

// --- what arrives ------------------------------------------------------------------------------------------------------------------------------------

function onReply(state: SessionState, reply: PrinterWord): SessionStep {
  switch (reply.kind) {
    case 'status':
      return onAnswer(state, (status, question) => state.abilities.readAnswer(status, question, reply.byte));
    case 'full-status':
      return onFullStatus(state, reply.status, reply.fences);
    case 'automatic-status':
      return andThen(withStatus(state, reply.status), (next) => (isJobOnPaper(next) ? stopIfUnwell(next) : stay(next)));
    case 'offline':
      return onOffline(state);
    case 'process-id':
      return onEcho(state, reply.token);
    case 'fence':
      return onFence(state, reply.paperEnd);
    case 'cleared':
      return onCleared(state);
    case 'power':
      return onPower(state, reply.on);
    case 'aside':
      return stay(state);
    case 'noise':
      return stay(state, { kind: 'count', what: 'garbage' });
    default:
      return unreachable(reply);
  }
}

/** Everything at once. While a job is on paper it was asked for to see the counter of fences; before one begins, the counter's number is what it begins with. */
function onFullStatus(state: SessionState, status: PrinterStatus, fences: number | undefined): SessionStep {
  if (fences === undefined) {
    if (!isJobOnPaper(state) || !state.abilities.watched) return onAnswer(state, (_, question) => (question === 'full' ? status : undefined));
    return andThen(withStatus(state, status), stopIfUnwell);
  }
  if (isJobOnPaper(state)) return andThen(withStatus(state, status), (next) => onFenceCount(next, fences));
  const counted = state.phase.kind === 'asking' && state.phase.purpose !== 'cutter' ? { ...state, fencesBefore: fences } : state;
  return onAnswer(counted, () => status);
}

function stopIfUnwell(state: SessionState): SessionStep {
  const fault = statusFault(state.status, state.device);
  return fault === undefined ? stay(state) : stopJob(state, fault);
}

/** It stopped in the middle. Why is asked once nothing can resume. */
function onOffline(state: SessionState): SessionStep {
  if (isJobOnPaper(state)) return stopJob(state, statusFault(state.status, state.device));
  return state.phase.kind === 'idle' ? ask(state, 'poll') : stay(state);
}

function onCleared(state: SessionState): SessionStep {
  switch (state.phase.kind) {
    case 'clearing-at-start':
      return andThen(andThen(cutRemainder(state), emptied), greet);
    case 'stopping': {
      const { cause } = state.phase;
      return andThen(andThen(cutRemainder(state), emptied), (next) => (cause === undefined ? ask(next, 'explain') : finishStopped(next, cause)));
    }
    default:
      return stay(state, { kind: 'count', what: 'garbage' });
  }
}

/**
 * Of a printer that is about to be known as empty. What was on paper when the job before was cut short hangs there still: without a cut the next guest would get
 * it with his own ticket. A printer that has no paper or stands open cuts when it is well again.
 */
function cutRemainder(state: SessionState): SessionStep {
  return state.mayHoldRemainder ? stay(state, { kind: 'send', orders: [{ kind: 'cut-off-remainder' }] }) : stay(state);
}

/** The printer restarted: its buffers and modes are gone, and with them whatever it held. Before it goes off it says so too, and holds still all it has. */
function onPower(state: SessionState, on: boolean): SessionStep {
  return andThen(on ? andThen(cutRemainder(state), emptied) : stay(state), (next) => end(next, printerFault('E-PRN-RESTART', next.device)));
}

function onTimer(state: SessionState, timer: SessionTimer): SessionStep {
  switch (timer) {
    case 'poll':
      return onPollDue(state);
    case 'echo':
      return isJobOnPaper(state) ? onEchoDue(state) : stay(state);
    case 'answer':
      return andThen(missed(state), onNoAnswer);
    default:
      return unreachable(timer);
  }
}

function onPollDue(state: SessionState): SessionStep {
  if (state.phase.kind === 'presenting') return ask(state, 'output');
  if (state.phase.kind !== 'idle') return stay(state);
  if (state.job !== undefined) return ask(state, 'preflight');
  // Not proven empty yet: a printer that was switched off and on meanwhile confirms it now.
  return state.mayHoldRemainder && state.abilities.clears ? clearAtStart(state, CLEAR_TRIES) : ask(state, 'poll');
}

function onEchoDue(state: SessionState): SessionStep {
  const { fence, watched } = state.abilities;
  const look = watched ? lookAtPrinter(state) : undefined;
  if (look !== undefined) return look;
  return fence === 'none' ? onEchoTimeout(state) : andThen(missed(state), onEchoTimeout);
}

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
