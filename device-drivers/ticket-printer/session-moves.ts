import { type Fault, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { PrintEvidence, PrinterNote, PrintOutcome, ProvenEvidence } from '#core/ports/ticket-printer.ts';
import { printerFault } from './printer-faults.ts';
import type { StatusQuestion } from './printer-language.ts';
import { equalHealth, healthOf, type PrinterStatus } from './printer-status.ts';
import type { AskPurpose, JobInHand, SessionEffect, SessionState, SessionStep } from './session.ts';

/** The moves that connecting, asking and printing have in common. */

export const stay = (state: SessionState, ...effects: readonly SessionEffect[]): SessionStep => ({ state, effects });

/** The effects of `first`, then those of `next` from the state that `first` left. */
export function andThen(first: SessionStep, next: (state: SessionState) => SessionStep): SessionStep {
  const second = next(first.state);
  return { state: second.state, effects: [...first.effects, ...second.effects] };
}

export const missed = (state: SessionState): SessionStep => stay(state, { kind: 'count', what: 'timeouts' }, { kind: 'resynchronise' });

// --- asking ------------------------------------------------------------------------------------------------------------------------------------------

/** After the cut only the cutter is in question, unless nothing has confirmed the rest. */
function questionsOf({ questions, cutterQuestion, fence }: SessionState['abilities'], purpose: AskPurpose): readonly StatusQuestion[] {
  return purpose === 'cutter' && fence !== 'none' ? [cutterQuestion] : questions;
}

export function ask(state: SessionState, purpose: AskPurpose, question?: StatusQuestion): SessionStep {
  const about = question ?? questionsOf(state.abilities, purpose)[0] ?? 1;
  return stay(
    { ...state, phase: { kind: 'asking', purpose, question: about } },
    { kind: 'send', orders: [{ kind: 'ask-status', about }] },
    { kind: 'wait', timer: 'answer', delay: LIMITS.printer.statusTimeout },
  );
}

/** The question after this one; undefined at the end of the round. */
export function nextQuestion(state: SessionState, purpose: AskPurpose, question: StatusQuestion): StatusQuestion | undefined {
  const questions = questionsOf(state.abilities, purpose);
  return questions[questions.indexOf(question) + 1];
}

export const clearEffects = (): SessionEffect[] => [
  { kind: 'send', orders: [{ kind: 'clear-buffers' }] },
  { kind: 'wait', timer: 'answer', delay: LIMITS.printer.statusTimeout },
];

export function toIdle(state: SessionState): SessionStep {
  if (state.isStopping) return end(state, undefined);
  return stay({ ...state, phase: { kind: 'idle' } }, { kind: 'wait', timer: 'poll', delay: LIMITS.printer.statusEvery });
}

// --- what is known -----------------------------------------------------------------------------------------------------------------------------------

/** Told when it changed. While the first round lasts half of the answers are missing; while a job lasts its own paper at the output is no trouble. */
export function tellHealth(state: SessionState): SessionStep {
  const { phase, job, status } = state;
  if (phase.kind === 'clearing-at-start' || (phase.kind === 'asking' && phase.purpose === 'connect')) return stay(state);
  const isOurs = job !== undefined;
  const health = healthOf({
    ...state,
    status: isOurs ? { ...status, ticketAtOutput: false } : status,
    mayHoldRemainder: state.mayHoldRemainder && !isOurs,
  });
  return equalHealth(health, state.health) ? stay(state) : stay({ ...state, health }, { kind: 'tell-health', health });
}

export function withStatus(state: SessionState, status: PrinterStatus): SessionStep {
  const next: SessionState = { ...state, status, mayHang: state.mayHang || status.cutterError };
  const kept = next.mayHang === state.mayHang ? stay(next) : stay(next, { kind: 'keep-note', note: noteOf(next) });
  return andThen(kept, tellHealth);
}

export const noteOf = ({ lastToken, mayHoldRemainder, mayHang, papersSinceLow }: SessionState): PrinterNote => ({
  lastToken,
  mayHoldRemainder,
  mayHang,
  papersSinceLow,
});

/** Proof that nothing of ours is left in the printer. */
export function emptied(state: SessionState): SessionStep {
  if (!state.mayHoldRemainder) return stay(state);
  const next: SessionState = { ...state, mayHoldRemainder: false };
  return andThen(stay(next, { kind: 'keep-note', note: noteOf(next) }), tellHealth);
}

const EVIDENCE_ORDER: readonly PrintEvidence[] = ['none', 'accepted', 'print-confirmed', 'cut-confirmed', 'presented', 'taken'];

export const isProven = (evidence: PrintEvidence): evidence is ProvenEvidence => evidence !== 'none' && evidence !== 'accepted';

/** An echo may overtake the news that the bytes were drained; evidence only grows. */
export function raise(state: SessionState, evidence: PrintEvidence): SessionStep {
  const { job } = state;
  if (job === undefined || EVIDENCE_ORDER.indexOf(evidence) <= EVIDENCE_ORDER.indexOf(job.evidence)) return stay(state);
  const raised: SessionState = { ...state, job: { ...job, evidence } };
  return isProven(evidence) ? stay(raised, { kind: 'tell-evidence', evidence }) : stay(raised);
}

// --- ends --------------------------------------------------------------------------------------------------------------------------------------------

export function finish(state: SessionState, outcome: PrintOutcome): SessionStep {
  const over = stay({ ...state, job: undefined, looks: 0, phase: { kind: 'idle' } }, { kind: 'stop-waiting' });
  return andThen(
    andThen(andThen(over, tellHealth), (next) => stay(next, { kind: 'finish', outcome })),
    toIdle,
  );
}

/** The session ends, and a job in hand with it: as not printed where nothing of it had been sent, otherwise with the evidence there is. */
export function end(state: SessionState, fault: Fault | undefined, jobFault = fault ?? printerFault('E-PRN-STOPPED', state.device)): SessionStep {
  // Ended before finished: whoever waits behind the job must not begin in between.
  const effects: SessionEffect[] = [{ kind: 'stop-waiting' }, { kind: 'end', fault }];
  if (state.job !== undefined) effects.push({ kind: 'finish', outcome: outcomeAtEnd(state, state.job, jobFault) });
  return stay({ ...state, phase: { kind: 'ended' }, job: undefined }, ...effects);
}

function outcomeAtEnd({ phase }: SessionState, { evidence }: JobInHand, fault: Fault): PrintOutcome {
  const uncertain: PrintOutcome = { kind: 'uncertain', evidence, fault };
  switch (phase.kind) {
    case 'printing':
    case 'cutting':
    case 'stopping':
      return uncertain;
    case 'presenting':
      return isProven(evidence) ? { kind: 'printed', evidence } : uncertain;
    case 'asking':
      switch (phase.purpose) {
        case 'cutter':
          // Both fences are passed; what fell silent is only the question about the cutter.
          return isProven(evidence) ? { kind: 'printed', evidence: 'print-confirmed' } : uncertain;
        case 'output':
          return isProven(evidence) ? { kind: 'printed', evidence } : uncertain;
        case 'explain':
          return uncertain;
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
