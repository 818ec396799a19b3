import type { z } from 'zod';
import { paperTemplate } from './paper-template.ts';

/** The papers beside the tickets as data. Neither of them lets anybody in, so neither can show the code of a ticket. */

/** What a receipt can show; `core/paper/receipt.ts` has the texts. */
const RECEIPT_FIELDS = [
  'siteName',
  'heading',
  'orderId',
  'machine',
  'printedAt',
  'filmTitle',
  'screenName',
  'showTime',
  'ticketCount',
  'lines',
  'fees',
  'total',
  'paid',
  'merchantOrder',
  'providerNumber',
  'member',
  'cardTerminal',
  'notATicket',
] as const;
export type ReceiptFieldName = (typeof RECEIPT_FIELDS)[number];

const money = ['siteName', 'heading', 'orderId', 'printedAt', 'lines', 'total', 'paid', 'notATicket'] as const;

export const ReceiptTemplate = paperTemplate({
  name: 'receipt',
  fields: RECEIPT_FIELDS,
  // The fee is a line of its own wherever there was one: the sum would not come out without it.
  required: { cn: [...money, 'fees'], generic: [...money, 'fees'] },
  code: undefined,
  barcodes: ['orderId'],
});
export type ReceiptTemplate = z.infer<typeof ReceiptTemplate>;

/** What a claim slip can show; `core/paper/claim-slip.ts` has the texts. */
const CLAIM_SLIP_FIELDS = [
  'siteName',
  'heading',
  'paid',
  'paymentMethod',
  'counts',
  'owed',
  'reason',
  'collectCode',
  'verifyCode',
  'pickUpCode',
  'atAnyMachine',
  'atTheCounter',
  'assurance',
  'orderId',
  'machine',
  'printedAt',
] as const;
export type ClaimSlipFieldName = (typeof CLAIM_SLIP_FIELDS)[number];

const claim = [
  'heading',
  'paid',
  'counts',
  'owed',
  'reason',
  'collectCode',
  'verifyCode',
  'pickUpCode',
  'atAnyMachine',
  'assurance',
  'orderId',
] as const;

export const ClaimSlipTemplate = paperTemplate({
  name: 'claim slip',
  fields: CLAIM_SLIP_FIELDS,
  required: { cn: claim, generic: claim },
  code: { field: 'pickUpCode', isFor: 'what the next machine reads', another: 'the pick-up code' },
  barcodes: ['orderId'],
});
export type ClaimSlipTemplate = z.infer<typeof ClaimSlipTemplate>;
