import type { Checker, CheckerContext } from '../world/observation.ts';
import { createPresentedCodes } from './presented-codes.ts';

/** A1: what the box office has not made lets nobody in: forgeries, tickets with a bit changed, codes of anything else. */
export function forgeriesStayOutside({ broken }: CheckerContext): Checker {
  const codes = createPresentedCodes();
  return {
    name: 'A1',
    promise: 'A code that the box office has not made lets nobody in.',
    presented: codes.add,
    committed: ({ machine, body }) => {
      if (body.t !== 'scan' || body.d.verdict !== 'admit' || body.d.override !== undefined) return;
      const code = codes.of(machine, body.d);
      if (code !== undefined && code.ticketId === undefined) broken(`${machine} let somebody in who ${code.what}`);
    },
  };
}
