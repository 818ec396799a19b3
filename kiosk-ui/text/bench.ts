import type { Words } from './table.ts';

export const bench = {
  title: { zh: '设备台', en: 'Device bench' },
  home: { zh: '回到首页', en: 'To the start page' },
} satisfies Words;
