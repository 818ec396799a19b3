import type { Checker, CheckerContext } from '../world/observation.ts';
import { createPresentedCodes } from './presented-codes.ts';

/** S8: nobody is told that he is too early or too late while he is not, whatever was done to the clock on the wall. */
export function noRefusalByWrongClock({ world, broken }: CheckerContext): Checker {
  const codes = createPresentedCodes();
  return {
    name: 'S8',
    promise: 'Nobody is refused as too early or too late who is neither, whatever the wall clocks show.',
    presented: codes.add,
    committed: ({ machine, body }) => {
      if (body.t !== 'scan' || body.d.verdict !== 'refuse') return;
      const window = codes.of(machine, body.d)?.window;
      if (window === undefined) return;
      const now = world.now();
      // A claim takes up to its budget between the decision and the commit.
      if (body.d.reasons.includes('too-late') && now < window.until)
        broken(`${machine} called a guest too late ${Math.round((window.until - now) / 1_000)} s early`);
      if (body.d.reasons.includes('too-early') && now > window.from + 1_000)
        broken(`${machine} called a guest too early ${Math.round((now - window.from) / 1_000)} s late`);
    },
  };
}
