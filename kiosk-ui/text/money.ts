import type { MoneyItemKind, MoneyStep } from '#core/contract/box-office/money-view.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import type { Words } from './table.ts';

/** The open money and paper of the site, for staff and for the technician's page. */
export const money = {
  title: { zh: '款项与出票', en: 'Money and tickets' },
  empty: { zh: '没有待处理的款项，也没有未出的票', en: 'Nothing is open: no payment, no refund, no ticket' },
  unread: { zh: '尚未读到，影院系统没有回答', en: 'Not read yet: the box office has not answered' },
  stale: { zh: '影院系统没有回答，以下是上次的情况', en: 'The box office does not answer. This is how it last stood' },
  more: { zh: '还有更多，这里只显示最紧急的', en: 'There is more. Only the most urgent are shown' },
  open: (count: string) => ({ zh: `${count} 项`, en: `${count} open` }),
  needsPerson: { zh: '需要人处理', en: 'A person has to act' },
  since: (zh: string, en: string) => ({ zh: `已 ${zh}`, en: `for ${en}` }),
  next: (zh: string, en: string) => ({ zh: `接下来：${zh}`, en: `Next: ${en}` }),
  at: (zh: string, en: string, when: string) => ({ zh: `${zh}（${when}）`, en: `${en} at ${when}` }),
  lookForMoney: {
    zh: '到支付平台和刷卡机查收款，再说明结果',
    en: 'look for its money at the payment provider and the card terminal, then say what you found',
  },
  lookInJournal: {
    zh: '在刷卡机上查这笔付款是否记账，再说明结果',
    en: "look into the card terminal's journal whether it was booked, then say what you found",
  },
  giveBack: {
    zh: '刷卡机没有退款：请把钱退给客人，再说明',
    en: 'the card terminal does not give it back: give the guest the money, then say so',
  },
  askGuest: { zh: '请向客人补收款，再说明结果', en: 'ask the guest for the money, then say how it ended' },
  noted: (by: string, at: string, zh: string, en: string) => ({
    zh: `${at} ${by} 已记下：${zh}。`,
    en: `Noted by ${by} ${at}: ${en}.`,
  }),
  notedMore: { zh: '影院系统恢复联系后会收到，这一行随即消失', en: 'The box office is told as soon as it can be reached; then this line goes' },
  signInToAct: {
    zh: '处理请到自助机长按左上角标志，用自己的密码登录',
    en: 'To act, hold the sign in the corner of the kiosk and enter your own PIN',
  },
} satisfies Words;

export const MONEY_KIND: Readonly<Record<MoneyItemKind, BothLanguages>> = {
  'payment-unknown': { zh: '付款结果未知', en: 'Payment unknown' },
  'payment-needs-person': { zh: '付款结果查不到', en: 'Payment cannot be settled' },
  'refund-in-flight': { zh: '退款进行中', en: 'Refund on its way' },
  'refund-needs-person': { zh: '退款被拒', en: 'Refund refused' },
  'terminal-reversal': { zh: '刷卡机待冲正', en: 'Card terminal books back' },
  'taken-back': { zh: '刷卡机没有这笔款，票已出：请向客人收款', en: 'The terminal does not have the money, tickets are out: ask the guest' },
  'order-unknown': { zh: '影院系统不认识此订单：请查收款', en: 'The box office does not know this order: look for its money' },
  'paid-not-printed': { zh: '已付款未出票', en: 'Paid, not printed' },
  'print-claimed': { zh: '机器正在出票', en: 'A machine has the ticket' },
  'print-uncertain': { zh: '不确定是否已出票', en: 'May be on paper' },
};

export const MONEY_STEP: Readonly<Record<MoneyStep, BothLanguages>> = {
  'provider-is-asked': { zh: '自动再查', en: 'the provider is asked again' },
  'payment-is-closed': { zh: '自动关闭付款', en: 'the payment is closed' },
  'payment-is-undone': { zh: '自动撤销付款', en: 'the payment is undone' },
  'refund-is-asked': { zh: '自动再请求退款', en: 'the refund is asked for again' },
  'terminal-is-asked': { zh: '自助机查询刷卡机', en: 'the kiosk asks its card terminal' },
  'terminal-books-back': { zh: '自助机让刷卡机冲正', en: 'the kiosk has its terminal book back' },
  'machine-prints': { zh: '机器出票，否则归还', en: 'the machine prints, or gives it back' },
  'machine-reports': { zh: '等机器恢复后报告，或由人确认', en: 'the machine reports when it is back, or a person says' },
  'guest-collects': { zh: '客人在任一机器取票', en: 'the guest collects at any machine' },
  'person-decides': { zh: '由人确认', en: 'a person decides' },
};
