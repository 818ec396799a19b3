import type { Words } from './table.ts';

export const technician = {
  title: { zh: '设备维护', en: 'Technician' },
  home: { zh: '回到首页', en: 'To the start page' },
} satisfies Words;
