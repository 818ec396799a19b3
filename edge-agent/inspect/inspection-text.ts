import type { Finding } from '#core/admission/decision.ts';
import { unreachable } from '#core/base/fault.ts';
import { type Instant, toIso } from '#core/base/time.ts';
import type { ScannedPayload } from '#core/ticket/classify.ts';
import { stepStart } from '#core/ticket/rotating.ts';
import type { InspectedTicket, Inspection } from './inspect-code.ts';

/** An inspection in words. No digit of a payment code, a phone or a pick-up code is in it. */

export function inspectionText(inspection: Inspection, timeZone: string): string {
  return inspection.kind === 'ticket' ? ticketText(inspection.ticket, timeZone) : otherText(inspection);
}

function otherText(inspection: Exclude<Inspection, { kind: 'ticket' }>): string {
  switch (inspection.kind) {
    case 'damaged-ticket':
      return `Begins like a ticket of ours and is none: ${DAMAGE[inspection.problem]}.\nA gate refuses it: unreadable.`;
    case 'ticket-info-code':
      return `A ticket information code (影票信息码) of ${CINEMA[inspection.cinema]}. Only a gate whose data list it knows what it is for.`;
    case 'payment-code':
      return `A payment code of ${SCHEME[inspection.scheme]}. Its digits are money and are not repeated here.\nA gate refuses it: payment-code.`;
    case 'pick-up-code':
      return 'A pick-up code: it finds an order at a kiosk.\nA gate refuses it: pick-up-code.';
    case 'member-card':
      return "A member's card: with its PIN it pays at a kiosk.\nA gate refuses it: member-card.";
    case 'phone':
      return "A phone number, by its form. It is nobody's right of entry.\nA gate refuses it: not-a-ticket.";
    case 'ticket-number':
      return 'A ticket number, by its form. It can be read off a ticket, so it is not a right of entry; an usher can search by it.\nA gate refuses it: not-a-ticket.';
    case 'foreign-code':
      return 'Text of a form that another system may use. A gate admits it when its data list it, and refuses it otherwise: not-a-ticket.';
    case 'unknown':
      return 'Text, but of no form that a lobby knows, and too short for the ticket of another system.\nA gate refuses it: not-a-ticket.';
    case 'unreadable':
      return 'Nothing, more than 512 characters, or characters that are not printable ASCII.\nA gate refuses it: unreadable.';
    default:
      return unreachable(inspection);
  }
}

const CINEMA = { this: 'this cinema', other: 'another cinema', unknown: 'some cinema' } as const;
const SCHEME = { wechat: 'WeChat Pay', alipay: 'Alipay', unionpay: 'UnionPay' } as const;
const DAMAGE: Readonly<Record<Extract<ScannedPayload, { kind: 'damaged-ticket' }>['problem'], string>> = {
  'wrong-length': 'its length is not that of a ticket, so it was cut or added to',
  'not-base45': 'it has a character that no ticket has (lower case, for instance)',
  'not-canonical': 'its characters name a value that no encoder writes',
  'unknown-version': 'it is of a version that this program does not know',
  'bad-field': 'one of its fields has a value that no issuer writes',
};

function ticketText(ticket: InspectedTicket, timeZone: string): string {
  const { payload, form, refused } = ticket;
  const time = (at: Instant): string => timeText(at, timeZone);
  const rows: readonly (readonly [string, string])[] = [
    ['form', form.kind === 'paper' ? 'paper: the code that never changes' : 'phone: the code of one time step'],
    ['signature', signatureText(ticket, time)],
    ...(form.kind === 'paper' ? [] : [stepRow(form.step, time), ['check value', checkText(form.isGenuine)] as const]),
    ['key', String(payload.keyId)],
    ['site', payload.siteId],
    ['ticket', payload.ticketId],
    ['show', payload.showId],
    ['screen', payload.screenId],
    ['seat', payload.seat === undefined ? 'none' : `number ${payload.seat} of the plan, counted from 0`],
    ['admits', payload.admits === 1 ? '1 body' : `${payload.admits} bodies`],
    ['class', payload.needsProof ? `${payload.ticketClass}, and somebody has to look at the proof` : payload.ticketClass],
    ['valid from', time(payload.validFrom)],
    ['valid until', time(payload.validUntil)],
    ['issued', time(payload.issuedAt)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    'A ticket, format foyer/ticket/v1.',
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    ...verdictLines(ticket, refused, time),
    'What a gate knows besides (the record, earlier entries, the hours of the show) is not looked at here.',
  ].join('\n');
}

function verdictLines({ signature }: InspectedTicket, refused: readonly Finding[], time: (at: Instant) => string): readonly string[] {
  if (signature === 'not-checked') return ['Whether a gate would take it cannot be said without the keys of the site (--keys, or --data of a gate).'];
  if (refused.length === 0) return ['Nothing in the code itself makes a gate refuse it now.'];
  return ['A gate refuses it now:', ...refused.map((finding) => `  ${finding.reason}: ${whyText(finding, time)}`)];
}

function signatureText({ signature, key }: InspectedTicket, time: (at: Instant) => string): string {
  switch (signature) {
    case 'good':
      return key === undefined ? 'good' : `good; its key signs from ${time(key.notBefore)} to ${time(key.notAfter)}`;
    case 'bad':
      return 'BAD: the key of that number did not sign this. Nothing below can be believed.';
    case 'unknown-key':
      return 'cannot be checked: the ring has no key of that number. Nothing below can be believed.';
    case 'not-checked':
      return 'not checked: there is no ring of keys. Nothing below can be believed.';
    default:
      return unreachable(signature);
  }
}

function stepRow(step: number, time: (at: Instant) => string): readonly [string, string] {
  return ['time step', `${step}, from ${time(stepStart(step))} to ${time(stepStart(step + 1))}`];
}

function checkText(isGenuine: boolean | undefined): string {
  if (isGenuine === undefined) return 'not checked: the secret for that time is not here';
  return isGenuine ? 'good' : "BAD: not made with the ticket's key";
}

/** Only what a code alone can cause; everything else speaks for itself by its name. */
function whyText({ evidence }: Finding, time: (at: Instant) => string): string {
  switch (evidence.kind) {
    case 'signature':
      return `key ${evidence.keyId} did not sign it, or is not in the ring`;
    case 'key-window':
      return `it says that it was issued at ${time(evidence.issuedAt)}, when key ${evidence.keyId} did not sign`;
    case 'changing-code':
      return "its check value was not made with the ticket's key";
    case 'no-secret':
      return 'the secret that tells whether its check value is genuine is not here';
    case 'step':
      return `its step is ${evidence.step}; now ${evidence.from} to ${evidence.until ?? 'any later'} are taken`;
    case 'site-on-ticket':
      return `it is for site ${evidence.siteId}`;
    case 'window':
      return `it is good from ${time(evidence.from)} to ${time(evidence.until)}`;
    default:
      return evidence.kind;
  }
}

/** ISO 8601 in UTC, and what a clock on the wall says. */
function timeText(at: Instant, timeZone: string): string {
  const local = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone }).format(at);
  return `${toIso(at).replace('.000Z', 'Z')} (${local} ${timeZone})`;
}
