import { unreachable } from '#core/base/fault.ts';
import { EventBody } from '#core/contract/wire/events.ts';
import type { Database } from '../store/database.ts';

/** One line for a technician about one event. Tickets are named by their last four digits; codes and payments are not in events at all. */
export function eventText(event: EventBody): string {
  switch (event.t) {
    case 'scan': {
      const { lane, verdict, reasons, ticketId, offline, override } = event.d;
      const what =
        override !== undefined
          ? `let in by ${override.by} against ${reasons.join(', ') || 'nothing'} (${override.why})`
          : verdict === 'admit'
            ? 'admitted'
            : `refused (${reasons.join(', ')})`;
      return `${lane}: ${what}${ticketName(ticketId)}${offline ? ', without the network' : ''}`;
    }
    case 'passage':
      return `${event.d.lane}: ${event.d.outcome}${ticketName(event.d.ticketId)}${event.d.by === undefined ? '' : `, said by ${event.d.by}`}`;
    case 'conflict': {
      const { ticketId, state, entries, admits } = event.d;
      return `conflict ${state}${ticketName(ticketId)}: ${entries.length} admissions of ${admits}`;
    }
    case 'print': {
      const { outcome, ticketId, orderId, faultCode } = event.d;
      return `${outcome}${ticketName(ticketId)} of ${orderId}${faultCode === undefined ? '' : ` (${faultCode})`}`;
    }
    case 'sale':
      return `${event.d.step}${event.d.orderId === undefined ? '' : ` ${event.d.orderId}`}`;
    case 'device-health': {
      const { device, state, reasons } = event.d;
      return `${device}: ${state}${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}`;
    }
    case 'command': {
      const { kind, state, refusal, detail } = event.d;
      return `${kind ?? 'command'} ${state}${refusal === undefined ? '' : ` (${refusal})`}${detail === undefined ? '' : `: ${detail}`}`;
    }
    case 'audit':
      return `${event.d.action} by ${event.d.by}: ${event.d.detail}`;
    default:
      return unreachable(event);
  }
}

const ticketName = (ticketId: string | undefined): string => (ticketId === undefined ? '' : `, ticket …${ticketId.slice(-4)}`);

/** Reads an event of the ledger by its id and puts it into words; an event of a newer program is named by its type alone. */
export function createEventReader(database: Database): (id: string, type: string) => string {
  const read = database
    .prepare<[{ id: string }], string>('SELECT body FROM outbox WHERE event_id = :id UNION ALL SELECT body FROM dead_letter WHERE event_id = :id')
    .pluck();
  return (id, type) => {
    const body = read.get({ id });
    const event = EventBody.safeParse({ t: type, d: body === undefined ? undefined : JSON.parse(body) });
    return event.success ? eventText(event.data) : type;
  };
}
