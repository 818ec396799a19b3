import { concatBytes } from '#core/base/bytes.ts';
import type { Currency } from '#core/base/money.ts';
import type { Clock, Timers } from '#core/ports/clock.ts';
import { createFaultSwitches, UNPLUGGED } from '../simulation/fault-switches.ts';
import type { DeviceLine, FaultSwitch, SimulatedDevice } from '../simulation/simulated-device.ts';
import { type Apdu, encodeApdu } from './apdu.ts';
import { type ApduLine, createApduLine, type Framing } from './apdu-line.ts';
import { readBcd, readFields, TAG } from './fields.ts';
import { ACKNOWLEDGED, ANSWERED, INSTRUCTION } from './frame.ts';
import { RESULT } from './result-codes.ts';
import { bookingData, createSimulatedBookings, type SimulatedBookings, totalData } from './simulated-bookings.ts';
import { completionData, createSimulatedSale, type SimulatedSale, TERMINAL_ID } from './simulated-sale.ts';

/** A payment terminal in vending mode with its host behind it, and a guest before it. */
export interface TerminalSimulator extends SimulatedDevice, Pick<SimulatedSale, 'state' | 'present'> {
  readonly class: 'payment-terminal';
  readonly bookings: SimulatedBookings;
  readonly currency: Currency;
  /** The red key. */
  pressStop(): void;
}

export interface TerminalSimulatorOptions {
  readonly timers: Timers;
  readonly clock: Pick<Clock, 'wall'>;
  /** As the driver's options. */
  readonly framing: Framing;
  readonly password?: string;
  readonly currency?: Currency;
}

const FAULTS: readonly FaultSwitch[] = [
  UNPLUGGED,
  { name: 'no-answer', label: { zh: '终端无应答', en: 'Terminal does not answer' }, kind: 'switch' },
  { name: 'host-away', label: { zh: '银行后台无法连接', en: 'Host cannot be reached' }, kind: 'switch' },
  { name: 'lost-after-booking', label: { zh: '扣款后立即断线', en: 'Line lost right after the booking' }, kind: 'switch' },
  { name: 'lost-before-end', label: { zh: '确认出票后断线', en: 'Line lost after the goods were confirmed' }, kind: 'switch' },
  { name: 'other-total', label: { zh: '结算总额不符', en: 'Settles another total' }, kind: 'switch' },
  { name: 'no-total', label: { zh: '结算时不报总额', en: 'Settles without telling a total' }, kind: 'switch' },
  { name: 'busy', label: { zh: '终端正忙', en: 'Terminal is busy' }, kind: 'switch' },
];

/** "function not possible" and "already reversed" (PA00P015 §10). */
const NOT_POSSIBLE = 0x83;
const ALREADY_REVERSED = 0xb4;

const UNCOUNTED = { framesIn: 0, framesOut: 0, garbage: 0, timeouts: 0 };

export function createTerminalSimulator({
  timers,
  clock,
  framing,
  password = '000000',
  currency = 'CNY',
}: TerminalSimulatorOptions): TerminalSimulator {
  const bookings = createSimulatedBookings(() => clock.wall());
  let line: ApduLine | undefined;
  let cable: DeviceLine | undefined;
  const write = (unit: Uint8Array): void => {
    if (!switches.isOn('no-answer')) line?.send(unit);
  };
  const speech = createSpeech(write);
  const say = (instruction: number, data: Uint8Array, answered?: (answer: Apdu) => void): void => {
    if (line !== undefined) speech.say(encodeApdu(instruction, data), answered);
  };
  const hangUp = (): void => {
    line?.close();
    line = undefined;
    cable = undefined;
    speech.forget();
    sale.stop();
  };
  const drop = (): void => {
    const pulled = cable;
    hangUp();
    pulled?.drop();
  };

  const switches = createFaultSwitches(FAULTS, (fault, on) => {
    if (fault === 'unplugged' && on) drop();
  });
  const sale = createSimulatedSale({ timers, bookings, say, isOn: switches.isOn, drop, onChange: () => switches.changed() });

  const acknowledge = (): void => write(encodeApdu(ACKNOWLEDGED << 8, new Uint8Array()));
  const refuse = (reason: number): void => write(encodeApdu((ANSWERED << 8) | reason, new Uint8Array()));
  const withPassword = (carryOut: (rest: Uint8Array) => void) => (data: Uint8Array) => {
    if (readBcd(data.subarray(0, 3)) === password) carryOut(data.subarray(3));
    else refuse(NOT_POSSIBLE);
  };
  const simple = withPassword(() => {
    acknowledge();
    say(INSTRUCTION.completion, completionData());
  });
  const endDay = withPassword(() => tellDay(bookings, switches.isOn, acknowledge, say));
  const tellNewest = withPassword(() => {
    const newest = bookings.newest();
    if (newest === undefined) {
      refuse(NOT_POSSIBLE);
      return;
    }
    acknowledge();
    say(INSTRUCTION.statusInformation, bookingData(newest, TERMINAL_ID));
    say(INSTRUCTION.printLine, concatBytes(Uint8Array.of(0), new TextEncoder().encode('** COPY **')));
    say(INSTRUCTION.completion, completionData());
  });
  const reverse = withPassword((rest) => {
    acknowledge();
    const receipt = readFields(rest).fields.find(({ tag }) => tag === TAG.receiptNumber);
    const reversal = bookings.reverse(Number(readBcd(receipt?.value ?? new Uint8Array())));
    if (reversal === undefined) {
      say(INSTRUCTION.abortByTerminal, Uint8Array.of(ALREADY_REVERSED));
      return;
    }
    switches.changed();
    say(INSTRUCTION.statusInformation, bookingData(reversal, TERMINAL_ID));
    say(INSTRUCTION.completion, completionData());
  });
  const COMMANDS: ReadonlyMap<number, (data: Uint8Array) => void> = new Map([
    [INSTRUCTION.registration, simple],
    [INSTRUCTION.statusEnquiry, simple],
    [INSTRUCTION.endOfDay, endDay],
    [INSTRUCTION.repeatReceipt, tellNewest],
    [INSTRUCTION.reversal, reverse],
    [
      INSTRUCTION.authorisation,
      (data) => {
        acknowledge();
        sale.begin(data);
      },
    ],
  ]);

  const obey = (carryOut: ((data: Uint8Array) => void) | undefined, data: Uint8Array): void => {
    if (carryOut === undefined) refuse(NOT_POSSIBLE);
    else if (sale.state().phase !== 'idle' || switches.isOn('busy')) refuse(RESULT.pleaseWait);
    else carryOut(data);
  };
  const hear = ({ instruction, data }: Apdu): void => {
    if (switches.isOn('no-answer')) return;
    const kind = instruction >> 8;
    if (kind === ACKNOWLEDGED || kind === ANSWERED) speech.answered({ instruction, data });
    else if (instruction === INSTRUCTION.abortByTill) {
      acknowledge();
      sale.stop();
    } else obey(COMMANDS.get(instruction), data);
  };

  const connect = (newCable: DeviceLine): ReturnType<SimulatedDevice['connect']> => {
    if (switches.isOn('unplugged')) return undefined;
    drop();
    cable = newCable;
    const newLine = createApduLine(framing, {
      timers,
      counted: { ...UNCOUNTED },
      write: (bytes) => newCable.write(bytes),
      onApdu: hear,
      onLost: drop,
    });
    line = newLine;
    return {
      receive: (bytes) => newLine.bytes(bytes),
      closed: () => {
        if (line === newLine) hangUp();
      },
    };
  };

  return {
    class: 'payment-terminal',
    faults: FAULTS,
    isOn: switches.isOn,
    setFault: switches.set,
    onChange: switches.onChange,
    connect,
    bookings,
    currency,
    state: sale.state,
    present: sale.present,
    pressStop: sale.stop,
  };
}

type Say = (instruction: number, data: Uint8Array) => void;

function tellDay(bookings: SimulatedBookings, isOn: (fault: string) => boolean, acknowledge: () => void, say: Say): void {
  acknowledge();
  const total = bookings.endDay() + (isOn('other-total') ? 100 : 0);
  say(INSTRUCTION.printLine, concatBytes(Uint8Array.of(0), new TextEncoder().encode('KASSENSCHNITT')));
  if (!isOn('no-total')) say(INSTRUCTION.statusInformation, totalData(total, bookings.all().length));
  say(INSTRUCTION.completion, completionData());
}

/** The terminal leads: one unit at a time, the next when the till has answered. */
function createSpeech(write: (unit: Uint8Array) => void) {
  const queue: { readonly unit: Uint8Array; readonly answered: ((answer: Apdu) => void) | undefined }[] = [];
  return {
    say: (unit: Uint8Array, answered?: (answer: Apdu) => void): void => {
      queue.push({ unit, answered });
      if (queue.length === 1) write(unit);
    },
    answered: (answer: Apdu): void => {
      const asked = queue.shift();
      const [next] = queue;
      if (next !== undefined) write(next.unit);
      asked?.answered?.(answer);
    },
    forget: (): void => {
      queue.length = 0;
    },
  };
}
