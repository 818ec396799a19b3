import { z } from 'zod';

/** What is read of WeChat Pay's answers; whatever else they hold is left alone. */

/** pay.weixin.qq.com/docs/merchant/apis/native-payment/direct-jsons/native-prepay.html */
export const NativeOrder = z.object({ code_url: z.url().max(400) });

/** …/apis/native-payment/query-by-out-trade-no.html and …/apis/code-payment-v3/direct/code-pay.html: the same object. */
export const Transaction = z.object({
  out_trade_no: z.string().max(32),
  trade_state: z.enum(['SUCCESS', 'REFUND', 'NOTPAY', 'CLOSED', 'REVOKED', 'USERPAYING', 'PAYERROR', 'ACCEPT']),
  transaction_id: z.string().min(1).max(64).optional(),
  amount: z.object({ total: z.int().min(0), currency: z.string().max(8).optional() }).optional(),
});
export type Transaction = z.infer<typeof Transaction>;

/** …/apis/code-payment-v3/direct/reverse.html */
export const Reversal = z.object({ out_trade_no: z.string().max(32) });

/** …/apis/native-payment/create.html (申请退款) and …/query-by-out-refund-no.html */
export const Refund = z.object({
  refund_id: z.string().min(1).max(64),
  out_refund_no: z.string().max(64),
  status: z.enum(['SUCCESS', 'CLOSED', 'PROCESSING', 'ABNORMAL']),
});
export type Refund = z.infer<typeof Refund>;

export const WechatError = z.object({ code: z.string().regex(/^[A-Z0-9_]{1,40}$/) });

/** Older answers write `ORDERPAID`, newer ones `ORDER_PAID`. */
export function errorKind(code: string): string {
  return code.replaceAll('_', '');
}
