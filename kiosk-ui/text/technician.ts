import type { Flow } from '#core/contract/local/kiosk.ts';
import type { DeviceRow } from '#core/contract/local/technician.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import type { HealthReason } from '#core/ports/health.ts';
import type { Words } from './table.ts';

/** The field's own words, short enough for a table; what to do is a sentence. */
export const technician = {
  title: { zh: '设备维护', en: 'Technician' },
  allWell: { zh: '一切正常', en: 'All is well' },
  attention: (count: string) => ({ zh: `${count} 项需要处理`, en: `${count} to look at` }),
  software: (version: string) => ({ zh: `版本 ${version}`, en: `Version ${version}` }),
  startedAgo: (zh: string, en: string) => ({ zh: `已运行 ${zh}`, en: `up ${en}` }),
  flows: { zh: '可用业务', en: 'What guests can do' },
  devices: { zh: '设备', en: 'Devices' },
  noDevices: { zh: '本机没有配置设备', en: 'No device is configured on this machine' },
  since: { zh: '开始于', en: 'since' },
  lastSeen: { zh: '最近应答', en: 'last answer' },
  never: { zh: '尚未', en: 'never' },
  place: { zh: '位置', en: 'place' },
  driver: { zh: '驱动', en: 'driver' },
  lastFault: { zh: '最近故障', en: 'last fault' },
  counters: { zh: '线路计数', en: 'Line counters' },
  bytesIn: { zh: '收到字节', en: 'bytes in' },
  bytesOut: { zh: '发出字节', en: 'bytes out' },
  framesIn: { zh: '收到帧', en: 'frames in' },
  framesOut: { zh: '发出帧', en: 'frames out' },
  garbage: { zh: '乱码', en: 'garbage' },
  timeouts: { zh: '超时', en: 'timeouts' },
  suppressed: { zh: '重复忽略', en: 'repeats ignored' },
  opened: { zh: '打开次数', en: 'opened' },
  unknownReason: (reason: string) => ({ zh: `原因：${reason}`, en: `Reason: ${reason}` }),
  testPrint: { zh: '测试打印', en: 'Test print' },
  testRelease: { zh: '测试开闸', en: 'Test release' },
  askPrint: { zh: '打印一张作废样张？', en: 'Print one page marked VOID?' },
  askRelease: { zh: '闸门将打开一次，通道里有人吗？', en: 'The gate will open once. Is the lane clear?' },
  doPrint: { zh: '打印', en: 'Print' },
  doRelease: { zh: '开闸', en: 'Release' },
  cancel: { zh: '取消', en: 'Cancel' },
  testing: { zh: '正在测试…', en: 'Testing …' },
  testPassed: { zh: '测试成功', en: 'Test passed' },
  testFailed: { zh: '测试失败', en: 'Test failed' },
  testUnknown: { zh: '没有收到结果，请看设备本身', en: 'No answer came. Look at the device itself' },
  dismiss: { zh: '知道了', en: 'Dismiss' },
  uplink: { zh: '上传', en: 'Uplink' },
  broker: { zh: '消息服务器', en: 'Broker' },
  notAccepted: { zh: '已连接，但影院系统没有确认', en: 'Connected, but the box office does not confirm' },
  notAcceptedDo: { zh: '事件保存在本机，不会丢失；请检查影院系统', en: 'Events are kept here and not lost. Check the box office' },
  queue: { zh: '队列', en: 'Queue' },
  waiting: { zh: '待确认', en: 'waiting' },
  oldest: { zh: '最早', en: 'oldest' },
  through: { zh: '已确认至', en: 'confirmed to' },
  dead: { zh: '拒收', en: 'refused' },
  queueEmpty: { zh: '全部已确认', en: 'All confirmed' },
  validity: { zh: '检票数据', en: 'Ticket data' },
  dataVersion: { zh: '版本', en: 'version' },
  dataTickets: { zh: '票数', en: 'tickets' },
  dataAge: { zh: '距上次确认', en: 'confirmed' },
  noData: { zh: '还没有数据，不能离线检票', en: 'No data yet: tickets cannot be checked offline' },
  boxOffice: { zh: '影院系统', en: 'Box office' },
  reachable: { zh: '可连接', en: 'Reachable' },
  unreachable: { zh: '连不上', en: 'Not reachable' },
  unreachableDo: { zh: '检查网线和服务器；检票照常，售票暂停', en: 'Check cable and server. Gates go on, sales pause' },
  clock: { zh: '时钟', en: 'Clock' },
  clockOffset: { zh: '偏差', en: 'offset' },
  clockUnknown: { zh: '尚未与影院系统对时', en: 'Not yet compared with the box office' },
  events: { zh: '最近事件', en: 'Latest events' },
  noEvents: { zh: '还没有事件', en: 'No event yet' },
  confirmed: { zh: '已确认', en: 'confirmed' },
  unconfirmed: { zh: '待确认', en: 'waiting' },
  secondsLong: (count: string) => ({ zh: `${count} 秒`, en: `${count} s` }),
  minutesLong: (count: string) => ({ zh: `${count} 分钟`, en: `${count} min` }),
  hoursLong: (count: string) => ({ zh: `${count} 小时`, en: `${count} h` }),
  daysLong: (count: string) => ({ zh: `${count} 天`, en: `${count} d` }),
  ago: (zh: string, en: string) => ({ zh: `${zh}前`, en: `${en} ago` }),
  toDo: { zh: '处理', en: 'What to do' },
} satisfies Words;

export const DEVICE_CLASS: Readonly<Record<DeviceRow['class'], BothLanguages>> = {
  'ticket-printer': { zh: '票打印机', en: 'Ticket printer' },
  scanner: { zh: '扫码器', en: 'Scanner' },
  'gate-controller': { zh: '闸机', en: 'Gate' },
};

export const DEVICE_STATE: Readonly<Record<DeviceRow['state'], BothLanguages>> = {
  ready: { zh: '正常', en: 'Ready' },
  connecting: { zh: '正在连接', en: 'Connecting' },
  degraded: { zh: '受限', en: 'Limited' },
  absent: { zh: '未连接', en: 'Not there' },
  blocked: { zh: '需要处理', en: 'Needs you' },
  faulted: { zh: '故障', en: 'Faulty' },
};

export const REASON: Readonly<Record<HealthReason, BothLanguages>> = {
  'paper-near-end': { zh: '票纸将用完', en: 'Paper nearly out' },
  'paper-out': { zh: '缺纸', en: 'Paper out' },
  'cover-open': { zh: '机盖打开', en: 'Cover open' },
  'cutter-jam': { zh: '切刀卡住', en: 'Cutter jammed' },
  'head-hot': { zh: '打印头过热', en: 'Print head too hot' },
  'printer-offline': { zh: '打印机脱机', en: 'Printer offline' },
  'printer-error': { zh: '打印机报错', en: 'Printer reports an error' },
  'ticket-not-taken': { zh: '票没有被取走', en: 'Ticket not taken' },
  'no-answer': { zh: '设备没有应答', en: 'No answer from the device' },
  babbling: { zh: '不停发送乱码', en: 'Sends without end' },
  'unexpected-device': { zh: '接的是另一种设备', en: 'Another device is connected' },
  'passage-sensor-stuck': { zh: '通行传感器一直被遮挡', en: 'Passage sensor stays covered' },
  'gate-jammed': { zh: '闸门卡住', en: 'Gate jammed' },
  'fire-alarm': { zh: '火灾报警中，闸门常开', en: 'Fire alarm: gates stand open' },
  'link-lost': { zh: '连接中断', en: 'Connection lost' },
  'port-busy': { zh: '端口被别的程序占用', en: 'Another program holds the port' },
  'port-missing': { zh: '找不到端口', en: 'Port not found' },
  configuration: { zh: '配置有误', en: 'Wrong configuration' },
};

export const REMEDY: Readonly<Record<HealthReason, BothLanguages>> = {
  'paper-near-end': { zh: '准备新纸卷，下次空闲时更换', en: 'Have a new roll ready and change it at the next quiet moment' },
  'paper-out': { zh: '换上新纸卷，合上机盖，打印会自动继续', en: 'Put in a new roll and close the cover; printing goes on by itself' },
  'cover-open': { zh: '合上机盖直到咔嗒一声', en: 'Close the cover until it clicks' },
  'cutter-jam': { zh: '断电，取出卡住的纸，再通电', en: 'Switch off, take out the jammed paper, switch on' },
  'head-hot': { zh: '等几分钟让它冷却，检查通风口', en: 'Let it cool for a few minutes and check the vents' },
  'printer-offline': { zh: '按打印机上的联机键，检查面板', en: 'Press the online key and look at the panel' },
  'printer-error': { zh: '断电十秒再通电；再次出现请更换', en: 'Switch off for ten seconds; replace it if this comes back' },
  'ticket-not-taken': { zh: '取走出票口的票', en: 'Take the ticket from the outlet' },
  'no-answer': { zh: '检查电源和数据线', en: 'Check power and data cable' },
  babbling: { zh: '拔下再插上；检查读码模式设置', en: 'Unplug and plug in again; check its reading mode' },
  'unexpected-device': { zh: '核对线缆与配置中的端口', en: 'Compare the cable with the port in the configuration' },
  'passage-sensor-stuck': { zh: '清理传感器，移开挡在通道里的物品', en: 'Clean the sensor and clear the lane' },
  'gate-jammed': { zh: '移开卡住闸门的物品，再测试开闸', en: 'Remove what blocks the barrier, then test the release' },
  'fire-alarm': { zh: '按消防预案处理；解除报警后自动恢复', en: 'Follow the fire plan; the gate recovers when the alarm ends' },
  'link-lost': { zh: '检查数据线；会自动重新连接', en: 'Check the data cable; it reconnects by itself' },
  'port-busy': { zh: '关闭占用端口的程序', en: 'Close the program that holds the port' },
  'port-missing': { zh: '插好数据线；核对配置中的端口', en: 'Plug in the cable and check the port in the configuration' },
  configuration: { zh: '按日志中的行号改正配置文件', en: 'Correct the configuration at the line named in the log' },
};

export const FLOW: Readonly<Record<Flow['name'], BothLanguages>> = {
  buy: { zh: '购票', en: 'Buy' },
  collect: { zh: '取票', en: 'Collect' },
  scan: { zh: '扫码', en: 'Scan' },
  print: { zh: '打印', en: 'Print' },
  check: { zh: '检票', en: 'Check' },
};

export const LOST: Readonly<Record<Flow['lost'][number], BothLanguages>> = {
  'ticket-printer': { zh: '打印机', en: 'printer' },
  paper: { zh: '票纸', en: 'paper' },
  scanner: { zh: '扫码器', en: 'scanner' },
  'box-office': { zh: '影院系统', en: 'box office' },
  network: { zh: '网络', en: 'network' },
  'gate-controller': { zh: '闸机', en: 'gate' },
  data: { zh: '检票数据', en: 'ticket data' },
  store: { zh: '本机存储', en: 'storage' },
};

export const UPLINK_STATE: Readonly<Record<'connected' | 'connecting' | 'waiting' | 'stopped', BothLanguages>> = {
  connected: { zh: '已连接', en: 'Connected' },
  connecting: { zh: '正在连接', en: 'Connecting' },
  waiting: { zh: '断开，稍后重试', en: 'Down, trying again soon' },
  stopped: { zh: '已停止', en: 'Stopped' },
};

/** The two queues of the outbox: what somebody waits for, and the rest. */
export const OUTBOX_LANE: Readonly<Record<'p0' | 'p1', BothLanguages>> = {
  p0: { zh: '检票与售票', en: 'Scans and sales' },
  p1: { zh: '设备与记录', en: 'Devices and records' },
};

export const EVENT_TYPE: Readonly<Record<'scan' | 'passage' | 'print' | 'sale' | 'device-health' | 'audit', BothLanguages>> = {
  scan: { zh: '检票', en: 'Scan' },
  passage: { zh: '通行', en: 'Passage' },
  print: { zh: '打印', en: 'Print' },
  sale: { zh: '销售', en: 'Sale' },
  'device-health': { zh: '设备', en: 'Device' },
  audit: { zh: '操作', en: 'Audit' },
};
