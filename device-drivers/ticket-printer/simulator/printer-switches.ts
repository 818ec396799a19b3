import { UNPLUGGED } from '../../simulation/fault-switches.ts';
import type { FaultSwitch } from '../../simulation/simulated-device.ts';

/** What can befall a simulated printer. */
const PRINTER_FAULTS: readonly FaultSwitch[] = [
  UNPLUGGED,
  { name: 'paper-near-end', label: { zh: '纸将尽', en: 'Paper nearly out' }, kind: 'switch' },
  { name: 'paper-out', label: { zh: '缺纸', en: 'Paper out' }, kind: 'switch' },
  { name: 'paper-out-mid-ticket', label: { zh: '下一张票打到一半缺纸', en: 'Paper ends in the middle of the next ticket' }, kind: 'switch' },
  { name: 'cover-open', label: { zh: '机盖打开', en: 'Cover open' }, kind: 'switch' },
  { name: 'cutter-jam', label: { zh: '下次切纸时卡刀', en: 'Cutter jams at the next cut' }, kind: 'switch' },
  { name: 'head-hot', label: { zh: '打印头过热', en: 'Print head too hot' }, kind: 'switch' },
  { name: 'echo-lost', label: { zh: '打印确认丢失', en: 'Print confirmations get lost' }, kind: 'switch' },
  { name: 'garbage', label: { zh: '线路乱码', en: 'Garbage on the line' }, kind: 'pulse' },
  { name: 'half-write', label: { zh: '下一单只传到一半就断线', en: 'The line breaks in the middle of the next print' }, kind: 'switch' },
  { name: 'power-cut', label: { zh: '打印机断电重启', en: 'Printer loses power and restarts' }, kind: 'pulse' },
  { name: 'mark-lost', label: { zh: '找不到黑标', en: 'The black mark does not come' }, kind: 'switch' },
  { name: 'offline', label: { zh: '打印机脱机', en: 'Printer offline' }, kind: 'switch' },
];

/** And one with a presenter. */
const PRESENTER_FAULTS: readonly FaultSwitch[] = [
  { name: 'paper-jam', label: { zh: '出票口卡纸', en: 'Paper is jammed in the output' }, kind: 'switch' },
  { name: 'presenter-jam', label: { zh: '下一张票卡在出票口', en: 'The next ticket jams in the presenter' }, kind: 'switch' },
  { name: 'pulled-early', label: { zh: '顾客提前抽走下一张票', en: 'The guest pulls the next ticket out early' }, kind: 'switch' },
  { name: 'ticket-left', label: { zh: '顾客不取票', en: 'The guest leaves the ticket in the output' }, kind: 'switch' },
];

export const faultsOf = (hasPresenter: boolean): readonly FaultSwitch[] => (hasPresenter ? [...PRINTER_FAULTS, ...PRESENTER_FAULTS] : PRINTER_FAULTS);
