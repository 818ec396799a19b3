import { assert, type Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Duration } from '#core/base/time.ts';
import type { PrintOutcome } from '#core/ports/ticket-printer.ts';
import { printerFault } from './printer-faults.ts';
import { FENCES } from './printer-language.ts';
import { statusFault } from './printer-status.ts';
import type { JobInHand, SessionInput, SessionState, SessionStep } from './session.ts';
import { andThen, ask, clearEffects, emptied, finish, isProven, noteOf, raise, stay } from './session-moves.ts';

/** One job, from the wish to its outcome. */

export const isJobOnPaper = (state: SessionState): boolean => state.phase.kind === 'printing' || state.phase.kind === 'cutting';

export function onPrint(state: SessionState, job: Extract<SessionInput, { kind: 'print' }>['job']): SessionStep {
  assert(state.job === undefined, 'one job at a time');
  const next: SessionState = { ...state, job: { ...job, evidence: 'none' }, looks: 0 };
  // An answer that is on its way is waited for: the printer takes questions one at a time.
  return state.phase.kind === 'idle' ? ask(next, 'preflight') : stay(next);
}

/** Nothing is sent to a printer that is not well, that may hold the rest of another job, or in whose output a ticket still stands. */
export function afterPreflight(state: SessionState): SessionStep {
  const { status, device, job } = state;
  assert(job !== undefined, 'what is asked before a job is asked for one');
  const fault =
    statusFault(status, device) ??
    (state.mayHoldRemainder ? printerFault('E-PRN-CLEAR', device) : undefined) ??
    (status.ticketAtOutput ? printerFault('E-PRN-NOT-TAKEN', device) : undefined);
  if (fault !== undefined) return finish(state, { kind: 'not-printed', fault });
  const counted = state.abilities.fence === 'counted' ? withSafeCount(state) : undefined;
  if (counted !== undefined) return counted;
  const papersSinceLow = status.paperNearEnd ? state.papersSinceLow + 1 : 0;
  // From here on until its proof the printer is taken to hold something of ours; on disk before the first byte.
  const next: SessionState = { ...state, phase: { kind: 'recording' }, mayHoldRemainder: true, mayHang: false, lastToken: job.token, papersSinceLow };
  // Whoever freed the cutter may have left the paper in it.
  const cutOff = state.mayHang ? [{ kind: 'send', orders: [{ kind: 'cut-off-remainder' }] } as const] : [];
  return stay(next, { kind: 'stop-waiting' }, ...cutOff, { kind: 'record-attempt', note: noteOf(next) });
}

/**
 * A printer that restarts in the middle of a job counts from 0 again, and counts the fences that still reach it, so that its count becomes 1 or 2. A job
 * therefore begins where neither of its own two counts can be 0 or 1: from 1 to 29. Undefined when the counter stands there.
 */
const FIRST_SAFE = 1;
const LAST_SAFE = FENCES - 3;

function withSafeCount(state: SessionState): SessionStep | undefined {
  const { fencesBefore, looks } = state;
  if (fencesBefore >= FIRST_SAFE && fencesBefore <= LAST_SAFE) return undefined;
  // Its counter stands still although it is well: what it is told later would not be counted either.
  if (looks >= LIMITS.printer.statusTimeout / LIMITS.printer.fenceEvery) {
    return finish(state, { kind: 'not-printed', fault: printerFault('E-PRN-ECHO', state.device) });
  }
  const by = (FIRST_SAFE - fencesBefore + FENCES) % FENCES;
  const moved = looks === 0 ? [{ kind: 'send', orders: [{ kind: 'move-counter', by }] } as const] : [];
  return stay({ ...state, looks: looks + 1, phase: { kind: 'idle' } }, ...moved, { kind: 'wait', timer: 'poll', delay: LIMITS.printer.fenceEvery });
}

export function onRecorded(state: SessionState): SessionStep {
  assert(state.phase.kind === 'recording' && state.job !== undefined, 'an attempt is recorded for a job');
  const { body, printToken } = state.job;
  return stay(
    { ...state, phase: { kind: 'printing' }, looks: 0 },
    { kind: 'send-body', bytes: body, token: printToken },
    { kind: 'wait', timer: 'echo', delay: echoWait(state) },
  );
}

/** Nothing left this process. */
export function notBegun(state: SessionState, fault: Fault): SessionStep {
  return andThen(emptied(state), (next) => finish(next, { kind: 'not-printed', fault }));
}

export function onSent(state: SessionState): SessionStep {
  // Late news of a job that is over says nothing about the one that waits in its place.
  if (state.phase.kind === 'asking') return stay(state);
  const sent = raise(state, 'accepted');
  return state.abilities.fence === 'none' && state.phase.kind === 'printing' ? andThen(sent, beginCut) : sent;
}

function beginCut(state: SessionState): SessionStep {
  assert(state.job !== undefined, 'only a job is cut off');
  const { cut, cutToken } = state.job;
  const delay = state.abilities.fence === 'none' ? LIMITS.printer.unconfirmedWait : echoWait(state);
  return stay(
    { ...state, phase: { kind: 'cutting' }, looks: 0 },
    { kind: 'send-cut', bytes: cut, token: cutToken },
    { kind: 'wait', timer: 'echo', delay },
  );
}

/** A fence that tells itself is waited for; a counter, and a printer that tells nothing by itself, have to be looked at. */
const echoWait = ({ abilities }: SessionState): Duration => (abilities.watched ? LIMITS.printer.fenceEvery : LIMITS.printer.echoTimeout);

/** A fence with the name of a job. */
export function onEcho(state: SessionState, token: string): SessionStep {
  const { job, phase, abilities } = state;
  if (abilities.fence !== 'named' || job === undefined) return stay(state, { kind: 'count', what: 'garbage' });
  if (token === job.printToken && phase.kind === 'printing') return andThen(raise(state, 'print-confirmed'), beginCut);
  if (token === job.cutToken && phase.kind === 'cutting') return andThen(raise(state, 'cut-confirmed'), askCutter);
  // The echo of a job that is being stopped still proves that its dots are on paper.
  if (token === job.printToken && phase.kind === 'stopping') return raise(state, 'print-confirmed');
  return stay(state, { kind: 'count', what: 'garbage' });
}

/** A fence without a name, so nothing better than `print-confirmed` is made of it: the cut was only gone through. */
export function onFence(state: SessionState, paperEnd: boolean): SessionStep {
  const { phase, abilities } = state;
  if (abilities.fence !== 'unnamed') return stay(state, { kind: 'count', what: 'garbage' });
  if (isJobOnPaper(state) && paperEnd) return stopJob(state, printerFault('E-PRN-PAPER', state.device));
  if (phase.kind === 'printing') return andThen(raise(state, 'print-confirmed'), beginCut);
  if (phase.kind === 'cutting') return askCutter(state);
  return stay(state, { kind: 'count', what: 'garbage' });
}

/** The counter of fences was looked at. Any other number than the one that is due says nothing: the job goes on waiting, and ends as uncertain. */
export function onFenceCount(state: SessionState, fences: number): SessionStep {
  const fault = statusFault(state.status, state.device);
  if (fault !== undefined) return stopJob(state, fault);
  const passed = (fences - state.fencesBefore + FENCES) % FENCES;
  if (state.phase.kind === 'printing' && passed === 1) return andThen(raise(state, 'print-confirmed'), beginCut);
  if (state.phase.kind === 'cutting' && passed === 2) return andThen(raise(state, 'cut-confirmed'), askCutter);
  return stay(state);
}

/** Time to look at the printer again; undefined once nothing has come for as long as an echo may take. */
export function lookAtPrinter(state: SessionState): SessionStep | undefined {
  const { looks, abilities } = state;
  const [about = 'full'] = abilities.questions;
  if (looks >= LIMITS.printer.echoTimeout / LIMITS.printer.fenceEvery) return undefined;
  return stay(
    { ...state, looks: looks + 1 },
    { kind: 'send', orders: [{ kind: 'ask-status', about }] },
    { kind: 'wait', timer: 'echo', delay: LIMITS.printer.fenceEvery },
  );
}

/** The printer is through with all of it: nothing can come out later. */
const askCutter = (state: SessionState): SessionStep => andThen(emptied(state), (next) => ask(next, 'cutter'));

/** No word came in time. A printer that gives none is only asked whether it is well. */
export function onEchoTimeout(state: SessionState): SessionStep {
  return state.abilities.fence === 'none' && state.phase.kind === 'cutting' ? ask(state, 'cutter') : stopJob(state, undefined);
}

export function afterCutterAnswer(state: SessionState): SessionStep {
  const { status, device, abilities, job } = state;
  assert(job !== undefined, 'the cutter is asked about for a job');
  const stuck = status.cutterError ? printerFault('E-PRN-CUT', device) : status.paperJam ? printerFault('E-PRN-JAM', device) : undefined;
  if (stuck !== undefined) {
    return finish(state, { kind: 'uncertain', evidence: isProven(job.evidence) ? 'print-confirmed' : job.evidence, fault: stuck });
  }
  const fault = abilities.fence === 'none' ? statusFault(status, device) : undefined;
  if (fault !== undefined) return finish(state, { kind: 'uncertain', evidence: job.evidence, fault });
  // Without a fence that it is well, five seconds after the last byte, is the most that can be known of its buffer.
  return andThen(emptied(state), (next) => (abilities.presents ? afterOutputAnswer({ ...next, looks: 0 }) : complete(next)));
}

/** Everything was heard that this printer can say. */
function complete(state: SessionState): SessionStep {
  return finish(state, knownOutcome(state, printerFault('E-PRN-UNCONFIRMED', state.device)));
}

function knownOutcome({ job }: SessionState, fault: Fault): PrintOutcome {
  const evidence = job?.evidence ?? 'none';
  return isProven(evidence) ? { kind: 'printed', evidence } : { kind: 'uncertain', evidence, fault };
}

/** How often the output is looked at within a span. */
const looksIn = (span: number): number => Math.ceil(span / LIMITS.printer.presenterEvery);

/** The paper on its way to the output, and then to the guest's hand. */
export function afterOutputAnswer(state: SessionState): SessionStep {
  const { status, device, job, looks } = state;
  assert(job !== undefined, 'the output is looked at for a job');
  if (status.cutterError || status.paperJam) {
    const fault = printerFault(status.cutterError ? 'E-PRN-CUT' : 'E-PRN-JAM', device);
    return finish(state, { kind: 'uncertain', evidence: isProven(job.evidence) ? 'print-confirmed' : job.evidence, fault });
  }
  const wasThere = job.evidence === 'presented';
  if (status.ticketAtOutput) {
    if (!wasThere) return andThen(raise({ ...state, looks: 0 }, 'presented'), lookAgain);
    return looks < looksIn(LIMITS.printer.takeTimeout) ? lookAgain(state) : retract(state, job);
  }
  if (wasThere) return andThen(raise(state, 'taken'), (next) => finish(next, { kind: 'printed', evidence: 'taken' }));
  // Never seen there: pulled out at once, or fallen. What the fences said stands.
  return looks < looksIn(LIMITS.printer.presentTimeout) ? lookAgain(state) : complete(state);
}

function lookAgain(state: SessionState): SessionStep {
  return stay(
    { ...state, looks: state.looks + 1, phase: { kind: 'presenting' } },
    { kind: 'wait', timer: 'poll', delay: LIMITS.printer.presenterEvery },
  );
}

/** Nobody took it: the next guest must not find it. */
function retract(state: SessionState, { evidence }: JobInHand): SessionStep {
  assert(isProven(evidence), 'what is drawn back was at the output');
  const outcome: PrintOutcome = { kind: 'printed', evidence, fault: printerFault('E-PRN-NOT-TAKEN', state.device) };
  return andThen(stay(state, { kind: 'send', orders: [{ kind: 'retract' }] }), (next) => finish(next, outcome));
}

/** Ends the job in the printer before it ends here. Without a `cause` the printer is asked for one once its buffers are empty. */
export function stopJob(state: SessionState, cause: Fault | undefined, tries = 1): SessionStep {
  const stopping: SessionState = { ...state, phase: { kind: 'stopping', cause, tries } };
  // It cannot be told to forget: whatever it still holds stays a danger until somebody switches it off.
  if (!state.abilities.clears) return cause === undefined ? ask(stopping, 'explain') : finishStopped(stopping, cause);
  return stay(stopping, ...clearEffects());
}

export function finishStopped(state: SessionState, cause: Fault | undefined): SessionStep {
  assert(state.job !== undefined, 'only a job is stopped');
  const { evidence } = state.job;
  const fault = cause ?? statusFault(state.status, state.device);
  // Printed by its own echo, and the printer is well: only the word about the cut is missing, and a guest can tear paper off.
  if (fault === undefined && evidence === 'print-confirmed') return finish(state, { kind: 'printed', evidence });
  return finish(state, { kind: 'uncertain', evidence, fault: fault ?? printerFault('E-PRN-ECHO', state.device) });
}
