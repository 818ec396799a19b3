import { z } from 'zod';
import { LIMITS } from '#core/base/limits.ts';
import { IsoTime, MoneyAmount } from '#core/contract/values.ts';

/**
 * The merchant's side of the simulated payment provider, in the manner of WeChat's and Alipay's payments: the merchant opens a payment under a number of its
 * own and shows the address it gets as a QR code, or takes money by the code on a phone, and asks how it stands. The simulator serves these messages and the
 * box office's provider client reads them; every call carries `Authorization: Bearer <API key>` and may be repeated.
 *
 * - `POST /v1/payments` {@link NewPaymentMessage} → {@link PaymentMessage}; 409 {@link RefusalMessage} when the number was used for another amount
 * - `POST /v1/code-payments` {@link NewCodePaymentMessage} → {@link PaymentMessage}; 409 when the code is unknown or was used
 * - `GET /v1/payments/:merchantOrder` → {@link PaymentMessage}; 404
 * - `POST /v1/payments/:merchantOrder/close` → {@link PaymentMessage}, `closed` or, when it was too late, `paid`; 404
 * - `POST /v1/payments/:merchantOrder/reverse` → {@link PaymentMessage}, `closed`, `refused` or `refunded`; 404; 409 while the guest types a password
 * - `POST /v1/refunds` {@link NewRefundMessage} → {@link RefundMessage}; 409 {@link RefusalMessage} when nothing was paid
 * - `GET /v1/refunds/:refundOrder` → {@link RefundMessage}; 404
 * - `GET /v1/statement?from=…&until=…` → {@link StatementMessage}
 */
export const MerchantOrder = z.string().regex(/^[0-9A-Za-z_-]{8,66}$/, 'a merchant order is 8 to 66 letters, digits, _ or -');

export const NewPaymentMessage = z.strictObject({
  merchantOrder: MerchantOrder,
  amount: MoneyAmount,
  description: z.string().min(1).max(120),
  expiresAt: IsoTime,
});

export const NewCodePaymentMessage = z.strictObject({
  merchantOrder: MerchantOrder,
  amount: MoneyAmount,
  description: z.string().min(1).max(120),
  code: z.string().regex(/^\d{16,30}$/),
});

export const PaymentMessage = z.strictObject({
  merchantOrder: MerchantOrder,
  status: z.enum(['waiting', 'user-paying', 'paid', 'refused', 'closed', 'refunded']),
  amount: MoneyAmount,
  /** What the QR code holds. */
  codeUrl: z.url().max(400),
  /** The provider's own number of the money, once there is money. */
  reference: z.string().max(64).optional(),
});
export type PaymentMessage = z.infer<typeof PaymentMessage>;

export const NewRefundMessage = z.strictObject({ merchantOrder: MerchantOrder, refundOrder: MerchantOrder, amount: MoneyAmount });

export const RefundMessage = z.strictObject({ refundOrder: MerchantOrder, reference: z.string().min(1).max(64) });

export const StatementQuery = z.strictObject({ from: IsoTime, until: IsoTime });

/** Everything that moved from `from` on and before `until`. */
export const StatementMessage = z.strictObject({
  lines: z
    .array(
      z.strictObject({ merchantOrder: MerchantOrder, kind: z.enum(['paid', 'refunded']), amount: MoneyAmount, reference: z.string().min(1).max(64) }),
    )
    .max(LIMITS.payment.statementLinesMax),
});

export const RefusalMessage = z.strictObject({ code: z.enum(['order-number-reused', 'not-paid', 'expired', 'code-invalid', 'still-paying']) });
