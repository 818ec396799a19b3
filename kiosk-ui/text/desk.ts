import type { PaymentFinding } from '#core/contract/box-office/settle-payment.ts';
import type { CloseWhy, LockRelease, ReprintTask, ResolveWhy, SettleWhy, StaffOrder, StaffRefusal } from '#core/contract/local/staff.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import type { CallInput } from '../agent/call.ts';
import type { Words } from './table.ts';

/** The staff's page (K12). */
export const desk = {
  title: { zh: '员工', en: 'Staff' },
  signIn: { zh: '请输入密码', en: 'Enter your PIN' },
  signInMore: { zh: '每一步都会记在您的名下', en: 'Everything is recorded under your name' },
  toGuests: { zh: '返回顾客页面', en: "Back to the guests' screen" },
  signOut: { zh: '退出', en: 'Sign out' },
  signedOutIn: (seconds: string) => ({ zh: `${seconds} 秒后自动退出`, en: `Signed out in ${seconds} s` }),
  recent: { zh: '本机最近的订单', en: 'Last orders of this machine' },
  noRecent: { zh: '本机还没有出过票', en: 'Nothing was printed here yet' },
  order: { zh: '订单', en: 'Order' },
  see: { zh: '查看', en: 'Look' },
  close: { zh: '关闭', en: 'Close' },
  cancel: { zh: '取消', en: 'Cancel' },
  find: { zh: '查找订单', en: 'Find an order' },
  findOpen: { zh: '输入或扫码', en: 'Type or scan' },
  findLabel: { zh: '订单号、票号或取票码', en: 'Order number, ticket number or pick-up code' },
  findHint: {
    zh: '输入订单号、票号或取票码，已取、已退的订单也能找到',
    en: 'By order number, ticket number or pick-up code; collected and refunded orders too',
  },
  findDo: { zh: '查找', en: 'Find' },
  keys: { zh: '字母和数字', en: 'Letters and digits' },
  scan: { zh: '用本机扫码', en: 'Scan at this machine' },
  scanNow: { zh: '请把码放到扫码口', en: 'Hold the code under the scanner' },
  resolve: { zh: '确认是否出票', en: 'Say whether it is printed' },
  resolveAsk: { zh: '您看到了什么？', en: 'What did you find?' },
  countsPrinted: { zh: '算作已出票', en: 'counts as printed' },
  countsNot: { zh: '算作未出票，可重新出', en: 'counts as not printed, can be printed' },
  settle: { zh: '说明查到的结果', en: 'Say what you found' },
  settleAsk: { zh: '这笔款查得怎样？', en: 'What became of its money?' },
  settleMore: {
    zh: '影院系统恢复过旧数据，丢了这个订单。请按订单号和时间查收款，查清后再选',
    en: 'The box office was put back to an older copy and has lost this order. Look for its money by number and time, and choose when you know',
  },
  noted: { zh: '已记下，会通知影院系统', en: 'Noted. The box office will be told' },
  paymentAsk: { zh: '这笔刷卡付款查得怎样？', en: 'What did you find out about this card payment?' },
  resume: { zh: '在本机出票', en: 'Print it here' },
  reprint: { zh: '补打', en: 'Print again' },
  reprintAsk: { zh: '为什么补打？', en: 'Why is it printed again?' },
  refund: { zh: '退款', en: 'Refund' },
  refundAsk: { zh: '为什么退款？', en: 'Why is the money given back?' },
  refundWhole: { zh: '整单退款，座位立即释放', en: 'The whole order. The seats are free at once' },
  approval: {
    zh: '超出规定：需要第二人（其中一人为值班经理）输入密码',
    en: 'Beyond the policy: a second person enters a PIN; one of the two is a duty manager',
  },
  machine: { zh: '本机', en: 'This machine' },
  outOfService: { zh: '暂停服务', en: 'Take out of service' },
  backInService: { zh: '恢复服务', en: 'Back into service' },
  inService: { zh: '正在服务', en: 'In service' },
  closedBy: (who: string) => ({ zh: `已由 ${who} 停用`, en: `Taken out of service by ${who}` }),
  closeAsk: { zh: '为什么暂停服务？', en: 'Why is it taken out of service?' },
  powerCycled: { zh: '打印机已断电重启', en: 'Printer was switched off and on' },
  needsPowerCycle: { zh: '可能存有残留内容，请断电重启', en: 'It may hold an old ticket: switch it off and on' },
  guestThere: { zh: '正在为客人服务', en: 'A guest is being served' },
  printing: { zh: '正在出票', en: 'Printing' },
  locks: { zh: '密码锁定', en: 'PIN locks' },
  locksMore: {
    zh: '某台机器因密码输错被锁定时，可在这里解除，记在您的名下',
    en: 'Wrong PINs have locked the page of a machine: take the lock back here, under your name',
  },
  releaseLock: { zh: '解除锁定', en: 'Take a lock back' },
  releaseLockAsk: { zh: '哪台机器被锁定了？', en: 'Which machine is locked?' },
  done: { zh: '已完成', en: 'Done' },
  noAnswer: { zh: '没有收到结果，请再看一次', en: 'No answer came. Look again' },
  failed: (code: string) => ({ zh: `系统出错（${code}）`, en: `Something went wrong (${code})` }),
  triesLeft: (count: string) => ({ zh: `密码不对，还可试 ${count} 次`, en: `Wrong PIN. ${count} tries left` }),
  locked: (left: string) => ({ zh: `已锁定，${left} 后再试`, en: `Locked for ${left}` }),
  noStaff: { zh: '本机还没有员工密码', en: 'Nobody has a PIN on this machine' },
  noMoneyRight: { zh: '您的身份不能查看款项', en: 'You have no right to see money' },
} satisfies Words;

export const RESOLVE_WHY: Readonly<Record<ResolveWhy, BothLanguages>> = {
  'guest-has-it': { zh: '客人拿到了完好的票', en: 'The guest has it, and it is good' },
  'found-in-output': { zh: '在出票口找到了', en: 'It was in the output' },
  'nothing-came-out': { zh: '没有出来', en: 'Nothing came out' },
  destroyed: { zh: '出来一半，已销毁', en: 'Half of it came out, and I destroyed it' },
};

export const SETTLE_WHY: Readonly<Record<SettleWhy, BothLanguages>> = {
  'money-returned': { zh: '收过款，已退给客人', en: 'It was paid, and the money was given back' },
  'guest-was-served': { zh: '收过款，客人已拿到票或已另作安排', en: 'It was paid, and the guest has tickets or was let in' },
  'nothing-paid': { zh: '没有收过款', en: 'Nothing was paid' },
};

export const PAYMENT_FOUND: Readonly<Record<PaymentFinding, BothLanguages>> = {
  booked: { zh: '刷卡机已记账', en: 'The terminal has booked it' },
  'not-booked': { zh: '刷卡机没有记账', en: 'The terminal has not booked it' },
  'given-back': { zh: '钱已退给客人，或没有可退的', en: 'The guest has the money back, or there was none' },
  'guest-paid': { zh: '客人已补付', en: 'The guest has paid again' },
  'let-go': { zh: '没有收到，放弃追收', en: 'It was not paid, and nobody asks for it any more' },
};

/** What the machines then do about it. */
export const PAYMENT_FOUND_MORE: Readonly<Record<PaymentFinding, BothLanguages>> = {
  booked: { zh: '座位还在就可出票，否则退款', en: 'tickets when the seats are still kept, else the money goes back' },
  'not-booked': { zh: '没有收款，座位释放或重新付款', en: 'nothing was taken; the seats go, or it is paid anew' },
  'given-back': { zh: '不出票，不用再处理', en: 'no tickets, and nothing more to do' },
  'guest-paid': { zh: '票继续有效', en: 'the tickets stay good' },
  'let-go': { zh: '票继续有效，记作短款', en: "the tickets stay good, and the day's figures miss the money" },
};

export const ORDER_STATUS: Readonly<Record<StaffOrder['status'], BothLanguages>> = {
  unpaid: { zh: '未付款', en: 'Not paid' },
  paying: { zh: '付款中', en: 'Being paid' },
  'payment-unknown': { zh: '付款结果未知', en: 'Payment unknown' },
  confirmed: { zh: '已付款，票有效', en: 'Paid, tickets good' },
  cancelled: { zh: '已取消', en: 'Cancelled' },
  refunding: { zh: '退款进行中', en: 'Money on its way back' },
  refunded: { zh: '已退款', en: 'Money given back' },
};

export const CLOSE_WHY: Readonly<Record<CloseWhy, BothLanguages>> = {
  repair: { zh: '维修', en: 'Repair' },
  paper: { zh: '换纸', en: 'Paper' },
  cleaning: { zh: '清洁', en: 'Cleaning' },
  money: { zh: '款项待查', en: 'Money is unclear' },
  other: { zh: '其他', en: 'Other' },
};

export const LOCK_RELEASE: Readonly<Record<LockRelease['stage'], BothLanguages>> = {
  sent: { zh: '已发出，等待那台机器', en: 'Sent, waiting for the machine' },
  taken: { zh: '那台机器正在处理', en: 'The machine is at it' },
  succeeded: { zh: '已解除，可以再输密码', en: 'Taken back: PINs are looked at again' },
  failed: { zh: '那台机器没有做到', en: 'The machine could not do it' },
  refused: { zh: '那台机器拒绝了', en: 'The machine refused' },
  interrupted: { zh: '那台机器中途停止，请再试一次', en: 'The machine stopped in the middle. Try again' },
  unanswered: { zh: '十分钟内没有回应', en: 'No answer within ten minutes' },
};

export const REPRINT_WHY: Readonly<Record<CallInput<'reprintTicket'>['body']['reason'], BothLanguages>> = {
  damaged: { zh: '票面损坏', en: 'Damaged' },
  unreadable: { zh: '码读不出', en: 'Code cannot be read' },
  lost: { zh: '遗失', en: 'Lost' },
  'not-taken': { zh: '未取走', en: 'Not taken' },
  uncertain: { zh: '不确定', en: 'Uncertain' },
  other: { zh: '其他', en: 'Other' },
};

export const REFUND_WHY: Readonly<Record<CallInput<'refundOrder'>['body']['reason'], BothLanguages>> = {
  'wrong-show': { zh: '买错场次', en: 'Wrong show' },
  quality: { zh: '质量问题', en: 'Quality' },
  'projection-failure': { zh: '放映故障', en: 'Projection failed' },
  other: { zh: '其他', en: 'Other' },
};

type Plain = Exclude<StaffRefusal['code'], 'wrong-pin' | 'locked' | 'not-refunded'>;

export const STAFF_REFUSAL: Readonly<Record<Plain, BothLanguages>> = {
  'not-signed-in': { zh: '已退出，请重新登录', en: 'You were signed out. Enter your PIN again' },
  'no-right': { zh: '您的身份不能这样做', en: 'You have no right to do this' },
  'not-two-people': { zh: '须由另一人确认，其中一人为值班经理', en: 'Another person has to agree, and one of the two is a duty manager' },
  'kiosk-busy': { zh: '正在为客人服务，请稍候', en: 'A guest is being served. Try again in a moment' },
  'no-kiosk': { zh: '本机不能出票', en: 'This machine prints no tickets' },
  unknown: { zh: '没有找到', en: 'It was not found' },
  'no-such-order': { zh: '没有找到这个订单，请核对号码', en: 'No order has this number or code. Check it' },
  'other-cinema': { zh: '这个号码是另一家影院的', en: 'This number is of another cinema' },
  'other-machine': { zh: '这张票在另一台机器，请到那里查看', en: 'The ticket is at another machine. Look there' },
  'not-open': { zh: '已经查清了', en: 'It has been settled already' },
  'not-uncertain': { zh: '已经确认过了', en: 'It has been settled already' },
  'not-found': { zh: '这个订单现在没有可出的票', en: 'The order has nothing to print now' },
  unavailable: { zh: '连不上影院系统；是否生效未知，请再看一次', en: 'The box office did not answer. Look again whether it was done' },
  'not-written': { zh: '没有存下，什么也没有改变', en: 'It could not be saved and nothing was done' },
};

export const REFUND_REFUSAL: Readonly<Record<Extract<StaffRefusal, { code: 'not-refunded' }>['refusal']['code'], BothLanguages>> = {
  'already-printed': { zh: '已出票，不能退款', en: 'It is printed and cannot be refunded' },
  'print-open': { zh: '先确认是否出票，再退款', en: 'First say whether it is printed' },
  'already-used': { zh: '已检票入场，不能退款', en: 'Somebody went in with it' },
  'too-late': { zh: '已过退票时间', en: 'It is too late' },
  'needs-approval': desk.approval,
  'not-refundable': { zh: '这个订单不能退款', en: 'This order cannot be refunded' },
};

export const REPRINT_END: Readonly<Record<ReprintTask['outcome']['kind'], BothLanguages>> = {
  'under-way': { zh: '正在补打', en: 'Printing again' },
  printed: { zh: '已补打', en: 'Printed again' },
  uncertain: { zh: '补打结果不确定，请查看出票口', en: 'It may be on paper. Look into the output' },
  'not-printed': { zh: '没有打印', en: 'It was not printed' },
  refused: { zh: '影院系统不允许补打', en: 'The box office does not allow it' },
  away: { zh: '连不上影院系统，没有打印', en: 'The box office did not answer. Nothing was printed' },
  busy: { zh: '正在为客人服务，没有打印', en: 'A guest was served. Nothing was printed' },
};
