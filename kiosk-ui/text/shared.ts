import type { MoneySentence } from '#core/contract/local/kiosk.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import type { Words } from './table.ts';

/** Words that more than one group of screens uses. */
export const shared = {
  product: { zh: 'Foyer', en: 'Foyer' },
  languageSwitch: { zh: 'English', en: '中文' },
  oneMoment: { zh: '请稍候', en: 'One moment' },
  oneMomentMore: { zh: '正在重新连接本机系统…', en: 'Reconnecting to this machine…' },
  outOfService: { zh: '本机暂停服务', en: 'Out of service' },
  outOfServiceMore: { zh: '请使用旁边的机器，或到服务台办理。', en: 'Please use another machine or ask at the counter.' },
  loading: { zh: '正在载入', en: 'Loading' },
  tryAgain: { zh: '再试一次', en: 'Try again' },
  back: { zh: '返回', en: 'Back' },
  yes: { zh: '是', en: 'Yes' },
  no: { zh: '否', en: 'No' },
  minutes: (count: number) => ({ zh: `${count}分钟`, en: `${count} min` }),
  seat: (row: string, number: string) => ({ zh: `${row}排${number}座`, en: `Row ${row} Seat ${number}` }),
  seats: (row: string, numbers: readonly string[]) => ({
    zh: `${row}排${numbers.join('、')}座`,
    en: `Row ${row} ${numbers.length === 1 ? 'Seat' : 'Seats'} ${numbers.join(', ')}`,
  }),
} satisfies Words;

/** The three fixed sentences about money. Their wording is not to be varied anywhere. */
export const MONEY_SENTENCE: Readonly<Record<MoneySentence, BothLanguages>> = {
  'not-charged': { zh: '未扣款', en: 'You have not been charged' },
  'paid-seats-kept': { zh: '已扣款，座位已保留', en: 'Paid, your seats are kept' },
  checking: { zh: '正在核实是否扣款', en: 'We are checking whether you were charged' },
};
