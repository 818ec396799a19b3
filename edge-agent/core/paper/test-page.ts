import type { PaperDocument } from '../ports/paper-document.ts';
import { BOLD, centred, DASHED_RULE, feed, LARGE, line, pair, paragraph, SOLID_RULE, TALL, WIDE } from './lines.ts';
import { paperTime } from './words.ts';

export interface TestPage {
  readonly columns: number;
  readonly machine: string;
  /** ISO 8601. */
  readonly at: string;
  readonly timeZone: string;
}

/** No gate takes this code: it is not in the ticket's format, and says what it is to whoever scans it. */
const TEST_CODE = 'FOYER TEST PAGE - NOT A TICKET';

/**
 * What a technician prints to see that a printer is well: every size of letter, both scripts, both rules, the ends of the line, a bar code of the tickets'
 * module size, and the cut. Marked so that nobody can take it for a ticket.
 */
export function layOutTestPage({ columns, machine, at, timeZone }: TestPage): PaperDocument {
  const time = paperTime(at, timeZone);
  const ruler = '1234567890'.repeat(Math.ceil(columns / 10)).slice(0, columns);
  return {
    columns,
    cut: 'full',
    blocks: [
      centred('测试票', columns, LARGE),
      centred('VOID TEST', columns, LARGE),
      SOLID_RULE,
      ...pair(`机号 ${machine}`, `${time.date} ${time.clockWithSeconds}`, columns),
      line(ruler, columns),
      line('Font A ABCDEFG abcdefg 0123456789', columns),
      line('粗体 Bold 影院 影厅 座位 票价 ￥45.00', columns, BOLD),
      line('倍高 Tall 影院大堂', columns, TALL),
      line('倍宽 Wide 大堂', columns, WIDE),
      line('四倍 Large', columns, LARGE),
      ...paragraph('标点与换行: “中文、English 与 123” 混排（括号）「引号」《书名》……不在行首、行尾出错。', columns, 3),
      DASHED_RULE,
      feed(1),
      { kind: 'qr', data: TEST_CODE, moduleDots: 6, errorCorrection: 'M' },
      centred('非影票, 不可入场  Not a ticket', columns, BOLD),
    ],
  };
}
