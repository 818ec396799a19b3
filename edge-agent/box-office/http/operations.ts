import type { z } from 'zod';
import { parseBusinessDay } from '#core/base/business-day.ts';
import { ok, type Result } from '#core/base/result.ts';
import { toIso } from '#core/base/time.ts';
import type { boxOfficeApi } from '#core/contract/box-office/api.ts';
import { TIME_CONTEXT, type TimeAnswer } from '#core/contract/box-office/time.ts';
import type { EndpointShape } from '#core/contract/endpoint.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import { signBody } from '../../runtime/ticket-crypto.ts';
import { readMember } from '../members/read-member.ts';
import type { Office } from '../office.ts';
import type { PaymentDriver } from '../payments/payment-driver.ts';
import { cancelOrder, readPayment, refundOrder, startPayment } from '../payments/payments.ts';
import { paymentMethods } from '../payments/provider-list.ts';
import { readMoneyView } from '../payments/read-money-view.ts';
import { readReconciliation } from '../payments/read-reconciliation.ts';
import { settlePayment } from '../payments/settle-payment.ts';
import { readTerminalDuties, reportTerminal, reportTerminalReversal } from '../payments/terminal.ts';
import { readProgramme, readShowSeats } from '../programme-keeper.ts';
import { RequestProblem } from '../request-problem.ts';
import { claimTickets, findOrder, lookUp } from '../sales/collections.ts';
import { holdSeats, releaseHold } from '../sales/holds.ts';
import { createOrder, readOrder } from '../sales/orders.ts';
import { reprintTicket, resolveTicketPrint } from '../sales/reprints.ts';
import { rotatingCode } from '../sales/rotating-code.ts';
import { signGateSecrets } from '../validity/gate-secrets.ts';
import type { ShardKeeper } from '../validity/shard-keeper.ts';
import type { ValidityJournal } from '../validity/validity-journal.ts';

type Part<Shape extends EndpointShape, Name extends 'params' | 'query' | 'body'> = Shape extends {
  readonly [Key in Name]: infer Schema extends z.ZodType;
}
  ? { readonly [Key in Name]: z.output<Schema> }
  : unknown;

type Question<Shape extends EndpointShape> = Part<Shape, 'params'> & Part<Shape, 'query'> & Part<Shape, 'body'> & { readonly machine: MachineId };
type Refusal<Shape extends EndpointShape> = Shape['answers'] extends { readonly 409: infer Schema extends z.ZodType } ? z.output<Schema> : never;

/** What stands behind each row of the table. */
export type Operations = {
  readonly [Name in keyof typeof boxOfficeApi]: (
    question: Question<(typeof boxOfficeApi)[Name]>,
  ) => Promise<Result<z.output<(typeof boxOfficeApi)[Name]['answers'][200]>, Refusal<(typeof boxOfficeApi)[Name]>>>;
};

export interface OperationParts {
  readonly office: Office;
  readonly driver: PaymentDriver;
  readonly journal: ValidityJournal;
  readonly shards: ShardKeeper;
}

const EVENTS_IN_ANSWER = 1_000;

export function createOperations({ office, driver, journal, shards }: OperationParts): Operations {
  return {
    readSite: async () => ok(office.programme.site),
    readProgramme: async () => ok(await readProgramme(office)),
    readShowSeats: async ({ params }) => ok(await readShowSeats(office, params.showId)),
    holdSeats: async ({ body, machine }) => {
      speaksForItself(machine, body.machine);
      return holdSeats(office, body);
    },
    releaseHold: async ({ params, body, machine }) => ok(await releaseHold(office, params.holdId, body.token, machine)),
    createOrder: async ({ body, machine }) => {
      speaksForItself(machine, body.machine);
      return createOrder(office, body);
    },
    readOrder: async ({ params }) => ok(await readOrder(office, params.orderId)),
    findOrder: ({ body }) => findOrder(office, body.code),
    cancelOrder: async ({ params }) => ok(await cancelOrder(office, driver, params.orderId)),
    startPayment: ({ params, body, machine }) => startPayment(office, driver, params.orderId, body, machine),
    readPaymentMethods: async () => ok(paymentMethods(office.providers)),
    readReconciliation: async ({ query }) => {
      const day = parseBusinessDay(query.day);
      if (day === undefined) throw new RequestProblem(400, 'bad-request', 'The day is none of any calendar.');
      return ok(await readReconciliation(office, day));
    },
    readMoneyView: async () => ok(await readMoneyView(office, driver)),
    readMember: ({ body }) => readMember(office, body),
    reportTerminal: ({ params, body, machine }) => reportTerminal(office, driver, params.attemptKey, body, machine),
    reportTerminalReversal: ({ params, body, machine }) => reportTerminalReversal(office, driver, params.attemptKey, body, machine),
    readTerminalDuties: async ({ machine }) => ok(await readTerminalDuties(office, machine)),
    readPayment: async ({ params }) => ok(await readPayment(office, params.attemptKey)),
    settlePayment: ({ params, body }) => settlePayment(office, driver, params.attemptKey, body),
    refundOrder: ({ params, body }) => refundOrder(office, driver, params.orderId, body),
    lookUp: ({ body }) => lookUp(office, body.code),
    claimTickets: async ({ body, machine }) => {
      speaksForItself(machine, body.machine);
      return claimTickets(office, body);
    },
    reprintTicket: async ({ params, body, machine }) => {
      speaksForItself(machine, body.machine);
      return reprintTicket(office, params.ticketId, body);
    },
    resolvePrint: ({ params, body }) => resolveTicketPrint(office, params.ticketId, body),
    readValidityHead: async () => ok(await office.run(({ tx, now }) => journal.head(tx, now))),
    readValidityManifest: async ({ query }) => ok(await shards.manifest(query)),
    readValidityDeltas: async ({ query }) => ok(await office.run(({ tx }) => journal.deltas(tx, query.epoch, query.after))),
    readGateSecrets: async () => ok(signGateSecrets(office.keys, office.programme.site.id).signed),
    readRotatingCode: ({ params }) => rotatingCode(office, params.ticketId),
    readReceivedEvents: async ({ query, machine }) => ok(await readReceivedEvents(office, machine, query.after)),
    readConflicts: async () => ok(await readConflicts(office)),
    readTime: async ({ query }) => {
      const at = await office.run(async ({ now }) => toIso(now));
      const answer: z.input<typeof TimeAnswer> = { scope: office.programme.site.id, nonce: query.nonce, at };
      return ok(signBody(office.keys.data, TIME_CONTEXT, JSON.stringify(answer)));
    },
  };
}

/** @throws RequestProblem 403 */
function speaksForItself(machine: MachineId, named: MachineId): void {
  if (machine !== named) throw new RequestProblem(403, 'forbidden', `This token is not the one of ${named}.`);
}

const CONFLICTS_IN_ANSWER = 200;

async function readConflicts(office: Office) {
  const found = await office.run(({ tx }) => tx.conflicts.newest(CONFLICTS_IN_ANSWER));
  return {
    conflicts: found.map(({ conflict, foundAt, changedAt, toldBy }) => ({
      conflict,
      foundAt: toIso(foundAt),
      changedAt: toIso(changedAt),
      toldBy: [...toldBy],
    })),
  };
}

async function readReceivedEvents(office: Office, machine: MachineId, after: number) {
  // One more than fits tells whether there is more.
  const found = await office.run(({ tx }) => tx.events.ofMachine(machine, after, EVENTS_IN_ANSWER + 1));
  const events = found.slice(0, EVENTS_IN_ANSWER).map(({ position, epoch, lane, seq, id, type }) => ({ position, epoch, lane, seq, id, type }));
  return { events, complete: found.length <= EVENTS_IN_ANSWER };
}
