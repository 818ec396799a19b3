import { z } from 'zod';

/** What is read of Alipay's answers; whatever else they hold is left alone. */

/** Of every answer (opendocs.alipay.com/common/02km9f, 公共错误码). 10000 done · 10003 the guest is paying · 20000 unknown · 40004 refused, see `sub_code`. */
export const Answer = z.object({ code: z.string().regex(/^\d{5}$/), sub_code: z.string().max(64).optional() });

/** In yuan with up to two places: `96.00`. */
const Yuan = z.string().regex(/^\d{1,9}(?:\.\d{1,2})?$/);

/** alipay.trade.precreate (opendocs.alipay.com/open/02ekfg) */
export const Precreated = z.object({ out_trade_no: z.string().max(64), qr_code: z.url().max(400) });
/** alipay.trade.pay (opendocs.alipay.com/open/02cdx5) */
export const Paid = z.object({ out_trade_no: z.string().max(64), trade_no: z.string().min(1).max(64), total_amount: Yuan });
/** alipay.trade.query (opendocs.alipay.com/open/02ekfh) */
export const Trade = z.object({
  out_trade_no: z.string().max(64),
  trade_no: z.string().min(1).max(64),
  trade_status: z.enum(['WAIT_BUYER_PAY', 'TRADE_CLOSED', 'TRADE_SUCCESS', 'TRADE_FINISHED']),
  total_amount: Yuan,
});
/** alipay.trade.cancel (opendocs.alipay.com/open/02ekfi) */
export const Cancelled = z.object({ out_trade_no: z.string().max(64), retry_flag: z.enum(['Y', 'N']) });
/** alipay.trade.close (opendocs.alipay.com/open/02o6e7) */
export const Closed = z.object({ out_trade_no: z.string().max(64).optional() });
/** alipay.trade.refund (opendocs.alipay.com/open/02ekfk) */
export const Refunded = z.object({
  out_trade_no: z.string().max(64),
  trade_no: z.string().min(1).max(64),
  fund_change: z.enum(['Y', 'N']).optional(),
});
/** alipay.trade.fastpay.refund.query (opendocs.alipay.com/open/02ekfl): without a status the refund is not known. */
export const RefundStanding = z.object({
  out_trade_no: z.string().max(64).optional(),
  out_request_no: z.string().max(80).optional(),
  trade_no: z.string().max(64).optional(),
  refund_status: z.string().max(32).optional(),
});

/** Minor units of yuan as Alipay writes them. */
export function fen(yuan: string): number {
  const [whole = '0', cents = ''] = yuan.split('.');
  return Number(whole) * 100 + Number(cents.padEnd(2, '0'));
}
