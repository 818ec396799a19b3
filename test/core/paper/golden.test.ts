import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SpokenTicket } from '#core/contract/local/kiosk.ts';
import { layOutClaimSlip } from '#core/paper/claim-slip.ts';
import { layOutReceipt } from '#core/paper/receipt.ts';
import { layOutTestPage } from '#core/paper/test-page.ts';
import { layOutTicket, spokenTicket } from '#core/paper/ticket.ts';
import { asText } from './as-text.ts';
import { GENERIC_FACE, SAMPLE_CODE, SAMPLE_FACE, SAMPLE_TICKET_ID } from './sample-face.ts';

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
  'claim-slip': layOutClaimSlip(
    {
      ...place,
      orderId: 'K03-260217-00482',
      paid: { minor: 8_400, currency: 'CNY' },
      paymentMethod: SAMPLE_FACE.paymentMethod,
      printedCount: 1,
      owed: [SAMPLE_FACE],
      reason: { zh: '打印机切刀卡纸', en: 'The cutter is jammed' },
      faultCode: 'E-PRN-CUT',
      pickUpCode: '482917305662',
      help: '分机 8001',
    },
    { columns: 48 },
  ),
  receipt: layOutReceipt(
    {
      ...place,
      orderId: 'K03-260217-00482',
      siteName: SAMPLE_FACE.siteName,
      filmTitle: SAMPLE_FACE.filmTitle,
      screenName: SAMPLE_FACE.screenName,
      startsAt: SAMPLE_FACE.startsAt,
      lines: ['08', '09'].map((number) => ({
        row: '5',
        number,
        ticketType: SAMPLE_FACE.ticketTypeName,
        price: SAMPLE_FACE.price,
        fee: SAMPLE_FACE.fee,
      })),
      total: { minor: 9_600, currency: 'CNY' },
      paymentMethod: SAMPLE_FACE.paymentMethod,
      merchantOrder: 'K0326021718520700482A1',
      providerReference: '4200001234202602171234567731',
    },
    { columns: 48 },
  ),
  'test-page': layOutTestPage({ ...place, columns: 48 }),
  'ticket-cn-58mm': layOutTicket(SAMPLE_FACE, SAMPLE_CODE, { ...ticket, columns: 32, layout: 'cn' }),
};

describe('what is on paper', () => {
  it.each(Object.entries(DOCUMENTS))('%s is laid out as agreed', (name, document) => {
    expect(asText(document)).toBe(readFileSync(new URL(`golden/${name}.txt`, import.meta.url), 'utf8'));
  });

  it('says the code of a ticket nowhere but in its bar code', () => {
    expect(asText(DOCUMENTS['ticket-cn'])).not.toContain(SAMPLE_CODE.slice(0, 12));
    expect(asText(DOCUMENTS['claim-slip'])).not.toContain(SAMPLE_TICKET_ID);
  });

  it('marks every reprint', () => {
    expect(asText(DOCUMENTS['ticket-cn-reprint'])).toContain('重打印 REPRINT 2');
    expect(asText(DOCUMENTS['ticket-cn'])).not.toContain('重打印');
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
