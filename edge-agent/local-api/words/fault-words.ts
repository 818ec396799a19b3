import type { Fault } from '#core/base/fault.ts';
import type { BothLanguages } from '#core/contract/values.ts';

/** What went wrong in the test of a device, and what to do, in both languages. The message of a fault is English, as in the log; its code has its Chinese here. */

interface InChinese {
  readonly message: string;
  readonly remedy?: string;
}

const LOOK_AT_PAPER = '先看票有没有出来，再打印别的。';
const POWER_AND_CABLE = '检查电源和数据线。';

/** Every code that a printer, a gate, a light, a terminal, its line or the ledger can answer a test with. */
const FAULTS: Readonly<Record<string, InChinese>> = {
  'E-PRN-PAPER': { message: '打印机缺纸', remedy: '换上新纸卷，合上机盖。' },
  'E-PRN-COVER': { message: '打印机盖打开', remedy: '合上机盖直到咔嗒一声。' },
  'E-PRN-CUT': { message: '打印机切刀卡住', remedy: '断电，松开切刀，取出卡住的纸，再通电。' },
  'E-PRN-JAM': { message: '打印机卡纸', remedy: '打开打印机，取出卡住的纸，合上，断电再通电。' },
  'E-PRN-NOT-TAKEN': { message: '上一张票没有被取走', remedy: '从出票口或其后的收票盒取走。' },
  'E-PRN-UNCONFIRMED': { message: '这种打印机不能确认是否打印：已发送，未确认', remedy: '看纸有没有出来。打票请用能确认的打印机。' },
  'E-PRN-HEAD': { message: '打印头过热', remedy: '等几分钟，会自行恢复。' },
  'E-PRN-ERROR': { message: '打印机报错', remedy: '断电再通电；仍报错请更换。' },
  'E-PRN-OFFLINE': { message: '打印机脱机', remedy: '看打印机的指示灯，松开进纸键。' },
  'E-PRN-ECHO': { message: '打印机没有确认已打印', remedy: LOOK_AT_PAPER },
  'E-PRN-RESTART': { message: '打印途中打印机断电或重启', remedy: `${LOOK_AT_PAPER}检查电源。` },
  'E-PRN-SILENT': { message: '打印机没有应答', remedy: '检查电源和数据线，波特率是否与配置一致。' },
  'E-PRN-CLEAR': {
    message: '打印机里可能残留未打完的内容',
    remedy: '装纸前先断电再通电，否则残留内容会打出来；然后在本页确认。',
  },
  'E-PRN-LINK': { message: '与打印机的连接中断', remedy: POWER_AND_CABLE },
  'E-PRN-STOPPED': { message: '打印机已停用' },
  'E-PRN-BUSY': { message: '等待打印的太多' },
  'E-PRN-JOURNAL': { message: '无法记账，因此什么也没有发送', remedy: '检查本机磁盘。' },
  'E-PRN-DOCUMENT': { message: '内容无法打印' },
  'E-GAT-BUSY': { message: '等待发送的闸机指令太多' },
  'E-GAT-EXPIRED': { message: '开闸指令太迟，没有发送', remedy: '再试一次。' },
  'E-GAT-NO-ANSWER': { message: '控制板没有应答', remedy: '看闸门是否打开；检查电源、接线、地址和波特率。' },
  'E-GAT-NO-FEEDBACK': { message: '已发出开闸指令，模块无法回报是否执行', remedy: '看闸门是否打开；带回读的模块或带输入的控制板可以回报。' },
  'E-GAT-PROTOCOL': { message: '控制板的应答不符合协议' },
  'E-GAT-REFUSED': { message: '控制板拒绝了指令', remedy: '核对配置中的继电器、输入或线路编号；看是否被别的程序占用。' },
  'E-GAT-RELAY': { message: '继电器没有按指令动作', remedy: '核对通道与接线；接线无误则更换模块。' },
  'E-OSD-OFFLINE': { message: 'OSDP 设备不在线，或指令太多', remedy: POWER_AND_CABLE },
  'E-OSD-NO-ANSWER': { message: 'OSDP 设备没有应答', remedy: '检查电源、两根线、地址和波特率。' },
  'E-OSD-KEY': { message: 'OSDP 设备的密钥不符', remedy: '核对密钥文件；新设备须在 install: true 时写入密钥。' },
  'E-OSD-CLEAR': { message: 'OSDP 设备不支持加密，而配置了密钥', remedy: '换支持安全通道的设备；线路碰不到时可去掉 keyFile。' },
  'E-OSD-KEYSET': { message: 'OSDP 设备没有接受自己的密钥', remedy: '把设备恢复为默认密钥，再试。' },
  'E-OSD-COMSET': { message: 'OSDP 设备没有接受新的地址或波特率', remedy: '改用设备支持的地址和波特率，或在设备上设置。' },
  'E-TRM-ABSENT': { message: '刷卡终端不在', remedy: '重新接上终端。' },
  'E-TRM-BUSY': { message: '刷卡终端正忙，或未连接', remedy: '等它结束。' },
  'E-TRM-NO-ANSWER': { message: '刷卡终端没有应答', remedy: '检查电源、数据线和波特率；可能已入账的款项恢复后会查询。' },
  'E-TRM-NO-KIOSK': { message: '没有自助机在这台终端收款' },
  'E-TRM-OTHER-BOOKING': { message: '终端最近一笔与本机记录不符', remedy: '按时间和金额在终端上查这笔款，人工处理，并校准两边时钟。' },
  'E-TRM-PROTOCOL': { message: '对端不是 ZVT 终端', remedy: '检查地址，以及终端上是否启用了 ZVT。' },
  'E-TRM-REFUSED': { message: '刷卡终端拒绝', remedy: '在终端上操作，款项人工处理。' },
  'E-TRM-REGISTRATION': { message: '刷卡终端拒绝注册', remedy: '检查配置中的密码，以及是否已有别的收银机注册。' },
  'E-TRM-TIMEOUT': { message: '刷卡终端没有按时结束', remedy: '看终端；最后一张凭条说明是否收款。' },
  'E-LNK-ABSENT': { message: '端口上没有设备', remedy: '检查数据线、设备电源和配置中的端口。' },
  'E-LNK-BUSY': { message: '端口被别的程序占用', remedy: '停掉占用端口的程序，或更正配置。' },
  'E-LNK-OPEN': { message: '端口打不开', remedy: '检查端口权限（dialout 组或 udev 规则）和设置。' },
  'E-LNK-LOST': { message: '与设备的连接中断', remedy: POWER_AND_CABLE },
  'E-LNK-CLOSED': { message: '与设备的连接已关闭，没有发送', remedy: POWER_AND_CABLE },
  'E-LNK-REFUSED': { message: '设备拒绝了报文', remedy: '核对驱动和型号，以及设备的工作模式。' },
  'E-LNK-UNASSIGNED': { message: '接了不止一个可能的设备，不知道是哪一个', remedy: '在本页指定，或用 foyer devices assign。' },
  'E-DEV-ABSENT': { message: '设备没有连接', remedy: POWER_AND_CABLE },
  'E-DEV-NO-PORT': { message: '这个位置没有接可能的设备', remedy: '看一下接了什么（foyer devices），从中选一个。' },
  'E-DEV-NOT-PLUGGED': { message: '它不接在本机端口上：是模拟的、在网络上，或不在配置里', remedy: '在配置中给它 usb 或 serial 类型的 link。' },
  'E-DEV-ASSIGNMENTS': { message: '设备指定的记录文件不能用', remedy: '更正或删除该文件，再在本页重新指定。' },
  'E-STO-FULL': { message: '磁盘已满，无法记账，因此没有执行', remedy: '腾出一些空间。' },
  'E-STO-BUSY': { message: '账本被别的程序占用，因此没有执行', remedy: '停掉占用账本的程序。' },
  'E-STO-WRITE': { message: '无法记账，因此没有执行', remedy: '检查磁盘。' },
};

export function faultWords({ code, message }: Pick<Fault, 'code' | 'message'>): BothLanguages {
  const known = FAULTS[code];
  return { zh: known === undefined ? message : `${known.message}${particulars(message)}`, en: message };
}

/** Numbers that only this occurrence has: the driver's words behind the colon, or in brackets at the end. */
function particulars(message: string): string {
  const [, inBrackets] = /\(([^()]+)\)\.?$/.exec(message) ?? [];
  const [, behindColon] = /: (.+)$/.exec(message) ?? [];
  const own = inBrackets ?? behindColon;
  return own === undefined ? '' : `（${own}）`;
}

export function remedyWords({ code, remedy }: Pick<Fault, 'code' | 'remedy'>): BothLanguages | undefined {
  return remedy === undefined ? undefined : { zh: FAULTS[code]?.remedy ?? remedy, en: remedy };
}
