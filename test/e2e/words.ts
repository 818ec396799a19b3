import type { Language } from '#core/contract/values.ts';

/**
 * What a guest looks for on the screens, in both languages. Written out here and not taken from the product's own table: a test that asks the table what
 * the table says would never notice a wrong word.
 */
export interface Words {
  readonly language: Language;
  readonly locale: string;
  readonly otherLanguage: string;
  readonly buy: string;
  readonly collect: string;
  readonly films: string;
  readonly shows: string;
  readonly days: string;
  readonly seats: string;
  readonly seatMap: string;
  readonly pick: (count: number) => string;
  readonly next: string;
  readonly types: string;
  readonly keep: string;
  readonly review: string;
  readonly pay: string;
  readonly howToPay: string;
  /** The way to pay whose phone is simulated. */
  readonly simulatedPhone: RegExp;
  readonly scanToPay: string;
  readonly paymentCode: string;
  readonly done: string;
  readonly finish: string;
  readonly back: string;
  readonly enterCode: string;
  readonly find: string;
  readonly found: string;
  readonly print: (count: number) => string;
  readonly notCharged: string;
  readonly paidSeatsKept: string;
  readonly checkingMoney: string;
}

export const ZH: Words = {
  language: 'zh',
  locale: 'zh-CN',
  otherLanguage: 'English',
  buy: '购票',
  collect: '取票',
  films: '选择影片',
  shows: '选择场次',
  days: '日期',
  seats: '选择座位',
  seatMap: '座位图',
  pick: (count) => `帮我选 ${count} 个座位`,
  next: '下一步',
  types: '选择票种',
  keep: '锁定座位',
  review: '请核对',
  pay: '同意并支付',
  howToPay: '选择支付方式',
  simulatedPhone: /^模拟支付/,
  scanToPay: '用手机扫码支付',
  paymentCode: '付款二维码',
  done: '祝您观影愉快',
  finish: '完成',
  back: '返回',
  enterCode: '取票',
  find: '查找',
  found: '您的影票',
  print: (count) => `打印 ${count} 张票`,
  notCharged: '未扣款',
  paidSeatsKept: '已扣款，座位已保留',
  checkingMoney: '正在核实是否扣款',
};

export const EN: Words = {
  language: 'en',
  locale: 'en-GB',
  otherLanguage: '中文',
  buy: 'Buy tickets',
  collect: 'Collect tickets',
  films: 'Choose a film',
  shows: 'Choose a show',
  days: 'Days',
  seats: 'Choose your seats',
  seatMap: 'Seat map',
  pick: (count) => `Pick ${count} ${count === 1 ? 'seat' : 'seats'} for me`,
  next: 'Continue',
  types: 'Who is coming?',
  keep: 'Keep these seats',
  review: 'Please check',
  pay: 'Agree and pay',
  howToPay: 'How would you like to pay?',
  simulatedPhone: /^Simulated payment/,
  scanToPay: 'Scan to pay',
  paymentCode: 'Payment QR code',
  done: 'Enjoy the film',
  finish: 'Finish',
  back: 'Back',
  enterCode: 'Collect tickets',
  find: 'Find',
  found: 'Your tickets',
  print: (count) => (count === 1 ? 'Print the ticket' : `Print ${count} tickets`),
  notCharged: 'You have not been charged',
  paidSeatsKept: 'Paid, your seats are kept',
  checkingMoney: 'We are checking whether you were charged',
};
