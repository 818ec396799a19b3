import type { BothLanguages } from '#core/contract/values.ts';
import type { LampColour } from '#core/ports/indicator.ts';
import type { Words } from './table.ts';

/** The bench explains the product to somebody who has never seen it: short sentences, one thing each. */
export const bench = {
  title: { zh: '设备台', en: 'Device bench' },
  heading: { zh: '一页玩转整个影院大堂', en: 'The whole lobby on one page' },
  lead: {
    zh: '这里的设备都是模拟的，但说的是真设备的字节。按四步走一遍，再试着弄坏它。',
    en: 'Every device here is simulated and speaks the bytes of a real one. Walk through four steps, then try to break it.',
  },
  steps: { zh: '四步走', en: 'Four steps' },
  stepOpen: { zh: '打开自助机', en: 'Open the kiosk' },
  stepOpenMore: { zh: '观众看到的购票屏幕', en: 'The screen that guests buy on' },
  stepBuy: { zh: '买两张票', en: 'Buy two tickets' },
  stepBuyMore: { zh: '选座、扫码，再以手机身份付款', en: 'Choose seats, then pay as the phone would' },
  stepTake: { zh: '取票', en: 'Take the paper' },
  stepTakeMore: { zh: '票从下面的打印机里出来', en: 'It comes out of the printer below' },
  stepPresent: { zh: '到检票口出示', en: 'Present it at the gate' },
  stepPresentMore: { zh: '第一次放行，第二次拒绝', en: 'Let in once, refused the second time' },
  openKiosk: { zh: '打开自助机', en: 'Open the kiosk' },
  openGate: { zh: '打开检票屏', en: 'Open the gate screen' },
  openTechnician: { zh: '打开维护页', en: 'Open the technician page' },
  newTab: { zh: '（新标签页）', en: '(new tab)' },
  toPapers: { zh: '看出票口', en: 'To the paper' },
  printer: { zh: '票打印机', en: 'Ticket printer' },
  paperLeft: (metres: string) => ({ zh: `剩纸 ${metres} 米`, en: `${metres} m of paper left` }),
  refill: { zh: '换新纸卷', en: 'New roll' },
  tearOff: { zh: '收走所有纸', en: 'Clear the papers' },
  takePaper: { zh: '从出票口取票', en: 'Take the ticket' },
  outputHolds: { zh: '出票口有一张票', en: 'A ticket stands in the output' },
  outputEmpty: { zh: '出票口空', en: 'The output is empty' },
  drawnBack: (count: string) => ({ zh: `已收回 ${count} 张`, en: `${count} drawn back` }),
  noPaper: {
    zh: '还没有出票。去自助机买一张，或在维护页测试打印。',
    en: 'No paper yet. Buy a ticket at the kiosk, or run a test print on the technician page.',
  },
  papers: { zh: '打印机吐出的纸，最新的在前', en: 'Papers from the printer, newest first' },
  paper: (number: string, time: string) => ({ zh: `第 ${number} 张 · ${time}`, en: `Paper ${number} · ${time}` }),
  paperPicture: (number: string) => ({ zh: `第 ${number} 张纸的图像`, en: `Picture of paper ${number}` }),
  inPrinter: { zh: '还在打印机里', en: 'Still in the printer' },
  reading: { zh: '正在读码…', en: 'Reading the code …' },
  noCode: { zh: '这张纸上没有可读的码', en: 'There is no readable code on this paper' },
  presentGate: { zh: '到检票口出示', en: 'Present at the gate' },
  presentKiosk: { zh: '放到自助机扫码口', en: 'Hold to the kiosk' },
  presentTo: (device: string) => ({ zh: `给 ${device} 扫`, en: `Hold to ${device}` }),
  presented: (device: string) => ({ zh: `已出示给 ${device}`, en: `Held to ${device}` }),
  scanners: { zh: '出示一个码', en: 'Present a code' },
  scannersMore: {
    zh: '输入或粘贴任意内容，或选一个样例；扫码器会原样送出这些字节。',
    en: 'Type or paste anything, or take a sample; the scanner sends exactly these bytes.',
  },
  code: { zh: '码的内容', en: 'Text of the code' },
  scanner: { zh: '扫码器', en: 'Scanner' },
  present: { zh: '出示', en: 'Present' },
  samples: { zh: '不该放行的样例', en: 'Samples that must not open anything' },
  reads: (count: string) => ({ zh: `读过 ${count} 次`, en: `${count} reads` }),
  gate: { zh: '闸机', en: 'Gate' },
  gateScreen: { zh: '检票屏此刻显示', en: 'What the gate screen shows' },
  closed: { zh: '闸门关闭', en: 'Barrier closed' },
  released: { zh: '闸门打开', en: 'Barrier open' },
  passed: (count: string) => ({ zh: `已有 ${count} 人通过`, en: `${count} walked through` }),
  person: { zh: '闸门打开时，面前的人', en: 'When it opens, the guest' },
  walksThrough: { zh: '走过去', en: 'walks through' },
  walksAway: { zh: '走开', en: 'walks away' },
  push: { zh: '有人硬闯一次', en: 'Somebody pushes through' },
  terminal: { zh: '刷卡终端', en: 'Card terminal' },
  terminalIdle: { zh: '空闲', en: 'Idle' },
  terminalWaits: { zh: '等待刷卡', en: 'Waits for a card' },
  terminalAsks: { zh: '正在询问银行', en: 'Asks the bank' },
  terminalApproved: { zh: '已授权，等待出票', en: 'Approved, waits for the tickets' },
  terminalWants: (amount: string) => ({ zh: `应付 ${amount}`, en: `To pay ${amount}` }),
  terminalKept: (amount: string) => ({ zh: `实收 ${amount}`, en: `Taken so far ${amount}` }),
  terminalDisplay: { zh: '终端屏幕', en: 'What its display shows' },
  cards: { zh: '观众拿出', en: 'The guest presents' },
  cardGood: { zh: '一张好卡', en: 'a good card' },
  cardDeclined: { zh: '被银行拒绝的卡', en: 'a card that is declined' },
  cardWrongPin: { zh: '好卡，但密码错', en: 'a good card, wrong PIN' },
  cardReader: { zh: '读卡器', en: 'Card reader' },
  cardsShown: (count: string) => ({ zh: `已出示 ${count} 次`, en: `${count} shown` }),
  cardMember: { zh: '会员卡', en: "a member's card" },
  cardPayment: { zh: '银行卡', en: 'a payment card' },
  cardUnknown: { zh: '别处的卡', en: 'a card of somebody else' },
  cardStop: { zh: '按红键取消', en: 'presses the red key' },
  light: { zh: '指示灯', en: 'Light tower' },
  lightDark: { zh: '全灭', en: 'dark' },
  lightSounds: { zh: '蜂鸣中', en: 'buzzer sounds' },
  faults: { zh: '弄坏它', en: 'Break it' },
  faultsOf: (device: string) => ({ zh: `${device} 的故障开关`, en: `Faults of ${device}` }),
  otherFaults: { zh: '扫码器故障', en: 'Scanner faults' },
  wires: { zh: '网线', en: 'The wires' },
  wiresMore: { zh: '剪断后检票照常；接回后所有事件补传并得到确认。', en: 'Cut one: the gate goes on. Join it: every event is sent and confirmed.' },
  machine: { zh: '本机', en: 'This machine' },
  broker: { zh: '消息服务器', en: 'Broker' },
  boxOffice: { zh: '影院系统', en: 'Box office' },
  wireBroker: { zh: '到消息服务器的网线', en: 'Wire to the broker' },
  otherGates: { zh: '其他检票口', en: 'Other gates' },
  wireSite: { zh: '到其他检票口的网线', en: 'Wire to the other gates' },
  wireBoxOffice: { zh: '到影院系统的网线', en: 'Wire to the box office' },
  joined: { zh: '接通', en: 'joined' },
  cut: { zh: '剪断', en: 'cut' },
  notSimulated: { zh: '这台机器接的是真设备，没有设备台', en: 'This machine has real devices and no bench' },
  notSimulatedMore: { zh: '请看维护页。', en: 'Look at the technician page instead.' },
  failed: { zh: '没有成功，请再试一次', en: 'That did not work, try again' },
} satisfies Words;

export const LAMP: Readonly<Record<LampColour, BothLanguages>> = {
  red: { zh: '红', en: 'red' },
  amber: { zh: '黄', en: 'amber' },
  green: { zh: '绿', en: 'green' },
  blue: { zh: '蓝', en: 'blue' },
  white: { zh: '白', en: 'white' },
};

/** What each sample is, beside the codes in `bench/samples.ts`. */
export const SAMPLE: Readonly<Record<SampleName, BothLanguages>> = {
  wechat: { zh: '微信付款码', en: 'WeChat payment code' },
  alipay: { zh: '支付宝付款码', en: 'Alipay payment code' },
  unionpay: { zh: '银联付款码', en: 'UnionPay payment code' },
  'pick-up': { zh: '取票码', en: 'Pick-up code' },
  phone: { zh: '手机号', en: 'Phone number' },
  text: { zh: '随便一句话', en: 'Some text' },
  link: { zh: '网址', en: 'A web address' },
  damaged: { zh: '残缺的票码', en: 'Torn ticket' },
  forged: { zh: '伪造的票码', en: 'Forged ticket' },
  'other-cinema': { zh: '别家影院的票', en: 'Another cinema' },
  control: { zh: '控制字符', en: 'Control characters' },
  long: { zh: '超长内容', en: 'Far too long' },
};

export type SampleName =
  | 'wechat'
  | 'alipay'
  | 'unionpay'
  | 'pick-up'
  | 'phone'
  | 'text'
  | 'link'
  | 'damaged'
  | 'forged'
  | 'other-cinema'
  | 'control'
  | 'long';
