import type { z } from 'zod';
import { FaultError } from '#core/base/fault.ts';
import type { Verdict } from '#core/contract/admission.ts';
import type { EventId, TicketId } from '#core/contract/identifiers.ts';
import type { OverrideRequest, ScanRequest, SearchAnswer, SignInRefusal, UsherRefusal, UsherState } from '#core/contract/local/usher.ts';
import type { EndpointHandlers, Visit } from './endpoints.ts';
import { ProblemError } from './problems.ts';

/** The usher's page as this server answers it. Who is signed in is known by the token of a cookie; every function says itself what that one may do. */
export interface UsherSource {
  /** Of somebody who is not signed in: without scans, halls and conflicts. */
  state(token: string | undefined): UsherState;
  /** @throws FaultError when a try cannot be counted; nothing was looked at then */
  signIn(pin: string): Promise<Outcome<{ readonly token: string }, SignInRefusal>>;
  signOut(token: string): void;
  check(token: string | undefined, scan: z.output<typeof ScanRequest>): Promise<Outcome<{ readonly verdict: Verdict }>>;
  search(token: string | undefined, query: string): Promise<Outcome<{ readonly found: z.output<typeof SearchAnswer> }>>;
  override(token: string | undefined, request: z.output<typeof OverrideRequest>): Promise<Outcome<{ readonly verdict: Verdict }>>;
  undo(token: string | undefined, scanId: EventId): Promise<Outcome<object>>;
  markSeen(token: string | undefined, ticketId: TicketId): Outcome<object>;
}

export type Outcome<Value, Refusal = UsherRefusal> =
  | (Value & { readonly kind: 'done' })
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Too much at once; nothing was looked at. */
  | { readonly kind: 'busy' };

export function usherHandlers(usher: UsherSource): EndpointHandlers {
  /** The page as it is after what was just done. */
  const after = ({ token }: Visit) => ({ status: 200, body: { state: usher.state(token) } }) as const;
  return {
    readUsher: async (_, visit) => after(visit),
    signIn: async ({ body }, visit) => {
      const answer = await whenStoreIsWell(() => usher.signIn(body.pin));
      if (answer.kind !== 'done') return refused(answer);
      // Another may have been signed in on this phone; one cookie, one session.
      if (visit.token !== undefined) usher.signOut(visit.token);
      visit.keep(answer.token);
      return { status: 200, body: { state: usher.state(answer.token) } };
    },
    signOut: async (_, visit) => {
      if (visit.token !== undefined) usher.signOut(visit.token);
      visit.keep(undefined);
      return { status: 200, body: { state: usher.state(undefined) } };
    },
    checkTicket: async ({ body }, visit) => {
      const answer = await usher.check(visit.token, body);
      return answer.kind === 'done' ? { status: 200, body: { verdict: answer.verdict, state: usher.state(visit.token) } } : refused(answer);
    },
    searchTickets: async ({ body }, visit) => {
      const answer = await usher.search(visit.token, body.query);
      return answer.kind === 'done' ? { status: 200, body: answer.found } : refused(answer);
    },
    overrideRefusal: async ({ body }, visit) => {
      const answer = await whenStoreIsWell(() => usher.override(visit.token, body));
      return answer.kind === 'done' ? { status: 200, body: { verdict: answer.verdict, state: usher.state(visit.token) } } : refused(answer);
    },
    undoAdmission: async ({ params }, visit) => {
      const answer = await usher.undo(visit.token, params.scanId);
      return answer.kind === 'done' ? after(visit) : refused(answer);
    },
    markConflictSeen: async ({ params }, visit) => {
      const answer = usher.markSeen(visit.token, params.ticketId);
      return answer.kind === 'done' ? after(visit) : refused(answer);
    },
  };
}

function refused<Refusal>(answer: { readonly kind: 'refused'; readonly refusal: Refusal } | { readonly kind: 'busy' }) {
  if (answer.kind === 'busy') throw new ProblemError(429, { code: 'too-many-requests', message: 'Too many at once; try again.' });
  return { status: 409, body: answer.refusal } as const;
}

/** A PIN is not looked at when the try cannot be written down. */
async function whenStoreIsWell<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause;
    throw new ProblemError(503, { code: 'store', message: `${cause.fault.code}: ${cause.fault.message}`.slice(0, 500) });
  }
}
