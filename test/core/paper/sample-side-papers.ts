import type { ClaimSlip } from '#core/paper/claim-slip.ts';
import type { Receipt } from '#core/paper/receipt.ts';
import { GENERIC_FACE, SAMPLE_FACE } from './sample-face.ts';

/** What hangs together with the sample tickets: two were paid, one of them did not come out. */

const { siteName, filmTitle, screenName, startsAt, soldAt, timeZone, channel, machine, paymentMethod, orderId } = SAMPLE_FACE;

const seats = ({ ticketTypeName, price, fee }: typeof SAMPLE_FACE): Receipt['lines'] =>
  ['08', '09'].map((number) => ({ row: '5', number, ticketType: ticketTypeName, price, fee }));

export const SAMPLE_RECEIPT: Receipt = {
  ...{ orderId, machine, at: soldAt, timeZone, siteName, filmTitle, screenName, startsAt, channel, paymentMethod },
  lines: seats(SAMPLE_FACE),
  total: { minor: 9_600, currency: 'CNY' },
  merchantOrder: 'K0326021718520700482A1',
  providerNumber: '4200****7731',
  mayBeElsewhere: false,
};

const { providerNumber: _, ...AT_A_TERMINAL } = SAMPLE_RECEIPT;

export const GENERIC_RECEIPT: Receipt = {
  ...AT_A_TERMINAL,
  ...{ siteName: GENERIC_FACE.siteName, filmTitle: GENERIC_FACE.filmTitle, startsAt: GENERIC_FACE.startsAt, at: GENERIC_FACE.soldAt },
  timeZone: GENERIC_FACE.timeZone,
  lines: seats(GENERIC_FACE),
  total: { minor: 2_650, currency: 'GBP' },
  paymentMethod: { zh: '银行卡', en: 'card' },
  cardTerminal: {
    terminalId: '52500041',
    trace: '004711',
    receiptNumber: '0042',
    scheme: 'VISA',
    at: GENERIC_FACE.soldAt,
    amount: { minor: 2_650, currency: 'GBP' },
  },
};

/** Paid by a member's balance. */
export const MEMBER_RECEIPT: Receipt = {
  ...{ orderId, machine, at: soldAt, timeZone, siteName, filmTitle, screenName, startsAt, channel },
  lines: seats(SAMPLE_FACE),
  total: { minor: 9_600, currency: 'CNY' },
  paymentMethod: { zh: '会员余额', en: "member's balance" },
  merchantOrder: 'K0326021718520700482A1',
  member: 'MC82****7512',
  mayBeElsewhere: false,
};

export const SAMPLE_SLIP: ClaimSlip = {
  ...{ orderId, siteName, channel, paymentMethod, machine, timeZone, at: soldAt },
  paid: { minor: 9_600, currency: 'CNY' },
  printedCount: 1,
  owed: [SAMPLE_FACE],
  reason: { zh: '打印机切刀卡纸', en: 'cutter jam' },
  faultCode: 'E-PRN-CUT',
  pickUpCode: '482917305662',
};

export const GENERIC_SLIP: ClaimSlip = {
  ...SAMPLE_SLIP,
  ...{ siteName: GENERIC_FACE.siteName, timeZone: GENERIC_FACE.timeZone, at: GENERIC_FACE.soldAt },
  paid: { minor: 2_650, currency: 'GBP' },
  owed: [GENERIC_FACE],
};
