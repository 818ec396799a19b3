import type { Checker, CheckerContext } from '../world/observation.ts';
import { forgeriesStayOutside } from './a1-forgeries-stay-outside.ts';
import { changingCodeIsGoodOnce } from './a2-a-changing-code-is-good-once.ts';
import { unconfirmedHasCause } from './c1-unconfirmed-has-a-cause.ts';
import { everythingArrives } from './l1-everything-arrives.ts';
import { everyMachineServesAgain } from './l2-every-machine-serves-again.ts';
import { queuesAreBounded } from './l3-queues-are-bounded.ts';
import { openingsReachTheOffice } from './s1-openings-reach-the-office.ts';
import { noSecondUseAtOneGate } from './s2-no-second-use-at-one-gate.ts';
import { noAdmissionAgainstKnowledge } from './s3-no-admission-against-knowledge.ts';
import { doublesAreFound } from './s4-doubles-are-found.ts';
import { noOpeningWithoutDecision } from './s5-no-opening-without-a-decision.ts';
import { numbersWithoutGaps } from './s6-numbers-without-gaps.ts';
import { noAdmissionAfterTheEnd } from './s7-no-admission-after-the-end.ts';
import { noRefusalByWrongClock } from './s8-no-refusal-by-a-wrong-clock.ts';
import { noChildGoesInAlone } from './s9-no-child-goes-in-alone.ts';

/** Everything that is promised of a site, as watchers. D1 (a seed gives the same run each time) is held by the runner, which runs a sample twice. */
export const CHECKERS: readonly ((context: CheckerContext) => Checker)[] = [
  openingsReachTheOffice,
  noSecondUseAtOneGate,
  noAdmissionAgainstKnowledge,
  doublesAreFound,
  noOpeningWithoutDecision,
  numbersWithoutGaps,
  noAdmissionAfterTheEnd,
  noRefusalByWrongClock,
  noChildGoesInAlone,
  everythingArrives,
  everyMachineServesAgain,
  queuesAreBounded,
  unconfirmedHasCause,
  forgeriesStayOutside,
  changingCodeIsGoodOnce,
];
