import type { Words } from './table.ts';

export const gate = {
  title: { zh: '检票口', en: 'Gate' },
  home: { zh: '回到首页', en: 'To the start page' },
} satisfies Words;
