import type { Verdict } from '#core/contract/admission.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import { type GateMessage, type MessageSurroundings, seatWords, verdictMessage } from '../gate/message.ts';

/** The zone of the site once the agent has told it; an usher's phone is in the same. */
export function surroundings(timeZone: string | undefined): MessageSurroundings {
  return {
    timeZone: timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    laneName: (lane) => lane,
    machineName: (machine) => machine,
    machine: undefined,
  };
}

export function messageOfScan(verdict: Verdict, timeZone: string | undefined): GateMessage {
  return verdictMessage(verdict, surroundings(timeZone));
}

/** Seat and screen of a ticket, or its number when it has neither. */
export function ticketWords(ticket: Pick<NonNullable<Verdict['ticket']>, 'id' | 'seatLabel' | 'screenName'>): BothLanguages {
  const seat = seatWords(ticket.seatLabel);
  const parts = [seat, ticket.screenName].filter((part) => part !== undefined);
  if (parts.length === 0) return { zh: ticket.id, en: ticket.id };
  return { zh: parts.map(({ zh }) => zh).join(' · '), en: parts.map(({ en }) => en).join(' · ') };
}
