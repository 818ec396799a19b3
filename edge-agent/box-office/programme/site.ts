import { LIMITS } from '#core/base/limits.ts';
import { Site } from '#core/contract/box-office/programme.ts';

/** The built-in cinema: invented, in the manner of a Chinese multiplex. */
export const BUILT_IN_SITE: Site = Site.parse({
  id: '36090702',
  name: { zh: '示例国际影城（人民路店）', en: 'Sample International Cinema' },
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
  kind: 'cn',
  phone: '400-000-0000',
  company: '示例影院管理有限公司',
  refundPolicy: {
    zh: '未取票的订单，开场前 30 分钟以上可全额退票或改签一次。已取票、已打印或开场前不足 30 分钟的，请到服务台办理；因放映故障未能观看的，全额退款。',
    en: 'Not yet collected: full refund or one exchange until 30 minutes before the show. Printed tickets, or later: please ask at the service desk. If a showing fails, you get all your money back.',
  },
  seatsPerOrder: LIMITS.sale.seatsPerOrder,
});
