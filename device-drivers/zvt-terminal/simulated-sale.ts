import { concatBytes } from '#core/base/bytes.ts';
import { type Duration, seconds } from '#core/base/time.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import type { Apdu } from './apdu.ts';
import { readBcd, readFields, TAG, writeBcd, writeField } from './fields.ts';
import { ACKNOWLEDGED, GOODS, INSTRUCTION } from './frame.ts';
import { RESULT } from './result-codes.ts';
import { bookingData, type SimulatedBookings } from './simulated-bookings.ts';

/** What the guest holds to the simulated terminal. */
export type SimulatedCard = 'good' | 'declined' | 'expired' | 'unreadable' | 'wrong-pin';

/** `authorising`: the host is asked. `asking`: approved, and the till is asked for the goods. */
export interface TerminalState {
  readonly phase: 'idle' | 'waiting-for-card' | 'authorising' | 'asking';
  readonly display: string;
  readonly amountMinor: number;
}

/** A payment in vending mode (PA00P015 §2.2.6) as the terminal and its guest go through it. */
export interface SimulatedSale {
  state(): TerminalState;
  begin(data: Uint8Array): void;
  present(card: SimulatedCard): void;
  /** The red key, or the till's abort: only while it waits for a card. */
  stop(): void;
}

export interface SimulatedSaleOptions {
  readonly timers: Timers;
  readonly bookings: SimulatedBookings;
  /** One unit to the till; `answered` hears its acknowledgement. */
  readonly say: (instruction: number, data: Uint8Array, answered?: (answer: Apdu) => void) => void;
  readonly isOn: (fault: 'host-away' | 'lost-after-booking' | 'lost-before-end') => boolean;
  /** The cable is pulled from this side. */
  readonly drop: () => void;
  readonly onChange: () => void;
}

export const TERMINAL_ID = '29001006';
const CARD_WITHIN = seconds(60);
const HOST_TAKES = seconds(1);
/** It asks again this much later (§2.2.6). */
const ASK_AGAIN_AFTER = seconds(2);

const RESULT_OF_CARD: Readonly<Record<Exclude<SimulatedCard, 'good'>, number>> = { declined: 0x05, expired: 0x78, unreadable: 0x64, 'wrong-pin': 55 };

/** What it shows, with the number of the intermediate status (§3.7, table). */
const WAIT_FOR_CARD = { status: 0x0a, text: 'Present card\ninsert or swipe' };
const PLEASE_WAIT = { status: 0x0e, text: 'Please wait' };

interface Asked {
  readonly amountMinor: number;
  readonly currency: number;
  readonly answerWithin: number;
  readonly questionsMax: number;
  questions: number;
}

export function createSimulatedSale({ timers, bookings, say, isOn, drop, onChange }: SimulatedSaleOptions): SimulatedSale {
  let phase: TerminalState['phase'] = 'idle';
  let display = '';
  let asked: Asked | undefined;
  let timer: Timer | undefined;

  const after = (delay: Duration, action: () => void): void => {
    timer?.cancel();
    timer = timers.after(delay, action);
  };
  const show = (next: TerminalState['phase'], text: string): void => {
    phase = next;
    display = text;
    onChange();
  };
  const showAndTell = (next: TerminalState['phase'], { status, text }: typeof PLEASE_WAIT): void => {
    show(next, text);
    say(INSTRUCTION.intermediateStatus, concatBytes(Uint8Array.of(status), writeField(TAG.container, textObject(text))));
  };
  const idle = (): void => {
    timer?.cancel();
    asked = undefined;
    show('idle', '');
  };
  const abort = (result: number): void => {
    idle();
    say(INSTRUCTION.abortByTerminal, Uint8Array.of(result));
  };

  const hostAnswers = (card: SimulatedCard, current: Asked): void => {
    if (isOn('host-away')) {
      abort(0xa1);
      return;
    }
    if (card !== 'good') {
      const result = RESULT_OF_CARD[card];
      say(INSTRUCTION.statusInformation, writeField(TAG.result, Uint8Array.of(result)), () => abort(result));
      return;
    }
    bookings.book(current.amountMinor, current.currency);
    show('asking', PLEASE_WAIT.text);
    if (isOn('lost-after-booking')) drop();
    askForGoods(current);
  };
  /** Without an answer in time the terminal takes the money back by itself, whether or not anybody listens. */
  const askForGoods = (current: Asked): void => {
    const booking = bookings.newest();
    if (booking === undefined) return;
    current.questions += 1;
    after(seconds(current.answerWithin), takeBack);
    say(INSTRUCTION.statusInformation, bookingData(booking, TERMINAL_ID), (answer) => goodsAnswered(current, answer));
  };
  const goodsAnswered = (current: Asked, answer: Apdu): void => {
    if (asked !== current) return;
    const reason = answer.instruction >> 8 === ACKNOWLEDGED ? RESULT.success : answer.instruction & 0xff;
    if (reason === RESULT.success) {
      idle();
      if (isOn('lost-before-end')) drop();
      else say(INSTRUCTION.completion, completionData());
    } else if (reason === GOODS.wait && current.questions < current.questionsMax) after(ASK_AGAIN_AFTER, () => askForGoods(current));
    else takeBack();
  };
  const takeBack = (): void => {
    const booking = bookings.newest();
    if (booking !== undefined) bookings.reverse(booking.receiptNumber);
    abort(RESULT.aborted);
  };

  return {
    state: () => ({ phase, display, amountMinor: asked?.amountMinor ?? 0 }),
    begin: (data) => {
      asked = readAuthorisation(data);
      showAndTell('waiting-for-card', WAIT_FOR_CARD);
      after(CARD_WITHIN, () => abort(RESULT.aborted));
    },
    present: (card) => {
      const current = asked;
      if (phase !== 'waiting-for-card' || current === undefined) return;
      showAndTell('authorising', PLEASE_WAIT);
      after(HOST_TAKES, () => hostAnswers(card, current));
    },
    stop: () => {
      if (phase === 'waiting-for-card') abort(RESULT.aborted);
    },
  };
}

export const completionData = (): Uint8Array => writeField(TAG.terminalId, writeBcd(TERMINAL_ID, 4));

/** Container object 24 with one 07 for each line. */
function textObject(text: string): Uint8Array {
  const lines = concatBytes(...text.split('\n').map((line) => concatBytes(Uint8Array.of(0x07, line.length), new TextEncoder().encode(line))));
  return concatBytes(Uint8Array.of(0x24, lines.length), lines);
}

function readAuthorisation(data: Uint8Array): Asked {
  const { fields } = readFields(data);
  const value = (tag: number): Uint8Array => fields.find((field) => field.tag === tag)?.value ?? new Uint8Array();
  const number = (tag: number): number => Number(readBcd(value(tag)) ?? 0);
  return {
    amountMinor: number(TAG.amount),
    currency: number(TAG.currency),
    answerWithin: value(TAG.answerWithin)[0] ?? 30,
    questionsMax: value(TAG.questionsMax)[0] ?? 10,
    questions: 0,
  };
}
