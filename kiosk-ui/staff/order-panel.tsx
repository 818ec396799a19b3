import type { StaffOrder, StaffState } from '#core/contract/local/staff.ts';
import { ORDER_STATUS, desk as words } from '../text/desk.ts';
import { formatMoney, formatTime } from '../text/format.ts';
import { say } from '../text/language.ts';
import { PRINT_STATE } from '../text/print-state.ts';
import { shared } from '../text/shared.ts';
import type { StaffDesk } from './staff-model.ts';

interface OrderProps {
  readonly desk: StaffDesk;
  readonly state: StaffState;
  readonly order: StaffOrder;
}

/** One order with its tickets: what is on paper, and each once more. */
export function OrderPanel({ desk, state, order }: OrderProps) {
  const { rights, kiosk } = state;
  const mayReprint = kiosk !== null && rights.includes('ticket.reprint');
  const mayResume =
    kiosk !== null &&
    rights.includes('order.resume') &&
    order.status === 'confirmed' &&
    order.tickets.some(({ printState }) => printState === 'pending');
  const mayRefund = order.status === 'confirmed' && rights.includes('order.refund');
  return (
    <section class="card desk-card" aria-labelledby="order-title">
      <h2 id="order-title">
        {say(words.order)} <span class="numeric">{order.orderId}</span>
      </h2>
      <p class="soft">
        {order.film ? say(order.film) : ''} {order.startsAt && state.timeZone ? formatTime(order.startsAt, state.timeZone) : ''} ·{' '}
        {formatMoney(order.total)} · <strong>{say(ORDER_STATUS[order.status])}</strong>
      </p>
      <ul class="desk-list">
        {order.tickets.map((ticket) => (
          <li key={ticket.id} class="desk-row" data-tone="quiet">
            <p class="desk-row-head">
              <strong>{say(shared.seat(ticket.row, ticket.number))}</strong>
              <span>{say(PRINT_STATE[ticket.printState])}</span>
              <span class="soft">{ticket.printedBy ?? ''}</span>
            </p>
            {mayReprint && ticket.printState === 'printed' && ticket.status === 'valid' && (
              <div class="desk-buttons">
                <button
                  type="button"
                  class="button"
                  disabled={desk.isBusy.value}
                  onClick={() => desk.ask({ kind: 'reprint', orderId: order.orderId, ticketId: ticket.id })}
                >
                  {say(words.reprint)}
                </button>
              </div>
            )}
          </li>
        ))}
      </ul>
      <div class="desk-buttons">
        {mayResume && (
          <button type="button" class="button" disabled={desk.isBusy.value} onClick={() => void desk.resume(order.orderId)}>
            {say(words.resume)}
          </button>
        )}
        {mayRefund && (
          <button
            type="button"
            class="button"
            disabled={desk.isBusy.value}
            onClick={() => desk.ask({ kind: 'refund', orderId: order.orderId, refundKey: desk.newKey() })}
          >
            {say(words.refund)}
          </button>
        )}
        <button type="button" class="button button-quiet" onClick={() => desk.leaveOrder()}>
          {say(words.close)}
        </button>
      </div>
    </section>
  );
}
