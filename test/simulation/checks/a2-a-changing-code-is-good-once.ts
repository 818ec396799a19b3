import type { Checker, CheckerContext } from '../world/observation.ts';
import { createPresentedCodes } from './presented-codes.ts';

/** A2: a gate accepts one code of a phone once for a ticket that lets one body in, unless nobody went through the first time. */
export function changingCodeIsGoodOnce({ broken }: CheckerContext): Checker {
  const codes = createPresentedCodes();
  /** By gate and code, the scan that it was accepted for. */
  const accepted = new Map<string, string>();
  const takenBack = new Set<string>();
  return {
    name: 'A2',
    promise: 'A gate accepts the code of a phone once for a ticket that lets one body in.',
    presented: codes.add,
    committed: ({ machine, body }) => {
      if (body.t === 'passage' && body.d.scanId !== undefined && (body.d.outcome === 'not-passed' || body.d.outcome === 'release-failed')) {
        takenBack.add(body.d.scanId);
      }
      if (body.t !== 'scan' || body.d.verdict !== 'admit' || body.d.direction !== 'entry') return;
      const code = codes.of(machine, body.d);
      if (code === undefined || !code.isChanging || code.admits !== 1) return;
      const name = `${machine}/${body.d.ticketId}/${body.d.codeHash}`;
      const before = accepted.get(name);
      if (before !== undefined && !takenBack.has(before))
        broken(`${machine} accepted the same code of a phone for ${before} and for ${body.d.scanId}`);
      accepted.set(name, body.d.scanId);
    },
    restored: (machine) => {
      for (const name of accepted.keys()) if (name.startsWith(`${machine}/`)) accepted.delete(name);
    },
  };
}
