import { LIMITS } from '#core/base/limits.ts';
import type { Checker, CheckerContext } from '../world/observation.ts';

/** How long the loss of a line may be felt: noticed by pings, then mended by tries that come slower and slower. */
const FELT_MS = LIMITS.site.pingEvery * (LIMITS.site.pingsMissedMax + 1) + LIMITS.site.reconnect.cap * 2 + 10_000;

/** C1: every admission says how sure it is, and it is unsure only when some other gate could not be asked. */
export function unconfirmedHasCause({ world, broken }: CheckerContext): Checker {
  return {
    name: 'C1',
    promise: 'Every admission says how sure it is; it is unsure only when some other gate could not be asked.',
    committed: ({ machine, body }) => {
      if (body.t !== 'scan' || body.d.verdict !== 'admit' || body.d.direction !== 'entry') return;
      const others = world.machines.filter((other) => other.machine !== machine);
      if (body.d.confirmation === 'alone' && others.length > 0) broken(`${machine} let ${body.d.scanId} in as if it were alone`);
      if (body.d.confirmation !== 'unconfirmed') return;
      const hasCause = others.some((other) => !other.isUp() || world.now() - world.lastTrouble(machine, other.machine) < FELT_MS);
      if (!hasCause) broken(`${machine} let ${body.d.scanId} in unconfirmed, and every other gate could be asked`);
    },
  };
}
