import { assert } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { toIso } from '#core/base/time.ts';
import type { RotatingCode, RotatingCodeRefusal } from '#core/contract/box-office/gate-secrets.ts';
import type { TicketId } from '#core/contract/identifiers.ts';
import { checkValue, stepAt, stepStart, ticketKey } from '#core/ticket/rotating.ts';
import { parseTicketText, rotatingText } from '#core/ticket/ticket-text.ts';
import { hmacSha256 } from '../../runtime/ticket-crypto.ts';
import type { Office } from '../office.ts';
import { RequestProblem } from '../request-problem.ts';
import { secretInForce } from '../validity/gate-secrets.ts';

/**
 * What a phone shows for a ticket now. The box office makes the code, so that neither the venue's secret nor the ticket's key is ever on a phone.
 * @throws RequestProblem 404
 */
export async function rotatingCode(office: Office, ticketId: TicketId): Promise<Result<RotatingCode, RotatingCodeRefusal>> {
  return office.run(async ({ tx, now }) => {
    const record = await tx.tickets.find(ticketId);
    if (record === undefined) throw new RequestProblem(404, 'not-found', 'There is no such ticket.');
    if (record.status !== 'valid') return err({ code: 'not-good' });
    const ticket = parseTicketText(record.code);
    assert(ticket.ok, 'the box office has issued a ticket that it can read');
    const secret = Buffer.from(secretInForce(office.keys.rotating, now).secret, 'base64url');
    const step = stepAt(now);
    const check = checkValue(ticketKey(secret, ticketId, hmacSha256), step, hmacSha256);
    return ok({ ticketId, code: rotatingText(ticket.value, step, check), step, validUntil: toIso(stepStart(step + 1)) });
  });
}
