import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TicketFace } from '#core/contract/box-office/sales.ts';
import { layOutClaimSlip } from '#core/paper/claim-slip.ts';
import { columnsOfRun } from '#core/paper/lines.ts';
import { columnsOf, fitText, fitTextEnd, toPaperText } from '#core/paper/paper-text.ts';
import { layOutReceipt } from '#core/paper/receipt.ts';
import { layOutTicket } from '#core/paper/ticket.ts';
import { paperTime } from '#core/paper/words.ts';
import { wrapText } from '#core/paper/wrap.ts';
import type { PaperDocument } from '#core/ports/paper-document.ts';
import { SAMPLE_CODE, SAMPLE_FACE, SAMPLE_TICKET_ID } from './sample-face.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc
    .array(fc.constantFrom(...'影城（人民路）「」。，！“”……ABC def é ñ ¥ ’ \u202e \u0000 \n 👨‍👩‍👧 A\u0301'), { maxLength: 200 })
    .map((parts) => parts.join('')),
);
const bothLanguages = fc.record({ zh: anyText, en: anyText });
const anyFace: fc.Arbitrary<TicketFace> = fc
  .record({
    siteName: bothLanguages,
    filmTitle: bothLanguages,
    language: bothLanguages,
    format: fc.array(anyText, { maxLength: 3 }),
    rating: anyText,
    screenName: bothLanguages,
    row: anyText,
    number: anyText,
    zoneName: bothLanguages,
    ticketTypeName: bothLanguages,
    paymentMethod: bothLanguages,
    channel: bothLanguages,
    machine: anyText,
    showId: anyText,
    orderId: anyText,
    antiForgery: anyText,
    siteId: anyText,
  })
  .map((words) => ({ ...SAMPLE_FACE, ...words, needsProof: true }));

function widest(document: PaperDocument): number {
  return Math.max(...document.blocks.map((block) => (block.kind === 'text' ? block.runs.reduce((sum, run) => sum + columnsOfRun(run), 0) : 0)));
}

describe('the layout', () => {
  it('never exceeds the columns, and keeps the bar code where it is, whatever the words are', () => {
    fc.assert(
      fc.property(
        anyFace,
        anyText,
        fc.constantFrom(32, 42, 48),
        fc.constantFrom('cn' as const, 'generic' as const),
        (face, ticketId, columns, layout) => {
          const document = layOutTicket(face, SAMPLE_CODE, { columns, layout, ticketId, reprint: { count: 3 } });
          expect(widest(document)).toBeLessThanOrEqual(columns);
          const before = document.blocks.findIndex(({ kind }) => kind === 'qr');
          expect(before).toBeGreaterThan(0);
          // Every field takes one or two lines, so the code begins within this many, whatever the title is.
          expect(before).toBeLessThanOrEqual(24);
        },
      ),
    );
  });

  it('keeps a claim slip and a receipt within the columns too', () => {
    const place = fc.record({ columns: fc.constantFrom(32, 48), earlier: fc.constantFrom(0, 3, 'elsewhere' as const) });
    const rules = fc.constantFrom('cn' as const, 'generic' as const);
    fc.assert(
      fc.property(anyFace, fc.integer({ min: 1, max: 20 }), place, rules, (face, count, where, layout) => {
        const { siteName, channel, orderId, paymentMethod, machine, timeZone, filmTitle, screenName, startsAt, price, fee, row, number } = face;
        const common = { siteName, channel, orderId, paymentMethod, machine, timeZone, at: face.soldAt };
        const slip = {
          ...common,
          paid: price,
          printedCount: 0,
          owed: Array.from({ length: count }, () => face),
          reason: filmTitle,
          faultCode: 'E-PRN-PAPER',
          pickUpCode: '000000000000',
        };
        expect(widest(layOutClaimSlip(slip, layout, where))).toBeLessThanOrEqual(where.columns);
        const line = { row, number, ticketType: face.ticketTypeName, price, fee };
        const receipt = {
          ...common,
          ...{ filmTitle, screenName, startsAt },
          lines: Array.from({ length: count }, () => line),
          total: price,
          merchantOrder: machine,
          mayBeElsewhere: false,
        };
        expect(widest(layOutReceipt(receipt, layout, where))).toBeLessThanOrEqual(where.columns);
      }),
    );
  });
});

describe('a narrow paper', () => {
  it('puts fields below each other rather than cutting a seat', () => {
    const document = layOutTicket(SAMPLE_FACE, SAMPLE_CODE, { columns: 32, layout: 'cn', ticketId: SAMPLE_TICKET_ID });
    const lines = document.blocks.map((block) => (block.kind === 'text' ? block.runs.map(({ text }) => text).join('') : ''));
    expect(lines).toContain('3号 IMAX 厅 5排08座');
    expect(lines.some((text) => text.trim() === '2026-02-17 19:30')).toBe(true);
  });
});

describe('paper text', () => {
  it('holds no control or formatting character', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(toPaperText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{M}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it.each([
    ['Amélie', 'Amélie'],
    ['Straße, Œuvre', 'Strasse, OEuvre'],
    ['It’s – here', "It's - here"],
    ['票价 ¥45', '票价 ￥45'],
    ['“名字”', '“名字”'],
    ['a\u202eb\u0000c\r\nd', 'abc d'],
  ])('reads %j as %j', (text, expected) => {
    expect(toPaperText(text)).toBe(expected);
  });

  it('cuts to any width from two columns on', () => {
    fc.assert(
      fc.property(anyText.map(toPaperText), fc.integer({ min: 2, max: 60 }), (text, columns) => {
        expect(columnsOf(fitText(text, columns))).toBeLessThanOrEqual(columns);
        expect(columnsOf(fitTextEnd(text, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('wrapping', () => {
  it('breaks Chinese anywhere but at punctuation that forbids it', () => {
    expect(wrapText('星河影城（人民路）好', 10, 9)).toEqual(['星河影城', '（人民路）', '好']);
    // The full stop and the quote after 的 stay with it, the opening quote stays with 好.
    expect(wrapText('他说：“好的。”然后走了', 12, 9)).toEqual(['他说：“好', '的。”然后走', '了']);
  });

  it('keeps Latin words whole, and cuts one that is wider than the line', () => {
    expect(wrapText('The Wandering Earth', 10, 9)).toEqual(['The', 'Wandering', 'Earth']);
    expect(wrapText('Donaudampfschiff', 6, 9)).toEqual(['Donaud', 'ampfsc', 'hiff']);
  });

  it('ends with an ellipsis when the lines are used up', () => {
    expect(wrapText('一二三四五六七八九十', 8, 2)).toEqual(['一二三四', '五六七…']);
  });

  it('never begins a line with a closing mark where words are of ordinary length', () => {
    const sentence = fc
      .array(fc.constantFrom('影城', '今晚', '（中）', '「好」', '是。', '吗？', 'Earth', '2026,', '…'), { maxLength: 40 })
      .map((p) => p.join(''));
    fc.assert(
      fc.property(sentence, fc.integer({ min: 24, max: 48 }), (text, columns) => {
        for (const [index, line] of wrapText(text, columns, 99).entries()) {
          expect(columnsOf(line)).toBeLessThanOrEqual(columns);
          const isRunOfMarks = /[）」。？…,]{8}/.test(text);
          if (index > 0 && !isRunOfMarks) expect(line).not.toMatch(/^[）」。？…,]/);
        }
      }),
    );
  });

  it('loses nothing when there are lines enough', () => {
    fc.assert(
      fc.property(anyText.map(toPaperText), fc.integer({ min: 2, max: 48 }), (text, columns) => {
        const squeeze = (t: string): string => t.replace(/ /g, '');
        expect(squeeze(wrapText(text, columns, 10_000).join(''))).toBe(squeeze(text));
      }),
    );
  });
});

describe('times on paper', () => {
  it('are the site’s own', () => {
    expect(paperTime('2026-02-17T16:05:09.000Z', 'Asia/Shanghai')).toMatchObject({
      dateZh: '2026-02-18(三)',
      clock: '00:05',
      clockWithSeconds: '00:05:09',
    });
    expect(paperTime('2026-07-01T18:30:00.000Z', 'Europe/London')).toMatchObject({ dateEn: 'Wed 1 Jul 2026', clock: '19:30' });
  });

  it('appear on the ticket', () => {
    const document = layOutTicket({ ...SAMPLE_FACE, timeZone: 'America/New_York' }, SAMPLE_CODE, {
      columns: 48,
      layout: 'cn',
      ticketId: SAMPLE_TICKET_ID,
    });
    const words = document.blocks.flatMap((block) => (block.kind === 'text' ? block.runs.map(({ text }) => text) : [])).join('');
    expect(words).toContain('06:30');
  });
});
