import { unreachable } from '#core/base/fault.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import { EventBody } from '#core/contract/wire/events.ts';
import type { HealthReason, HealthState } from '#core/ports/health.ts';
import { DEVICE_STATE, REASON } from '#core/ports/health-words.ts';
import { auditDetail } from './words/audit-detail.ts';
import { AUDIT, actorWords, COMMAND, COMMAND_REFUSAL, COMMAND_STATE, CONFLICT, PASSAGE, PRINT, REFUSAL, SALE } from './words/event-words.ts';

/** One line for a technician about one event, in both languages. Tickets are named by their last four digits; codes and payments are not in events at all. */
export function eventText(event: EventBody): BothLanguages {
  return { zh: lineOf(event, 'zh'), en: lineOf(event, 'en') };
}

type Language = keyof BothLanguages;

/** What stands between words. */
const MARKS = {
  zh: { comma: '，', list: '、', colon: '：', open: '（', close: '）' },
  en: { comma: ', ', list: ', ', colon: ': ', open: ' (', close: ')' },
} as const;

function lineOf(event: EventBody, language: Language): string {
  const { comma, colon } = MARKS[language];
  switch (event.t) {
    case 'scan': {
      const { ticketId, offline } = event.d;
      const without = offline ? `${comma}${{ zh: '没有网络', en: 'without the network' }[language]}` : '';
      return `${event.d.lane}${colon}${scanned(event.d, language)}${ticketName(ticketId, language)}${without}`;
    }
    case 'passage': {
      const { lane, outcome, ticketId, by } = event.d;
      const said = by === undefined ? '' : `${comma}${{ zh: `${by} 说明`, en: `said by ${by}` }[language]}`;
      return `${lane}${colon}${PASSAGE[outcome][language]}${ticketName(ticketId, language)}${said}`;
    }
    case 'conflict': {
      const { ticketId, state, entries, admits } = event.d;
      const count = { zh: `入场 ${entries.length} 次，应为 ${admits} 次`, en: `${entries.length} admissions of ${admits}` };
      return `${CONFLICT[state][language]}${ticketName(ticketId, language)}${colon}${count[language]}`;
    }
    case 'print': {
      const { outcome, ticketId, orderId, faultCode } = event.d;
      const order = { zh: `订单 ${orderId}`, en: `order ${orderId}` };
      return `${PRINT[outcome][language]}${ticketName(ticketId, language)}${comma}${order[language]}${inBrackets(faultCode, language)}`;
    }
    case 'sale':
      return `${SALE[event.d.step][language]}${event.d.orderId === undefined ? '' : ` ${event.d.orderId}`}`;
    case 'device-health': {
      const { device, state, reasons } = event.d;
      const why = reasons.map((reason) => (isReason(reason) ? REASON[reason][language] : reason)).join(MARKS[language].list);
      return `${device}${colon}${isState(state) ? DEVICE_STATE[state][language] : state}${inBrackets(why, language)}`;
    }
    case 'command': {
      const { kind, state, refusal, detail } = event.d;
      const what = kind === undefined ? { zh: '指令', en: 'command' } : COMMAND[kind];
      const why = refusal === undefined ? undefined : COMMAND_REFUSAL[refusal][language];
      return `${what[language]}${colon}${COMMAND_STATE[state][language]}${inBrackets(why, language)}${detail === undefined ? '' : `${colon}${detail}`}`;
    }
    case 'audit': {
      const { action, by, detail } = event.d;
      return `${AUDIT[action][language]}${inBrackets(actorWords(by)[language], language)}${colon}${auditDetail(detail)[language]}`;
    }
    default:
      return unreachable(event);
  }
}

function scanned({ verdict, reasons, override }: Extract<EventBody, { t: 'scan' }>['d'], language: Language): string {
  const why = reasons.map((reason) => REFUSAL[reason][language]).join(MARKS[language].list);
  if (override !== undefined) {
    const against = why === '' ? { zh: '', en: '' } : { zh: `，原判：${why}`, en: ` against: ${why}` };
    return { zh: `${override.by} 人工放行${against.zh}（${override.why}）`, en: `let in by ${override.by}${against.en} (${override.why})` }[language];
  }
  return verdict === 'admit' ? { zh: '放行', en: 'admitted' }[language] : `${{ zh: '拒绝', en: 'refused' }[language]}${inBrackets(why, language)}`;
}

const inBrackets = (text: string | undefined, language: Language): string =>
  text === undefined || text === '' ? '' : `${MARKS[language].open}${text}${MARKS[language].close}`;

const isReason = (reason: string): reason is HealthReason => Object.hasOwn(REASON, reason);
const isState = (state: string): state is HealthState['kind'] => Object.hasOwn(DEVICE_STATE, state);

const ticketName = (ticketId: string | undefined, language: Language): string =>
  ticketId === undefined ? '' : `${MARKS[language].comma}${{ zh: '票', en: 'ticket' }[language]} …${ticketId.slice(-4)}`;

/** Puts an event as the ledger keeps it into words; one of a newer program is named by its type alone. */
export function storedEventText(type: string, body: string): BothLanguages {
  const event = EventBody.safeParse({ t: type, d: JSON.parse(body) });
  return event.success ? eventText(event.data) : { zh: type, en: type };
}
