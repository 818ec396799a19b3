import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventText, storedEventText } from '#agent/local-api/event-text.ts';
import { auditDetail } from '#agent/local-api/words/audit-detail.ts';
import * as words from '#agent/local-api/words/event-words.ts';
import { faultWords, remedyWords } from '#agent/local-api/words/fault-words.ts';
import { DeviceId, LaneId, OrderId, TicketId } from '#core/contract/identifiers.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import type { EventBody } from '#core/contract/wire/events.ts';

const ticketId = TicketId.parse('3609070212345678');
const orderId = OrderId.parse('K01-000482');
const lane = LaneId.parse('lane-1');
const device = DeviceId.parse('ticket-printer');
const SCAN = {
  scanId: '01M68SVJW00W3GE1RW7HE7S75W' as Extract<EventBody, { t: 'scan' }>['d']['scanId'],
  lane,
  direction: 'entry',
  verdict: 'refuse',
  reasons: ['already-used', 'too-late'],
  ticketId,
  codeHash: 'abc123',
  dataVersion: 1,
  dataAgeSeconds: 2,
  clockErrorMs: 3,
  offline: true,
  confirmation: 'alone',
} as const;
const scan = (changes: Partial<Extract<EventBody, { t: 'scan' }>['d']>): EventBody => ({
  t: 'scan',
  d: { ...SCAN, reasons: [...SCAN.reasons], ...changes },
});

const LINES: readonly (readonly [EventBody, string, string])[] = [
  [
    scan({}),
    'lane-1：拒绝（已使用、已过入场时间），票 …5678，没有网络',
    'lane-1: refused (already used, too late), ticket …5678, without the network',
  ],
  [scan({ verdict: 'admit', reasons: [], offline: false }), 'lane-1：放行，票 …5678', 'lane-1: admitted, ticket …5678'],
  [
    scan({ verdict: 'admit', override: { by: 'Li', why: 'lost child' }, offline: false }),
    'lane-1：Li 人工放行，原判：已使用、已过入场时间（lost child），票 …5678',
    'lane-1: let in by Li against: already used, too late (lost child), ticket …5678',
  ],
  [
    { t: 'passage', d: { lane, direction: 'entry', outcome: 'not-passed', ticketId, by: 'Li' } },
    'lane-1：未通过，票 …5678，Li 说明',
    'lane-1: not passed, ticket …5678, said by Li',
  ],
  [
    { t: 'print', d: { jobId: 'j', leaseId: 'l', orderId, ticketId, outcome: 'uncertain', evidence: 'none', faultCode: 'E-PRN-PAPER' } },
    '是否打印不明，票 …5678，订单 K01-000482（E-PRN-PAPER）',
    'uncertain, ticket …5678, order K01-000482 (E-PRN-PAPER)',
  ],
  [{ t: 'sale', d: { saleId: 's', step: 'paid', orderId } }, '已付款 K01-000482', 'paid K01-000482'],
  [
    { t: 'device-health', d: { device, class: 'ticket-printer', state: 'blocked', reasons: ['paper-out', 'of-a-newer-agent'] } },
    'ticket-printer：需要处理（缺纸、of-a-newer-agent）',
    'ticket-printer: Needs you (Paper out, of-a-newer-agent)',
  ],
  [
    { t: 'command', d: { kind: 'report-health', state: 'refused', refusal: 'expired' } },
    '上报状态：拒绝（已过期）',
    'report health: refused (expired)',
  ],
  [{ t: 'command', d: { state: 'refused', refusal: 'malformed' } }, '指令：拒绝（格式有误）', 'command: refused (malformed)'],
  [
    { t: 'audit', d: { action: 'staff-refused', by: 'kiosk', detail: 'wrong PIN, 3 in a row' } },
    '登录被拒（kiosk）：PIN 错误，连续 3 次',
    'sign-in refused (kiosk): wrong PIN, 3 in a row',
  ],
  [
    { t: 'audit', d: { action: 'test-print', by: 'technician', detail: 'ticket-printer' } },
    '测试打印（技术员）：ticket-printer',
    'test print (technician): ticket-printer',
  ],
];

describe('a line about an event', () => {
  it.each(LINES)('%j', (event, zh, en) => {
    const line = eventText(event);
    expect(line).toEqual({ zh, en });
    expect(JSON.stringify(line)).not.toContain(ticketId);
  });

  it('is read as the ledger keeps it, and of an unknown event its type', () => {
    const body = JSON.stringify({ action: 'agent-started', by: 'agent', detail: 'version 0.1.0' });
    expect(storedEventText('audit', body)).toEqual({ zh: '程序启动（程序）：版本 0.1.0', en: 'agent started (the agent): version 0.1.0' });
    expect(storedEventText('newer', body)).toEqual({ zh: 'newer', en: 'newer' });
    expect(storedEventText('audit', '{}')).toEqual({ zh: 'audit', en: 'audit' });
  });
});

const isChinese = (text: string): boolean => /\p{Script=Han}/u.test(text);

it('says every word of every list in both languages', () => {
  const { actorWords: _, ...tables } = words;
  const said = Object.entries(tables).flatMap(([table, list]) =>
    Object.entries<BothLanguages>(list).map(([word, text]) => ({ table, word, ...text })),
  );
  expect(said.length).toBeGreaterThan(90);
  for (const { table, word, zh, en } of said) {
    expect(isChinese(zh), `${table} ${word}`).toBe(true);
    expect(isChinese(en), `${table} ${word}`).toBe(false);
  }
});

it.each([
  ['in order', '正常停止'],
  ['kiosk-scanner is /dev/ttyUSB0', 'kiosk-scanner 是 /dev/ttyUSB0'],
  ['kiosk-scanner is what the configuration says', 'kiosk-scanner 按配置'],
  ['Li is usher now', 'Li 现为 usher'],
  ['not reached: gate-b, gate-c', '连不上：gate-b, gate-c'],
  ['scan 01M68SVJW00W3GE1RW7HE7S75W: a child', '扫码 01M68SVJW00W3GE1RW7HE7S75W：a child'],
  ['ended: 3 payments of ours, CNY 48.00; the terminal says nothing', '已结算：本机 3 笔，CNY 48.00；终端未给出合计'],
  ['261031-ABCDEFGH money-returned', '261031-ABCDEFGH 收过款，已退给客人'],
  ['261031-ABCDEFGH attempt-00000001 not-booked', '261031-ABCDEFGH attempt-00000001 刷卡机没有记账'],
  ['a fuse was changed', 'a fuse was changed'],
])('the detail %j of an audit is %j in Chinese', (detail, zh) => {
  expect(auditDetail(detail)).toEqual({ zh, en: detail });
});

describe('a fault', () => {
  const root = new URL('../../../device-drivers/', import.meta.url);
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const codes = new Set(sources.flatMap((name) => readFileSync(new URL(name, root), 'utf8').match(/E-(?:PRN|GAT|OSD|TRM|LNK)-[A-Z-]+/g) ?? []));

  it('that a driver can answer a test with has its Chinese', () => {
    expect(codes.size).toBeGreaterThan(30);
    for (const code of codes) {
      expect(isChinese(faultWords({ code, message: 'x' }).zh), code).toBe(true);
      const remedy = remedyWords({ code, remedy: 'Do it.' });
      expect(remedy?.en, code).toBe('Do it.');
    }
  });

  it('keeps the numbers that only it has', () => {
    const refused = faultWords({ code: 'E-TRM-REFUSED', message: 'the payment terminal refuses the end of day (result 6C)' });
    expect(refused.zh).toBe('刷卡终端拒绝（result 6C）');
    expect(faultWords({ code: 'E-LNK-ABSENT', message: 'nothing answers at /dev/ttyUSB0: ENOENT' }).zh).toBe('端口上没有设备（ENOENT）');
    expect(faultWords({ code: 'E-PRN-PAPER', message: 'the printer is out of paper' }).zh).toBe('打印机缺纸');
    expect(remedyWords({ code: 'E-PRN-PAPER' })).toBeUndefined();
  });
});
