import type { PassageOutcome, RefusalReason } from '#core/contract/admission.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import type { CommandKind, CommandRefusal } from '#core/contract/wire/command.ts';
import type { Conflict, EventBody } from '#core/contract/wire/events.ts';

/** The closed lists of events in a technician's words: short, for a line of a table. */

type Detail<Type extends EventBody['t']> = Extract<EventBody, { t: Type }>['d'];
type Words<Key extends string> = Readonly<Record<Key, BothLanguages>>;

export const REFUSAL: Words<RefusalReason> = {
  unreadable: { zh: '读不出', en: 'unreadable' },
  'payment-code': { zh: '付款码', en: 'a payment code' },
  'pick-up-code': { zh: '取票码', en: 'a pick-up code' },
  'member-card': { zh: '会员卡', en: "a member's card" },
  'not-a-ticket': { zh: '不是票', en: 'not a ticket' },
  'bad-signature': { zh: '签名不符', en: 'signature does not hold' },
  'unknown-key': { zh: '签名密钥未知', en: 'signed with an unknown key' },
  'key-out-of-time': { zh: '签名密钥已过期', en: 'signed with a key out of its time' },
  'stale-code': { zh: '动态码已过期', en: 'a changing code that is old' },
  'wrong-form': { zh: '票的形式不符', en: 'not the form that it was issued in' },
  'other-site': { zh: '别家影院', en: 'another cinema' },
  'cannot-verify': { zh: '无法核实', en: 'cannot be verified' },
  'unknown-ticket': { zh: '查无此票', en: 'not known' },
  revoked: { zh: '已作废', en: 'revoked' },
  refunded: { zh: '已退票', en: 'refunded' },
  cancelled: { zh: '场次取消', en: 'show cancelled' },
  blocked: { zh: '已冻结', en: 'blocked' },
  unpaid: { zh: '未付款', en: 'not paid' },
  'not-confirmed': { zh: '未确认', en: 'not confirmed' },
  'already-used': { zh: '已使用', en: 'already used' },
  'wrong-screen': { zh: '影厅不符', en: 'another screen' },
  'wrong-show': { zh: '场次不符', en: 'another show' },
  'wrong-class': { zh: '票类不符', en: 'another class of ticket' },
  'too-early': { zh: '未到入场时间', en: 'too early' },
  'too-late': { zh: '已过入场时间', en: 'too late' },
  'house-full': { zh: '人数已满', en: 'house full' },
  'no-reentry': { zh: '不可再次入场', en: 'no second entry' },
  'needs-escort': { zh: '须有人陪同', en: 'needs somebody along' },
  'data-too-old': { zh: '检票数据太旧', en: 'data too old' },
  'clock-untrusted': { zh: '时钟不可信', en: 'clock not trusted' },
  'not-home-gate': { zh: '断网时须走本票的检票口', en: "not the ticket's own gate" },
  'site-split': { zh: '检票口之间断网', en: 'the gates cannot reach each other' },
};

export const PASSAGE: Words<PassageOutcome> = {
  passed: { zh: '已通过', en: 'passed' },
  'not-passed': { zh: '未通过', en: 'not passed' },
  forced: { zh: '强行通过', en: 'forced' },
  held: { zh: '闸门未关上', en: 'held open' },
  'release-failed': { zh: '开闸失败', en: 'release failed' },
  unconfirmed: { zh: '是否通过不明', en: 'not known whether anybody passed' },
};

export const CONFLICT: Words<Conflict['state']> = {
  open: { zh: '未解决', en: 'open' },
  settled: { zh: '已解决', en: 'settled' },
};

export const PRINT: Words<Detail<'print'>['outcome']> = {
  started: { zh: '开始打印', en: 'started' },
  printed: { zh: '已打印', en: 'printed' },
  'not-printed': { zh: '未打印', en: 'not printed' },
  uncertain: { zh: '是否打印不明', en: 'uncertain' },
};

export const SALE: Words<Detail<'sale'>['step']> = {
  held: { zh: '已锁座', en: 'seats held' },
  ordered: { zh: '已下单', en: 'ordered' },
  'payment-started': { zh: '开始付款', en: 'payment started' },
  'payment-unknown': { zh: '付款结果不明', en: 'payment unknown' },
  paid: { zh: '已付款', en: 'paid' },
  cancelled: { zh: '已取消', en: 'cancelled' },
  expired: { zh: '锁座到期', en: 'hold expired' },
  delivered: { zh: '已出票', en: 'delivered' },
  stopped: { zh: '出票中断', en: 'printing stopped' },
  'refund-asked': { zh: '已申请退款', en: 'refund asked for' },
};

export const COMMAND: Words<CommandKind> = {
  'report-health': { zh: '上报状态', en: 'report health' },
  'resync-validity': { zh: '重新同步检票数据', en: 'fetch ticket data' },
  'sign-out-staff': { zh: '员工全部退出', en: 'sign all staff out' },
  'release-pin-locks': { zh: '解除密码锁定', en: 'take PIN locks back' },
};

export const COMMAND_STATE: Words<Detail<'command'>['state']> = {
  taken: { zh: '已接收', en: 'taken' },
  succeeded: { zh: '已完成', en: 'done' },
  failed: { zh: '失败', en: 'failed' },
  refused: { zh: '拒绝', en: 'refused' },
  interrupted: { zh: '中断', en: 'interrupted' },
};

export const COMMAND_REFUSAL: Words<CommandRefusal> = {
  retained: { zh: '服务器保留的旧指令', en: 'kept by the broker' },
  malformed: { zh: '格式有误', en: 'malformed' },
  'bad-signature': { zh: '签名不符', en: 'signature does not hold' },
  'other-machine': { zh: '给别的机器', en: 'for another machine' },
  replayed: { zh: '重复的指令', en: 'taken before' },
  expired: { zh: '已过期', en: 'expired' },
  'time-unknown': { zh: '时间不确定', en: 'time not known' },
};

export const AUDIT: Words<Detail<'audit'>['action']> = {
  'agent-started': { zh: '程序启动', en: 'agent started' },
  'agent-stopped': { zh: '程序停止', en: 'agent stopped' },
  'test-print': { zh: '测试打印', en: 'test print' },
  'test-release': { zh: '测试开闸', en: 'test release' },
  'test-light': { zh: '测试灯光', en: 'test light' },
  'device-assigned': { zh: '指定设备', en: 'device assigned' },
  'reprint-asked': { zh: '补打', en: 'reprint' },
  'printer-power-cycled': { zh: '打印机已断电重启', en: 'printer switched off and on' },
  'terminal-day-ended': { zh: '终端结算', en: 'end of day at the terminal' },
  'session-cleared': { zh: '清除会话', en: 'session cleared' },
  'configuration-loaded': { zh: '读入配置', en: 'configuration loaded' },
  'outbox-dead-letter': { zh: '事件被拒收', en: 'event refused by the box office' },
  'test-scan': { zh: '测试扫码', en: 'test scan' },
  'staff-signed-in': { zh: '员工登录', en: 'signed in' },
  'staff-refused': { zh: '登录被拒', en: 'sign-in refused' },
  'staff-locked': { zh: '登录已锁定', en: 'sign-in locked' },
  'staff-changed': { zh: '员工名单变更', en: 'staff changed' },
  'admission-overridden': { zh: '人工放行', en: 'let in by a person' },
  'admission-undone': { zh: '撤销入场', en: 'admission taken back' },
  'clock-jumped': { zh: '时钟跳变', en: 'clock jumped' },
  'ledger-rolled-back': { zh: '账本曾被还原', en: 'ledger was rolled back' },
  'ledger-salvaged': { zh: '账本已抢救', en: 'ledger salvaged' },
  'ledger-damaged': { zh: '账本损坏', en: 'ledger damaged' },
  'ledger-moved': { zh: '账本换了机器', en: 'ledger moved' },
  'store-pressure': { zh: '存储空间', en: 'room on the disk' },
  'site-split': { zh: '检票口之间断网', en: 'gates cannot reach each other' },
  'site-whole': { zh: '检票口恢复互通', en: 'gates reach each other again' },
  'telemetry-lost': { zh: '遥测丢失', en: 'telemetry lost' },
  'name-doubled': { zh: '机器名重复', en: "another machine has this one's name" },
  'box-office-restored': { zh: '影院系统曾被还原', en: 'box office was restored' },
  'order-unknown': { zh: '影院系统不认识此订单', en: 'box office does not know the order' },
  'order-settled': { zh: '不认识的订单已查清', en: 'unknown order settled' },
  'payment-settled': { zh: '刷卡付款已查明', en: 'card payment settled' },
  'staff-signed-out': { zh: '员工退出', en: 'signed out' },
  'print-resolved': { zh: '出票结果已查明', en: 'print resolved' },
  'order-resumed': { zh: '继续出票', en: 'order resumed' },
  'refund-asked': { zh: '申请退款', en: 'refund asked for' },
  'kiosk-closed': { zh: '自助机停用', en: 'kiosk closed' },
  'kiosk-opened': { zh: '自助机启用', en: 'kiosk opened' },
  'command-sent': { zh: '发出指令', en: 'command sent' },
};

/** Those who are no person. */
const ACTOR: Readonly<Record<string, BothLanguages>> = {
  agent: { zh: '程序', en: 'the agent' },
  technician: { zh: '技术员', en: 'technician' },
  terminal: { zh: '命令行', en: 'command line' },
  uplink: { zh: '上传', en: 'uplink' },
  site: { zh: '检票口网络', en: 'gates' },
  'staff-file': { zh: '员工名单', en: 'staff file' },
};

/** A name stays as it is. */
export const actorWords = (by: string): BothLanguages => (Object.hasOwn(ACTOR, by) ? ACTOR[by] : undefined) ?? { zh: by, en: by };
