import type { DeviceClass, HealthReason, HealthState } from './health.ts';

/** How a device is, in the words of the technician's page and of `foyer doctor`. */

interface InBoth {
  readonly zh: string;
  readonly en: string;
}

export const DEVICE_CLASS: Readonly<Record<DeviceClass, InBoth>> = {
  'ticket-printer': { zh: '票打印机', en: 'Ticket printer' },
  scanner: { zh: '扫码器', en: 'Scanner' },
  'gate-controller': { zh: '闸机', en: 'Gate' },
  'payment-terminal': { zh: '刷卡终端', en: 'Card terminal' },
  'card-reader': { zh: '读卡器', en: 'Card reader' },
  indicator: { zh: '指示灯', en: 'Light tower' },
};

export const DEVICE_STATE: Readonly<Record<HealthState['kind'], InBoth>> = {
  ready: { zh: '正常', en: 'Ready' },
  connecting: { zh: '正在连接', en: 'Connecting' },
  degraded: { zh: '受限', en: 'Limited' },
  absent: { zh: '未连接', en: 'Not there' },
  blocked: { zh: '需要处理', en: 'Needs you' },
  faulted: { zh: '故障', en: 'Faulty' },
};

/** Why, in the field's own words. */
export const REASON: Readonly<Record<HealthReason, InBoth>> = {
  'paper-near-end': { zh: '票纸将用完', en: 'Paper nearly out' },
  'paper-short': { zh: '纸不够一单了，已停止售票', en: 'Too little paper for an order: selling has stopped' },
  'paper-out': { zh: '缺纸', en: 'Paper out' },
  'cover-open': { zh: '机盖打开', en: 'Cover open' },
  'cutter-jam': { zh: '切刀卡住', en: 'Cutter jammed' },
  'paper-jam': { zh: '出票口卡纸', en: 'Paper jam' },
  'head-hot': { zh: '打印头过热', en: 'Print head too hot' },
  'printer-offline': { zh: '打印机脱机', en: 'Printer offline' },
  'printer-error': { zh: '打印机报错', en: 'Printer reports an error' },
  'ticket-not-taken': { zh: '票没有被取走', en: 'Ticket not taken' },
  'needs-power-cycle': { zh: '可能残留未打完的内容', en: 'May hold the rest of an interrupted print' },
  'day-end-overdue': { zh: '终端结算逾期：有付款等了两天以上', en: 'End of day is overdue: payments have waited for it for more than two days' },
  'no-answer': { zh: '设备没有应答', en: 'No answer from the device' },
  babbling: { zh: '不停发送乱码', en: 'Sends without end' },
  'scanner-stuck': { zh: '一直读到同一个码', en: 'Reads the same code for ever' },
  'unexpected-device': { zh: '接的是另一种设备', en: 'Another device is connected' },
  'passage-sensor-stuck': { zh: '通行传感器一直被遮挡', en: 'Passage sensor stays covered' },
  'gate-jammed': { zh: '闸门卡住', en: 'Gate jammed' },
  tampered: { zh: '外壳被打开', en: 'Its case was opened' },
  'power-failing': { zh: '供电异常', en: 'Its power is failing' },
  'wrong-key': { zh: '密钥不符', en: 'It does not have the right key' },
  'being-installed': { zh: '安装模式未关闭', en: 'Installation is not finished' },
  'fire-alarm': { zh: '火灾报警中，闸门常开', en: 'Fire alarm: gates stand open' },
  'link-lost': { zh: '连接中断', en: 'Connection lost' },
  'port-busy': { zh: '端口被别的程序占用', en: 'Another program holds the port' },
  'port-missing': { zh: '找不到端口', en: 'Port not found' },
  'port-unassigned': { zh: '接了设备，但不能确定是不是它', en: 'Something is plugged in that it may be' },
  configuration: { zh: '配置有误', en: 'Wrong configuration' },
};

/** What to do about it, as one sentence. */
export const REMEDY: Readonly<Record<HealthReason, InBoth>> = {
  'paper-near-end': { zh: '准备新纸卷，下次空闲时更换', en: 'Have a new roll ready and change it at the next quiet moment' },
  'paper-short': { zh: '现在换上新纸卷', en: 'Change the roll now' },
  'paper-out': { zh: '换上新纸卷，合上机盖，打印会自动继续', en: 'Put in a new roll and close the cover; printing goes on by itself' },
  'cover-open': { zh: '合上机盖直到咔嗒一声', en: 'Close the cover until it clicks' },
  'cutter-jam': { zh: '断电，取出卡住的纸，再通电', en: 'Switch off, take out the jammed paper, switch on' },
  'paper-jam': { zh: '打开机盖，取出卡住的纸，断电再通电', en: 'Open it, take out the jammed paper, switch off and on' },
  'head-hot': { zh: '等几分钟让它冷却，检查通风口', en: 'Let it cool for a few minutes and check the vents' },
  'printer-offline': { zh: '按打印机上的联机键，检查面板', en: 'Press the online key and look at the panel' },
  'printer-error': { zh: '断电十秒再通电；再次出现请更换', en: 'Switch off for ten seconds; replace it if this comes back' },
  'ticket-not-taken': { zh: '取走出票口的票', en: 'Take the ticket from the outlet' },
  'day-end-overdue': { zh: '在本页点“终端结算”，并核对合计', en: 'Press end of day on this page, and compare the totals' },
  'needs-power-cycle': { zh: '断电再通电后在本页确认，再装纸', en: 'Switch it off and on and confirm that here, before paper goes in' },
  'no-answer': { zh: '检查电源和数据线', en: 'Check power and data cable' },
  babbling: { zh: '拔下再插上；检查读码模式设置', en: 'Unplug and plug in again; check its reading mode' },
  'scanner-stuck': { zh: '移开留在读码窗前的票或标签；检查触发键', en: 'Take away what lies before its window; check its trigger' },
  'unexpected-device': { zh: '核对线缆与配置中的端口', en: 'Compare the cable with the port in the configuration' },
  'passage-sensor-stuck': { zh: '清理传感器，移开挡在通道里的物品', en: 'Clean the sensor and clear the lane' },
  tampered: { zh: '检查外壳和接线，有无改装', en: 'Look at its case and wires: was anything added?' },
  'power-failing': { zh: '检查电源适配器和电压', en: 'Check its power supply and voltage' },
  'wrong-key': { zh: '核对密钥文件；新设备需在安装模式下写入密钥', en: 'Compare the key file; a new device gets its key during installation' },
  'being-installed': { zh: '确认密钥写入后，把配置中的 install 去掉', en: 'Once it has its key, take install out of the configuration' },
  'gate-jammed': { zh: '移开卡住闸门的物品，再测试开闸', en: 'Remove what blocks the barrier, then test the release' },
  'fire-alarm': { zh: '按消防预案处理；解除报警后自动恢复', en: 'Follow the fire plan; the gate recovers when the alarm ends' },
  'link-lost': { zh: '检查数据线；会自动重新连接', en: 'Check the data cable; it reconnects by itself' },
  'port-busy': { zh: '关闭占用端口的程序', en: 'Close the program that holds the port' },
  'port-missing': { zh: '插好数据线；核对配置中的端口', en: 'Plug in the cable and check the port in the configuration' },
  'port-unassigned': { zh: '在“接入的设备”里指定是哪一个', en: 'Say below, under what is plugged in, which one it is' },
  configuration: { zh: '按日志中的行号改正配置文件', en: 'Correct the configuration at the line named in the log' },
};
