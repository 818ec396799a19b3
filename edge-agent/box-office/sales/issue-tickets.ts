import { assert } from '#core/base/fault.ts';
import { newTicketId } from '#core/box-office/numbers.ts';
import { NOT_PRINTED } from '#core/box-office/print-record.ts';
import type { PlannedShow } from '#core/box-office/programme-source.ts';
import type { OrderLine, OrderRecord, TicketRecord } from '#core/box-office/records.ts';
import { needsProof, ticketFace } from '#core/box-office/ticket-face.ts';
import { entryWindow, validityTicket } from '#core/box-office/validity-rows.ts';
import type { TicketTypeId } from '#core/contract/box-office/programme.ts';
import type { PaymentMethod } from '#core/contract/box-office/sales.ts';
import type { TicketId } from '#core/contract/identifiers.ts';
import { encodePayload, type TicketClass } from '#core/ticket/payload.ts';
import { signedBytes, ticketText } from '#core/ticket/ticket-text.ts';
import { sha256Hex } from '../../runtime/ticket-crypto.ts';
import { filmOf, knownShow, type Office, planOfShow } from '../office.ts';
import type { Unit } from '../unit-of-work.ts';

const CLASS_OF_TYPE: Readonly<Record<TicketTypeId, TicketClass>> = { adult: 'standard', child: 'child', student: 'student', senior: 'senior' };

/** Makes the tickets of an order that was just confirmed, signed, and tells the gates. */
export async function issueTickets(unit: Unit, office: Office, order: OrderRecord, method: PaymentMethod): Promise<void> {
  const { show } = await knownShow(unit, order.showId);
  const tickets: TicketRecord[] = [];
  for (const [index, line] of order.lines.entries()) {
    const ticket = makeTicket(unit, office, { order, line, show, method, position: index + 1, id: await unusedTicketId(unit, office) });
    await unit.tx.tickets.put(ticket);
    tickets.push(ticket);
  }
  for (const ticket of tickets) unit.publish({ op: 'put-ticket', ticket: validityTicket(ticket, tickets) });
}

interface NewTicket {
  readonly order: OrderRecord;
  readonly line: OrderLine;
  readonly show: PlannedShow;
  readonly method: PaymentMethod;
  readonly position: number;
  readonly id: TicketId;
}

function makeTicket(unit: Unit, office: Office, { order, line, show, method, position, id }: NewTicket): TicketRecord {
  const { site } = office.programme;
  const key = office.keys.tickets.at(-1);
  assert(key !== undefined, 'there is a key that signs tickets');
  const window = entryWindow(show);
  const payload = encodePayload({
    keyId: key.id,
    siteId: site.id,
    ticketId: id,
    showId: show.id,
    screenId: show.screenId,
    seat: line.seatIndex,
    admits: 1,
    ticketClass: CLASS_OF_TYPE[line.ticketType],
    needsProof: needsProof(line.ticketType),
    validFrom: window.from,
    validUntil: window.until,
    issuedAt: unit.now,
  });
  const signature = key.signer.sign(signedBytes(payload));
  const film = filmOf(office, show);
  const plan = planOfShow(office, show);
  return {
    id,
    orderId: order.id,
    showId: show.id,
    seatId: line.seatId,
    seatIndex: line.seatIndex,
    ticketType: line.ticketType,
    status: 'valid',
    since: unit.now,
    print: NOT_PRINTED,
    face: ticketFace({ site, film, show, plan, order, line, method, position, soldAt: unit.now, signatureHash: sha256Hex(signature) }),
    code: ticketText(payload, signature),
  };
}

/** 10^8 numbers for a site; with a million of them used, 32 tries fail once in 10^64 sales. */
const TRIES_MAX = 32;

async function unusedTicketId(unit: Unit, office: Office): Promise<TicketId> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const id = newTicketId(office.random, office.programme.site.id);
    if ((await unit.tx.tickets.find(id)) === undefined) return id;
  }
  assert(false, 'a source of chance does not repeat itself');
}
