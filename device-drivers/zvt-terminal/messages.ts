import iconv from 'iconv-lite';
import { concatBytes } from '#core/base/bytes.ts';
import { unreachable } from '#core/base/fault.ts';
import { type Apdu, encodeApdu } from './apdu.ts';
import { type Field, readBcd, readContainer, readFields, TAG, writeBcd, writeField } from './fields.ts';
import { ACKNOWLEDGED, ANSWERED, type BookingStatus, GOODS, INSTRUCTION, type TerminalMessage, type TillCommand } from './frame.ts';

/** Between units and what they mean. Pure; nothing of a card but its scheme's name leaves this file. */

/**
 * Configuration byte of the registration (§2.1.1): 02 the till prints payment receipts, 04 not set (end-of-day receipts stay with the terminal), 08 the till
 * wants intermediate states, 10 the till starts payments, 20 the till starts administration, 80 receipts arrive as print lines. So the terminal prints nothing,
 * shows no menu of its own to guests, and tells what it displays.
 */
const REGISTRATION_CONFIGURATION = 0xba;

/** Payment type of the authorisation (field 19): 40, the terminal decides by the card (§2.2.1). */
const PAYMENT_BY_CARD = 0x40;

/** Display texts in the container of an intermediate status: 24 holds one 07 for each line (§9.4). */
const TEXT_LINE = 0x07;
/** A terminal's display holds less. */
const TEXT_MAX = 200;

export function encodeCommand(command: TillCommand): Uint8Array {
  switch (command.kind) {
    case 'registration':
      return unit(INSTRUCTION.registration, bcd(command.password, 3), Uint8Array.of(REGISTRATION_CONFIGURATION), bcd(String(command.currency), 2));
    case 'authorisation':
      return unit(
        INSTRUCTION.authorisation,
        writeField(TAG.answerWithin, Uint8Array.of(command.answerWithin)),
        writeField(TAG.questionsMax, Uint8Array.of(command.questionsMax)),
        writeField(TAG.amount, bcd(String(command.amount.minor), 6)),
        writeField(TAG.currency, bcd(String(command.currency), 2)),
        writeField(0x19, Uint8Array.of(PAYMENT_BY_CARD)),
      );
    case 'abort':
      return unit(INSTRUCTION.abortByTill);
    case 'reversal':
      return unit(INSTRUCTION.reversal, bcd(command.password, 3), writeField(TAG.receiptNumber, bcd(command.receiptNumber, 2)));
    case 'repeat-receipt':
      return unit(INSTRUCTION.repeatReceipt, bcd(command.password, 3));
    case 'status-enquiry':
      return unit(INSTRUCTION.statusEnquiry, bcd(command.password, 3));
    case 'end-of-day':
      return unit(INSTRUCTION.endOfDay, bcd(command.password, 3));
    case 'acknowledge':
      return encodeApdu(ACKNOWLEDGED << 8, new Uint8Array());
    case 'goods-wait':
      return encodeApdu((ANSWERED << 8) | GOODS.wait, new Uint8Array());
    case 'goods-not-issued':
      return encodeApdu((ANSWERED << 8) | GOODS.notIssued, new Uint8Array());
    default:
      return unreachable(command);
  }
}

const unit = (instruction: number, ...parts: readonly Uint8Array[]): Uint8Array => encodeApdu(instruction, concatBytes(...parts));
const bcd = writeBcd;

/** What a terminal's unit means. Total: what cannot be understood is `other`, and is acknowledged like anything else. */
export function readMessage({ instruction, data }: Apdu): TerminalMessage {
  const kind = instruction >> 8;
  if (kind === ACKNOWLEDGED) return { kind: 'acknowledged' };
  if (kind === ANSWERED) return { kind: 'answered', reason: instruction & 0xff };
  switch (instruction) {
    case INSTRUCTION.intermediateStatus:
      return { kind: 'intermediate', status: data[0] ?? 0, text: displayText(data) };
    case INSTRUCTION.statusInformation: {
      const booking = bookingStatus(readFields(data).fields);
      return booking === undefined ? { kind: 'other', instruction } : { kind: 'status-information', booking };
    }
    case INSTRUCTION.completion: {
      const terminalId = digitsOf(readFields(data).fields, TAG.terminalId);
      return { kind: 'completion', ...(terminalId === undefined ? {} : { terminalId }) };
    }
    case INSTRUCTION.abortByTerminal:
      // A unit without its code is still the end of the operation; FF is "system error" (§10).
      return { kind: 'abort', result: data[0] ?? 0xff };
    case INSTRUCTION.printLine:
    case INSTRUCTION.printTextBlock:
      return { kind: 'print' };
    default:
      return { kind: 'other', instruction };
  }
}

/** `status [timeout] [06 …]` (§3.7): the container's lines, or nothing when the terminal sends only its number. */
function displayText(data: Uint8Array): string {
  const from = [1, 2].find((at) => data[at] === TAG.container);
  if (from === undefined) return '';
  const [container] = readFields(data.subarray(from)).fields;
  const lines = readContainer(container?.value ?? new Uint8Array()).filter(({ tag }) => tag === TEXT_LINE);
  return lines
    .map(({ value }) => readText(value).trim())
    .join('\n')
    .trim()
    .slice(0, TEXT_MAX);
}

/** Undefined without a result code: then it says nothing about a booking. */
function bookingStatus(fields: readonly Field[]): BookingStatus | undefined {
  const result = fields.find(({ tag }) => tag === TAG.result)?.value[0];
  if (result === undefined) return undefined;
  const amount = digitsOf(fields, TAG.amount);
  const currency = digitsOf(fields, TAG.currency);
  const cardName = fields.find(({ tag }) => tag === TAG.cardName);
  return {
    result,
    ...(amount === undefined ? {} : { amountMinor: Number(amount) }),
    ...(currency === undefined ? {} : { currency: Number(currency) }),
    ...some('terminalId', digitsOf(fields, TAG.terminalId)),
    ...some('trace', digitsOf(fields, TAG.trace)),
    ...some('reversedTrace', digitsOf(fields, TAG.reversedTrace)),
    ...some('receiptNumber', digitsOf(fields, TAG.receiptNumber)),
    ...some('date', digitsOf(fields, TAG.date)),
    ...some('time', digitsOf(fields, TAG.time)),
    ...some('cardName', cardName === undefined ? undefined : schemeName(readText(cardName.value))),
  };
}

function some<Name extends string>(name: Name, value: string | undefined): Partial<Record<Name, string>> {
  if (value === undefined || value === '') return {};
  const made: Partial<Record<Name, string>> = {};
  made[name] = value;
  return made;
}

function digitsOf(fields: readonly Field[], tag: number): string | undefined {
  const field = fields.find((each) => each.tag === tag);
  return field === undefined ? undefined : readBcd(field.value);
}

/** Letters, spaces and a few signs: a name that holds a run of digits as long as a card's number is not one. */
function schemeName(text: string): string | undefined {
  const name = text
    .replace(/[^\p{L}\p{N} .&+-]/gu, '')
    .trim()
    .slice(0, 32);
  return /\d{6}/.test(name) ? undefined : name;
}

/** Code page 437, ended by a zero byte where a terminal writes one (§9.3). */
function readText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a screen
  return iconv.decode(Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)), 'cp437').replace(/[\u0000-\u0009\u000b-\u001f]/g, '');
}
