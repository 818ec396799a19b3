import type { PrintState } from '#core/contract/box-office/sales.ts';
import type { BothLanguages } from '#core/contract/values.ts';

/** How a ticket stands on its way to paper, for staff. */
export const PRINT_STATE: Readonly<Record<PrintState, BothLanguages>> = {
  pending: { zh: '未出票', en: 'not printed' },
  claimed: { zh: '正在出票', en: 'a machine has it' },
  printed: { zh: '已出票', en: 'printed' },
  uncertain: { zh: '不确定', en: 'may be printed' },
};
