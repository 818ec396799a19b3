import type { Words } from './table.ts';

/** Words of the head that the pages of the house share. */
export const staff = {
  pages: { zh: '页面', en: 'Pages' },
  kiosk: { zh: '自助机', en: 'Kiosk' },
  gate: { zh: '检票口', en: 'Gate' },
  technician: { zh: '设备维护', en: 'Technician' },
  bench: { zh: '设备台', en: 'Device bench' },
  linkSilent: { zh: '本机系统没有应答，下面的内容可能已经过时', en: 'This machine does not answer; what stands below may be old' },
  linkLost: {
    zh: '与本机系统的连接中断，正在重新连接；下面是最后一次看到的状态',
    en: 'Connection to this machine lost, trying again; below is what was seen last',
  },
} satisfies Words;
