import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SpokenTicket } from '#core/contract/local/kiosk.ts';
import { layOutClaimSlip, spokenClaimSlip } from '#core/paper/claim-slip.ts';
import { layOutReceipt, spokenReceipt } from '#core/paper/receipt.ts';
import { layOutTestPage } from '#core/paper/test-page.ts';
import { layOutTicket, spokenTicket } from '#core/paper/ticket.ts';
import { asText } from './as-text.ts';
import { GENERIC_FACE, SAMPLE_CODE, SAMPLE_FACE, SAMPLE_TICKET_ID } from './sample-face.ts';
import { GENERIC_RECEIPT, GENERIC_SLIP, MEMBER_RECEIPT, SAMPLE_RECEIPT, SAMPLE_SLIP } from './sample-side-papers.ts';

const ticket = { columns: 48, ticketId: SAMPLE_TICKET_ID } as const;
const place = { at: SAMPLE_FACE.soldAt, timeZone: SAMPLE_FACE.timeZone, machine: SAMPLE_FACE.machine };

const DOCUMENTS = {
  'ticket-cn': layOutTicket(SAMPLE_FACE, SAMPLE_CODE, { ...ticket, layout: 'cn' }),
  'ticket-cn-reprint': layOutTicket({ ...SAMPLE_FACE, needsProof: true }, SAMPLE_CODE, { ...ticket, layout: 'cn', reprint: { count: 2 } }),
  'ticket-cn-long': layOutTicket(
    {
      ...SAMPLE_FACE,
      siteName: {
        zh: '示例国际影城（人民路万达广场旗舰店・激光巨幕・原二七剧场）',
        en: 'The Sample International Film City at the Square of the People',
      },
      filmTitle: { zh: '关于一个名字特别长的电影，它的名字长到任何一张影票都放不下（导演剪辑版）「终章」', en: 'A Film Whose Name Does Not Fit' },
    },
    SAMPLE_CODE,
    { ...ticket, layout: 'cn' },
  ),
  'ticket-generic': layOutTicket(GENERIC_FACE, SAMPLE_CODE, { ...ticket, layout: 'generic' }),
  'claim-slip-cn': layOutClaimSlip(SAMPLE_SLIP, 'cn', { columns: 48, earlier: 0 }),
  'claim-slip-cn-58mm-copy': layOutClaimSlip(SAMPLE_SLIP, 'cn', { columns: 32, earlier: 1 }),
  'claim-slip-generic': layOutClaimSlip(GENERIC_SLIP, 'generic', { columns: 48, earlier: 0 }),
  'receipt-cn': layOutReceipt(SAMPLE_RECEIPT, 'cn', { columns: 48, earlier: 0 }),
  'receipt-cn-58mm-copy': layOutReceipt(SAMPLE_RECEIPT, 'cn', { columns: 32, earlier: 2 }),
  'receipt-cn-member': layOutReceipt(MEMBER_RECEIPT, 'cn', { columns: 48, earlier: 0 }),
  'receipt-cn-member-58mm': layOutReceipt(MEMBER_RECEIPT, 'cn', { columns: 32, earlier: 0 }),
  'receipt-generic-member': layOutReceipt(MEMBER_RECEIPT, 'generic', { columns: 48, earlier: 0 }),
  'receipt-generic': layOutReceipt(GENERIC_RECEIPT, 'generic', { columns: 48, earlier: 0 }),
  'receipt-generic-elsewhere': layOutReceipt({ ...GENERIC_RECEIPT, mayBeElsewhere: true }, 'generic', { columns: 48, earlier: 0 }),
  'test-page': layOutTestPage({ ...place, columns: 48 }),
  'ticket-cn-58mm': layOutTicket(SAMPLE_FACE, SAMPLE_CODE, { ...ticket, columns: 32, layout: 'cn' }),
};

describe('what is on paper', () => {
  it.each(Object.entries(DOCUMENTS))('%s is laid out as agreed', (name, document) => {
    expect(asText(document)).toBe(readFileSync(new URL(`golden/${name}.txt`, import.meta.url), 'utf8'));
  });

  it('says the code of a ticket nowhere but in its bar code', () => {
    expect(asText(DOCUMENTS['ticket-cn'])).not.toContain(SAMPLE_CODE.slice(0, 12));
    for (const name of ['claim-slip-cn', 'claim-slip-generic', 'receipt-cn', 'receipt-generic'] as const)
      expect(asText(DOCUMENTS[name])).not.toContain(SAMPLE_TICKET_ID);
  });

  it('marks every reprint', () => {
    expect(asText(DOCUMENTS['ticket-cn-reprint'])).toContain('重打印 REPRINT 2');
    expect(asText(DOCUMENTS['ticket-cn'])).not.toContain('重打印');
  });

  it('marks every copy of a receipt and of a slip', () => {
    expect(asText(DOCUMENTS['receipt-cn-58mm-copy'])).toContain('补打 COPY 2');
    expect(asText(DOCUMENTS['claim-slip-cn-58mm-copy'])).toContain('补打 COPY 1');
    expect(asText(DOCUMENTS['receipt-generic-elsewhere'])).toContain('MAY BE A COPY');
    for (const name of ['claim-slip-cn', 'claim-slip-generic', 'receipt-cn', 'receipt-generic'] as const)
      expect(asText(DOCUMENTS[name])).not.toContain('COPY');
  });
});

describe('what is said', () => {
  it.each([
    ['ticket-cn-zh', SAMPLE_FACE, 'cn', 'zh'],
    ['ticket-cn-en', SAMPLE_FACE, 'cn', 'en'],
    ['ticket-generic-en', GENERIC_FACE, 'generic', 'en'],
  ] as const)('%s is spoken as agreed', (name, face, layout, language) => {
    const spoken = spokenTicket(face, SAMPLE_TICKET_ID, layout, language);
    expect(`${spoken}\n`).toBe(readFileSync(new URL(`golden/spoken-${name}.txt`, import.meta.url), 'utf8'));
    expect(spoken).not.toContain(SAMPLE_CODE.slice(0, 12));
  });

  it.each([
    ['receipt-cn-zh', spokenReceipt(SAMPLE_RECEIPT, 'cn', 'zh')],
    ['receipt-cn-en', spokenReceipt(SAMPLE_RECEIPT, 'cn', 'en')],
    ['receipt-generic-en', spokenReceipt(GENERIC_RECEIPT, 'generic', 'en')],
    ['claim-slip-cn-zh', spokenClaimSlip(SAMPLE_SLIP, 'cn', 'zh')],
    ['claim-slip-cn-en', spokenClaimSlip(SAMPLE_SLIP, 'cn', 'en')],
  ])('%s is spoken as agreed', (name, spoken) => {
    expect(`${spoken}\n`).toBe(readFileSync(new URL(`golden/spoken-${name}.txt`, import.meta.url), 'utf8'));
  });

  it('fits what screens are told, however long its names are', () => {
    const name = { zh: '长'.repeat(200), en: 'x'.repeat(200) };
    const face = {
      ...SAMPLE_FACE,
      ...{
        siteName: name,
        filmTitle: name,
        language: name,
        screenName: name,
        zoneName: name,
        ticketTypeName: name,
        paymentMethod: name,
        channel: name,
      },
    };
    for (const layout of ['cn', 'generic'] as const) {
      const [zh, en] = (['zh', 'en'] as const).map((language) => spokenTicket(face, SAMPLE_TICKET_ID, layout, language));
      expect(SpokenTicket.safeParse({ zh, en }).success).toBe(true);
    }
  });
});

it('what is said of the longest ticket fits what a screen is told', () => {
  const long = '长'.repeat(200);
  const both = { zh: long, en: 'long '.repeat(40) };
  const face = {
    ...SAMPLE_FACE,
    siteName: both,
    filmTitle: both,
    language: both,
    screenName: both,
    zoneName: both,
    ticketTypeName: both,
    paymentMethod: both,
  };
  for (const layout of ['cn', 'generic'] as const) {
    const spoken = { zh: spokenTicket(face, SAMPLE_TICKET_ID, layout, 'zh'), en: spokenTicket(face, SAMPLE_TICKET_ID, layout, 'en') };
    expect(SpokenTicket.safeParse(spoken).success).toBe(true);
  }
});
