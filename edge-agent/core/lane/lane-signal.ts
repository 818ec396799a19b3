import type { Verdict, VerdictKind } from '../contract/admission.ts';
import type { GateView } from '../contract/local/live.ts';
import type { Signal } from '../ports/indicator.ts';

/**
 * What the light above a lane says, as one closed table beside that of its screen: green lets in, amber lets in after a look or says that somebody was let in
 * already, blue sends elsewhere, red refuses. Colour alone never decides: rhythm or beeps of any two verdicts differ as well.
 */
export type SignalName = VerdictKind | 'not-like-this' | 'ready' | 'checking' | 'not-passed' | 'not-released' | 'forced' | 'out-of-service' | 'fire';

export const SIGNALS: Readonly<Record<SignalName, Signal>> = {
  ready: { light: { colour: 'white', rhythm: 'steady' }, beeps: 'none', words: 'SCAN TICKET' },
  // A check is over before an eye has noticed it: the light waits for the verdict.
  checking: { light: { colour: 'white', rhythm: 'steady' }, beeps: 'none', words: 'CHECKING' },
  enter: { light: { colour: 'green', rhythm: 'steady' }, beeps: 'two-short', words: 'ENTER' },
  'enter-group': { light: { colour: 'green', rhythm: 'slow' }, beeps: 'two-short', words: 'ENTER - NEXT ONE' },
  attention: { light: { colour: 'amber', rhythm: 'steady' }, beeps: 'one-short', words: 'SHOW ID' },
  'wrong-time': { light: { colour: 'blue', rhythm: 'steady' }, beeps: 'two-long', words: 'WRONG TIME' },
  'wrong-place': { light: { colour: 'blue', rhythm: 'slow' }, beeps: 'two-long', words: 'WRONG PLACE' },
  'already-used': { light: { colour: 'amber', rhythm: 'slow' }, beeps: 'three-short', words: 'ALREADY USED' },
  invalid: { light: { colour: 'red', rhythm: 'fast' }, beeps: 'one-long', words: 'NOT VALID' },
  'cannot-verify': { light: { colour: 'amber', rhythm: 'fast' }, beeps: 'long-short', words: 'SEE STAFF' },
  'not-a-ticket': { light: { colour: 'white', rhythm: 'fast' }, beeps: 'one-short', words: 'NO TICKET' },
  'not-like-this': { light: { colour: 'white', rhythm: 'slow' }, beeps: 'long-short', words: 'NOT LIKE THIS' },
  'not-passed': { light: { colour: 'white', rhythm: 'steady' }, beeps: 'none', words: 'SCAN AGAIN' },
  'not-released': { light: { colour: 'red', rhythm: 'slow' }, beeps: 'one-long', words: 'SEE STAFF' },
  forced: { light: { colour: 'red', rhythm: 'fast' }, beeps: 'alarm', words: 'STOP' },
  'out-of-service': { light: { colour: 'red', rhythm: 'steady' }, beeps: 'none', words: 'OTHER LANE' },
  // The alarm sounds by itself; the way is open.
  fire: { light: { colour: 'green', rhythm: 'steady' }, beeps: 'none', words: 'LEAVE HERE' },
};

export function signalName(view: Pick<GateView, 'state' | 'verdict' | 'barrier'>): SignalName {
  switch (view.state) {
    case 'fire':
    case 'out-of-service':
      return view.state;
    case 'checking':
      return 'checking';
    case 'verdict':
      return view.barrier === 'forced' || view.verdict === undefined ? atBarrier(view.barrier) : nameOfVerdict(view.verdict);
    case 'ready':
      return atBarrier(view.barrier);
  }
}

/** Amber lets in after a look: a refusal of that kind must not wear it. */
function nameOfVerdict({ kind, reason }: Pick<Verdict, 'kind' | 'reason'>): SignalName {
  if (kind !== 'attention' || reason === undefined) return kind;
  return reason === 'no-reentry' ? 'already-used' : 'not-like-this';
}

function atBarrier(barrier: GateView['barrier']): SignalName {
  switch (barrier) {
    case 'forced':
    case 'not-passed':
      return barrier;
    case 'unavailable':
      return 'not-released';
    case 'closed':
    case 'released':
    case 'passed':
    case 'held':
      return 'ready';
  }
}

/** What a light that was told of `before` has to be told: a signal, once for each guest, so that the same verdict of the next one beeps again. */
export function signalOf(view: GateView): { readonly signal: Signal; readonly of: string } {
  const name = signalName(view);
  return { signal: SIGNALS[name], of: `${name} ${view.verdict?.scanId ?? ''}` };
}
