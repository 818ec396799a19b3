import type { Discovery, PortRow } from '#core/contract/local/discovery.ts';
import { MATCH_REASON } from '#core/contract/local/discovery-words.ts';

/** What is plugged in, and what it was taken for, in the words of a terminal. */

export type Language = 'zh' | 'en';
type InBoth = Readonly<Record<Language, string>>;

const TEXT = {
  nothing: { zh: '没有接入任何串口设备、HID 设备或 USB 打印机。', en: 'Nothing is plugged in: no serial port, no HID device, no USB printer.' },
  looked: {
    zh: '查找范围：串口（/sys/class/tty）、HID 设备（/sys/class/hidraw）、USB 打印机（/sys/class/usbmisc）。',
    en: 'Looked for serial ports (/sys/class/tty), HID devices (/sys/class/hidraw) and USB printers (/sys/class/usbmisc).',
  },
  told: { zh: '插拔由 udev 通知。', en: 'Udev tells when something comes or goes.' },
  untold: { zh: '没有 udev 通知，每 0.6 秒查看一次。', en: 'Udev does not tell; it is looked every 0.6 s.' },
  network: {
    zh: '网络打印机和网络刷卡终端无法自动发现，请在配置文件中写明地址（link: { kind: tcp, … }）。',
    en: 'Printers and terminals on the network cannot be found: give their address in a configuration (link: { kind: tcp, … }).',
  },
  isFree: { zh: '未使用', en: 'not used' },
  missing: { zh: '没有找到', en: 'not there' },
  lookedFor: { zh: '；查找：', en: '; looked for ' },
  nobodyKnows: { zh: '；没有可凭外观识别的型号，须由人指定', en: '; nothing tells one by its looks: it has to be said' },
  could: { zh: '可指定为：', en: 'may be said to be ' },
  maybe: { zh: '不能确定，可能是', en: 'not certain, may be' },
  wanted: { zh: '配置中的设备：', en: 'Devices of the configuration:' },
  plugged: { zh: '接入的设备：', en: 'What is plugged in:' },
  assign: { zh: '指定：', en: 'Say which is which:' },
} as const satisfies Record<string, InBoth>;

const COMMAND = 'npm run foyer -- devices assign DEVICE PATH';

export function discoveryText({ told, ports, devices }: Discovery, language: Language): string {
  const say = (words: InBoth): string => words[language];
  const isOpen = devices.some(({ match, paths }) => match !== 'matched' && paths.length > 0);
  return [
    [say(TEXT.looked), ...(told === undefined ? [] : [say(told ? TEXT.told : TEXT.untold)])].join(' '),
    ...(devices.length === 0 ? [] : ['', say(TEXT.wanted), ...devices.map((wanted) => `  ${wantedLine(wanted, ports, say)}`)]),
    '',
    ...(ports.length === 0 ? [say(TEXT.nothing)] : [say(TEXT.plugged), ...ports.flatMap((port) => portLines(port, say)).map((line) => `  ${line}`)]),
    '',
    say(TEXT.network),
    ...(isOpen ? [`${say(TEXT.assign)} ${COMMAND}`] : []),
  ].join('\n');
}

type Say = (words: InBoth) => string;

function wantedLine({ device, match, paths, looksFor }: Discovery['devices'][number], ports: readonly PortRow[], say: Say): string {
  const name = device.padEnd(20);
  if (match === 'matched') {
    const [path = ''] = paths;
    const port = ports.find((each) => each.path === path);
    return `${name} ${path} (${(port?.because ?? []).map((why) => say(MATCH_REASON[why])).join('; ')})`;
  }
  const sought = looksFor.length === 0 ? say(TEXT.nobodyKnows) : `${say(TEXT.lookedFor)}${looksFor.join(', ')}`;
  return paths.length === 0 ? `${name} ${say(TEXT.missing)}${sought}` : `${name} ${say(TEXT.maybe)} ${paths.join(', ')}`;
}

function portLines({ path, usb, model, device, candidates }: PortRow, say: Say): string[] {
  const looks = [
    ...(usb === undefined ? [] : [`usb ${usb.vendor}:${usb.product}`]),
    ...(usb?.chip === undefined ? [] : [`(${usb.chip})`]),
    ...[usb?.manufacturer, usb?.name].filter((text) => text !== undefined),
    ...(usb?.serial === undefined ? [] : [`serial ${usb.serial}`]),
    ...(usb === undefined ? [] : [`port ${usb.port}`]),
    ...(model === undefined ? [] : [`– ${model}`]),
  ].join(' ');
  const head = `${path.padEnd(20)} ${looks}`.trimEnd();
  if (device !== undefined) return [`${head} → ${device}`];
  const strangers = candidates.filter(({ why }) => why === 'not-known' || why === 'differs').map((each) => each.device);
  return [
    `${head} → ${say(TEXT.isFree)}`,
    ...candidates.filter((each) => !strangers.includes(each.device)).map((each) => `  ${each.device}: ${say(MATCH_REASON[each.why])}`),
    ...(strangers.length === 0 ? [] : [`  ${say(TEXT.could)}${strangers.join(', ')}`]),
  ];
}
