import type { z } from 'zod';
import { FaultError } from '#core/base/fault.ts';
import type { PaymentFinding } from '#core/contract/box-office/settle-payment.ts';
import type { DeviceId, IdempotencyKey, MachineId, OrderId, TicketId } from '#core/contract/identifiers.ts';
import type {
  CloseOrder,
  ReprintOrder,
  ResolveWhy,
  SettleWhy,
  StaffOrder,
  StaffRefund,
  StaffRefusal,
  StaffState,
} from '#core/contract/local/staff.ts';
import type { SignInRefusal } from '#core/contract/local/usher.ts';
import type { EndpointHandlers } from './endpoints.ts';
import { ProblemError } from './problems.ts';

/** The staff's page as this server answers it. Who is signed in is known by the token of a cookie of its own; every function says itself what that one may do. */
export interface StaffSource {
  /** Of nobody: what the machine is, and nothing else. */
  state(token: string | undefined): StaffState;
  /** @throws FaultError when a try cannot be counted; nothing was looked at then */
  signIn(pin: string): Promise<StaffOutcome<{ readonly token: string }, SignInRefusal>>;
  signOut(token: string): void;
  touch(token: string): void;
  order(token: string | undefined, orderId: OrderId): Promise<StaffOutcome<{ readonly order: StaffOrder }>>;
  find(token: string | undefined, code: string): Promise<StaffOutcome<{ readonly order: StaffOrder }>>;
  awaitScan(token: string | undefined): StaffOutcome;
  resolve(token: string | undefined, ticketId: TicketId, why: ResolveWhy): Promise<StaffOutcome>;
  settle(token: string | undefined, orderId: OrderId, why: SettleWhy): Promise<StaffOutcome>;
  settlePayment(token: string | undefined, attemptKey: IdempotencyKey, found: PaymentFinding): Promise<StaffOutcome>;
  resume(token: string | undefined, orderId: OrderId): Promise<StaffOutcome>;
  reprint(token: string | undefined, orderId: OrderId, wish: z.output<typeof ReprintOrder>): Promise<StaffOutcome>;
  /** @throws FaultError as `signIn`, of the second person's PIN */
  refund(token: string | undefined, orderId: OrderId, wish: StaffRefund): Promise<StaffOutcome>;
  powerCycled(token: string | undefined, printer: DeviceId): StaffOutcome;
  setClosed(token: string | undefined, wish: z.output<typeof CloseOrder>): StaffOutcome;
  releaseLocks(token: string | undefined, machine: MachineId, key: IdempotencyKey): Promise<StaffOutcome>;
}

export type StaffOutcome<Value = object, Refusal = StaffRefusal> =
  | (Value & { readonly kind: 'done' })
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Too much at once; nothing was looked at. */
  | { readonly kind: 'busy' };

export function staffHandlers(staff: StaffSource): EndpointHandlers {
  const page = (token: string | undefined) => ({ status: 200, body: { state: staff.state(token) } }) as const;
  /** Whatever was done, somebody is there. */
  const after = (outcome: StaffOutcome, token: string | undefined) => {
    if (token !== undefined) staff.touch(token);
    return outcome.kind === 'done' ? page(token) : refused(outcome);
  };
  return {
    readStaff: async (_, { token }) => page(token),
    staffSignIn: async ({ body }, visit) => {
      const answer = await whenStoreIsWell(() => staff.signIn(body.pin));
      if (answer.kind !== 'done') return refused(answer);
      if (visit.token !== undefined) staff.signOut(visit.token);
      visit.keep(answer.token);
      return page(answer.token);
    },
    staffSignOut: async (_, visit) => {
      if (visit.token !== undefined) staff.signOut(visit.token);
      visit.keep(undefined);
      return page(undefined);
    },
    staffStay: async (_, { token }) => {
      if (token !== undefined) staff.touch(token);
      return page(token);
    },
    readStaffOrder: async ({ params }, { token }) => {
      const answer = await staff.order(token, params.orderId);
      return answer.kind === 'done' ? { status: 200, body: { order: answer.order } } : refused(answer);
    },
    findStaffOrder: async ({ body }, { token }) => {
      const answer = await staff.find(token, body.code);
      return answer.kind === 'done' ? { status: 200, body: { order: answer.order } } : refused(answer);
    },
    awaitStaffScan: async (_, { token }) => after(staff.awaitScan(token), token),
    resolvePrint: async ({ params, body }, { token }) => after(await staff.resolve(token, params.ticketId, body.why), token),
    settleOrder: async ({ params, body }, { token }) => after(await staff.settle(token, params.orderId, body.why), token),
    settlePayment: async ({ params, body }, { token }) => after(await staff.settlePayment(token, params.attemptKey, body.found), token),
    resumeOrder: async ({ params }, { token }) => after(await staff.resume(token, params.orderId), token),
    reprintTicket: async ({ params, body }, { token }) => after(await staff.reprint(token, params.orderId, body), token),
    refundOrder: async ({ params, body }, { token }) => after(await whenStoreIsWell(() => staff.refund(token, params.orderId, body)), token),
    printerPowerCycled: async ({ params }, { token }) => after(staff.powerCycled(token, params.device), token),
    closeKiosk: async ({ body }, { token }) => after(staff.setClosed(token, body), token),
    releasePinLocks: async ({ params, body }, { token }) => after(await staff.releaseLocks(token, params.machine, body.key), token),
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
