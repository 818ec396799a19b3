import type { SearchKind, StaffRole, UsherRefusal } from '#core/contract/local/usher.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import type { CallInput } from '../agent/call.ts';
import type { CameraTrouble } from '../usher/camera/camera.ts';
import type { Words } from './table.ts';

/** The page in an usher's hand: short words that are read at a glance, while a guest stands there. */
export const usher = {
  title: { zh: '手持检票', en: 'Hand-held check' },
  signInTitle: { zh: '输入员工密码', en: 'Enter your PIN' },
  signInMore: { zh: '六位数字', en: 'Six digits' },
  pinDigits: (count: string) => ({ zh: `已输入 ${count} 位，共 6 位`, en: `${count} of 6 digits` }),
  erase: { zh: '删除', en: 'Erase' },
  signIn: { zh: '登录', en: 'Sign in' },
  signOut: { zh: '退出登录', en: 'Sign out' },
  triesLeft: (count: string) => ({ zh: `密码不对，还可以试 ${count} 次`, en: `Wrong PIN. Tries left: ${count}` }),
  locked: (left: string) => ({ zh: `已锁定，${left} 后再试`, en: `Locked. Try again in ${left}` }),
  noStaff: { zh: '本机还没有员工密码，请联系管理员', en: 'No member of staff has a PIN on this machine yet. Ask your administrator' },
  noLane: { zh: '本机没有设置手持检票', en: 'This machine has no lane for hand-held checks' },
  noLaneMore: { zh: '请在配置中为本机添加手持通道', en: 'Add a hand-held lane to its configuration' },
  tabs: { zh: '页面', en: 'Views' },
  scan: { zh: '扫码', en: 'Scan' },
  find: { zh: '查票', en: 'Find' },
  log: { zh: '记录', en: 'Log' },
  halls: { zh: '影厅', en: 'Halls' },
  toSee: (count: string) => ({ zh: `${count} 项待查看`, en: `${count} to look at` }),
  pointAtCode: { zh: '对准票上的二维码', en: 'Point at the code' },
  holdStill: { zh: '拿稳，靠近一点', en: 'Hold still, a little closer' },
  tooDark: { zh: '太暗，请打开手电', en: 'Too dark: switch on the light' },
  tooDarkNoTorch: { zh: '太暗，请到亮处', en: 'Too dark: find more light' },
  checking: { zh: '核验中…', en: 'Checking …' },
  cameraStarting: { zh: '正在打开摄像头…', en: 'Starting the camera …' },
  cameraAgain: { zh: '重新打开摄像头', en: 'Start the camera again' },
  torchOn: { zh: '打开手电', en: 'Light on' },
  torchOff: { zh: '关闭手电', en: 'Light off' },
  type: { zh: '输入票码', en: 'Type a code' },
  typeLabel: { zh: '影票上的号码或内容', en: 'What the ticket says' },
  typeDo: { zh: '检票', en: 'Check' },
  close: { zh: '关闭', en: 'Close' },
  nextGuest: { zh: '下一位', en: 'Next guest' },
  undo: { zh: '撤销放行', en: 'Undo' },
  undoLeft: (left: string) => ({ zh: `撤销放行（${left}）`, en: `Undo (${left})` }),
  undone: { zh: '已撤销，此票可再次使用', en: 'Undone. The ticket is good again' },
  letIn: { zh: '破例放行', en: 'Let in anyway' },
  lookUp: { zh: '按票号查找', en: 'Find by number' },
  overrideTitle: { zh: '破例放行', en: 'Let in anyway' },
  overrideMore: { zh: '会记录在值班经理名下', en: 'It is written down under the duty manager' },
  why: { zh: '原因', en: 'Reason' },
  note: { zh: '备注（可不填）', en: 'Note (optional)' },
  managerPin: { zh: '值班经理密码', en: 'PIN of the duty manager' },
  overrideDo: { zh: '放行', en: 'Let in' },
  cancel: { zh: '取消', en: 'Cancel' },
  findLabel: { zh: '票号、订单号或票码', en: 'Ticket number, order number or code' },
  findDo: { zh: '查找', en: 'Find' },
  finding: { zh: '正在查找…', en: 'Looking …' },
  findHint: { zh: '码坏了、手机没电时，用票号或订单号查找', en: 'For a torn code or an empty battery: find the ticket by its number' },
  nothingFoundMore: { zh: '请核对号码；刚售出的票可能稍后才到本机', en: 'Check the number. A ticket that was just sold may take a moment' },
  found: (count: string) => ({ zh: `找到 ${count} 张`, en: `Found ${count}` }),
  usedOf: (used: string, admits: string) => ({ zh: `已入场 ${used}/${admits}`, en: `${used} of ${admits} in` }),
  notUsed: { zh: '未入场', en: 'Not used' },
  usedAt: (time: string, gateName: string) => ({ zh: `${time} 在 ${gateName} 入场`, en: `In at ${time}, ${gateName}` }),
  valid: { zh: '有效', en: 'Valid' },
  proof: { zh: '查验证件', en: 'Check ID' },
  recent: { zh: '最近检票', en: 'Latest checks' },
  noRecent: { zh: '还没有检票', en: 'No check yet' },
  noRecentMore: { zh: '扫第一张票吧', en: 'Scan the first ticket' },
  admitted: { zh: '放行', en: 'Let in' },
  wasUndone: { zh: '已撤销', en: 'Undone' },
  overriddenBy: (name: string) => ({ zh: `${name} 破例放行`, en: `Let in by ${name}` }),
  conflicts: { zh: '重复入场', en: 'Let in twice' },
  conflictsMore: {
    zh: '检票口互相连不上时，同一张票进了不止一次',
    en: 'While gates could not reach each other, these tickets were used more often than they may',
  },
  ticket: { zh: '票号', en: 'Ticket' },
  first: { zh: '先', en: 'First' },
  second: { zh: '后', en: 'Second' },
  orderUnknown: { zh: '时钟分不出先后', en: 'The clocks cannot tell who was first' },
  clockError: (seconds: string) => ({ zh: `±${seconds} 秒`, en: `± ${seconds} s` }),
  clockUnknown: { zh: '时间不确定', en: 'time not certain' },
  dataAged: (age: string) => ({ zh: `当时名单 ${age}`, en: `list was ${age} old` }),
  wasAlone: { zh: '未与其他口确认', en: 'not confirmed' },
  conflictSeen: { zh: '已看过', en: 'I have seen it' },
  seenBy: (name: string) => ({ zh: `${name} 已看过`, en: `Seen by ${name}` }),
  settled: { zh: '已解决', en: 'Settled' },
  hallsTitle: { zh: '正在入场', en: 'Doors open' },
  noHalls: { zh: '现在没有场次入场', en: 'No doors are open now' },
  noHallsMore: { zh: '入场开始前半小时会出现在这里', en: 'Shows appear here when their entry begins' },
  inside: { zh: '已入场', en: 'in' },
  sold: { zh: '已售', en: 'sold' },
  late: { zh: '迟到', en: 'late' },
  insideOf: (inside: string, sold: string) => ({ zh: `已入场 ${inside}，已售 ${sold}`, en: `${inside} in, ${sold} sold` }),
  offline: { zh: '离线检票', en: 'Checking offline' },
  listAge: (zh: string, en: string) => ({ zh: `票单更新于 ${zh}`, en: `list of ${en}` }),
  noList: { zh: '还没有票单，不能检票', en: 'no list yet: nothing can be checked' },
  unsent: (count: string) => ({ zh: `${count} 条未上传`, en: `${count} not sent` }),
  split: (gates: string) => ({ zh: `连不上 ${gates}，放行未与其确认`, en: `Cannot reach ${gates}: entries are not confirmed with them` }),
  linkLost: { zh: '与本机断开，现在不能检票', en: 'No connection to the machine: tickets cannot be checked' },
  linkSilent: { zh: '本机没有应答…', en: 'The machine does not answer …' },
  noAnswer: { zh: '没有收到结果；恢复后请看记录', en: 'No answer came. Look into the log when the connection is back' },
  tooFast: { zh: '太快了，请稍候', en: 'Too fast. One moment' },
  badCode: { zh: '这不是票码', en: 'That is not a code' },
  failed: (code: string) => ({ zh: `系统出错（${code}）`, en: `Something went wrong (${code})` }),
} satisfies Words;

export const ROLE: Readonly<Record<StaffRole, BothLanguages>> = {
  usher: { zh: '检票员', en: 'Usher' },
  cashier: { zh: '售票员', en: 'Cashier' },
  'duty-manager': { zh: '值班经理', en: 'Duty manager' },
  technician: { zh: '技术员', en: 'Technician' },
};

type WithoutValues = Exclude<UsherRefusal['code'], 'wrong-pin' | 'locked'>;

/** Refusals that need no number or time; the others are rows of {@link usher}. */
export const USHER_REFUSAL: Readonly<Record<WithoutValues, BothLanguages>> = {
  'not-signed-in': { zh: '已退出，请重新登录', en: 'You were signed out. Enter your PIN again' },
  'no-right': { zh: '需要值班经理的密码', en: 'This needs the PIN of a duty manager' },
  'too-late': { zh: '已不能撤销', en: 'It is too late to undo this' },
  unknown: { zh: '本机不认识这张票', en: 'This machine does not know that ticket' },
  'same-scan': { zh: '刚刚检过', en: 'Just checked' },
  'not-written': { zh: '没有存下，什么也没有改变；请重试', en: 'It could not be saved and nothing was changed. Try again' },
  unavailable: { zh: '连不上影院系统，暂时查不到订单', en: 'The box office cannot be reached: orders cannot be found now' },
};

/** What was typed, when no ticket of it can be shown. */
export const NOTHING_FOUND: Readonly<Record<SearchKind, BothLanguages>> = {
  ticket: { zh: '本机没有这张票的数据', en: 'This machine has no such ticket' },
  'ticket-number': { zh: '没有这个票号', en: 'No ticket has this number' },
  'order-number': { zh: '没有这个订单', en: 'No order has this number' },
  'listed-code': { zh: '本机没有这张票的数据', en: 'This machine has no such ticket' },
  'damaged-ticket': { zh: '票码不完整', en: 'The code is damaged' },
  'forged-ticket': { zh: '票码不是本影院签发的', en: 'The code was not signed by this cinema' },
  'other-cinema': { zh: '是别的影院的票', en: 'It is a ticket of another cinema' },
  'ticket-info-code': { zh: '本影院的信息码，但没有登记', en: 'An information code of ours that is not listed' },
  'payment-code': { zh: '这是付款码，没有扣款', en: 'That is a payment code. Nothing was charged' },
  'pick-up-code': { zh: '这是取票码，请用票号或订单号', en: 'That is a pick-up code. Use the ticket or order number' },
  phone: { zh: '不能用手机号查找', en: 'A phone number finds nothing here' },
  unreadable: { zh: '无法识别', en: 'It cannot be read' },
  unknown: { zh: '没有找到', en: 'Nothing found' },
};

export type OverrideReason = CallInput<'overrideRefusal'>['body']['why'];

export const OVERRIDE_REASON: Readonly<Record<OverrideReason, BothLanguages>> = {
  'code-unreadable': { zh: '码读不出来', en: 'Code cannot be read' },
  'proof-seen': { zh: '已查验证件', en: 'Proof was seen' },
  'escort-present': { zh: '有成人陪同', en: 'An adult is with them' },
  'seat-agreed': { zh: '已安排座位', en: 'A seat was agreed' },
  'manager-decision': { zh: '经理决定', en: 'Decision of the manager' },
};

export const CAMERA_TROUBLE: Readonly<Record<CameraTrouble, BothLanguages>> = {
  insecure: { zh: '此地址不能使用摄像头', en: 'No camera at this address' },
  denied: { zh: '没有摄像头权限', en: 'The camera is not allowed' },
  absent: { zh: '没有找到摄像头', en: 'No camera found' },
  busy: { zh: '摄像头被别的程序占用', en: 'Another program uses the camera' },
};

export const CAMERA_REMEDY: Readonly<Record<CameraTrouble, BothLanguages>> = {
  insecure: { zh: '请用本机的 https 地址打开；也可以手动输入', en: 'Open the https address of this machine, or type the code' },
  denied: { zh: '在浏览器设置中允许摄像头，再试一次', en: 'Allow the camera in the browser and try again' },
  absent: { zh: '请手动输入，或按票号查找', en: 'Type the code, or find the ticket by its number' },
  busy: { zh: '关闭它，再试一次', en: 'Close it and try again' },
};
