import { localTime } from '../base/business-day.ts';
import { type Money, majorUnits } from '../base/money.ts';
import { instant } from '../base/time.ts';

/** Times and amounts as paper says them, in the site's own time. */

const WEEKDAY_ZH = ['日', '一', '二', '三', '四', '五', '六'] as const;
const WEEKDAY_EN = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTH_EN = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const WEEKDAY_SPOKEN = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const MONTH_SPOKEN = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
] as const;

const two = (n: number): string => n.toString().padStart(2, '0');

export interface PaperTime {
  /** `2026-02-17` */
  readonly date: string;
  /** `2026-02-17(二)` */
  readonly dateZh: string;
  /** `Tue 17 Feb 2026` */
  readonly dateEn: string;
  /** `2026年2月17日，星期二` */
  readonly dateSpokenZh: string;
  /** `Tuesday, 17 February 2026` */
  readonly dateSpokenEn: string;
  /** `19:30` */
  readonly clock: string;
  /** `18:52:07` */
  readonly clockWithSeconds: string;
}

/** @param at ISO 8601, as on the wire */
export function paperTime(at: string, timeZone: string): PaperTime {
  const { year, month, day, hour, minute, second } = localTime(instant(Date.parse(at)), timeZone);
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  const date = `${year}-${two(month)}-${two(day)}`;
  return {
    date,
    dateZh: `${date}(${WEEKDAY_ZH[weekday]})`,
    dateEn: `${WEEKDAY_EN[weekday]} ${day} ${MONTH_EN[month - 1]} ${year}`,
    dateSpokenZh: `${year}年${month}月${day}日，星期${WEEKDAY_ZH[weekday]}`,
    dateSpokenEn: `${WEEKDAY_SPOKEN[weekday]}, ${day} ${MONTH_SPOKEN[month - 1]} ${year}`,
    clock: `${two(hour)}:${two(minute)}`,
    clockWithSeconds: `${two(hour)}:${two(minute)}:${two(second)}`,
  };
}

/** `￥45.00`; other currencies by their code, which no font lacks. */
export function amountZh(amount: Money): string {
  return amount.currency === 'CNY' ? `￥${majorUnits(amount)}` : `${amount.currency} ${majorUnits(amount)}`;
}

/** `GBP 12.50` */
export function amountEn(amount: Money): string {
  return `${amount.currency} ${majorUnits(amount)}`;
}
