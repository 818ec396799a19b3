import type { TechnicianState } from '#core/contract/local/technician.ts';
import type { BothLanguages } from '#core/contract/values.ts';

/** The room for this machine's records, and whether they are what was written. */
export const storage = {
  title: { zh: '存储', en: 'Storage' },
  size: (size: string) => ({ zh: `本机记录 ${size}`, en: `records of this machine ${size}` }),
  damaged: { zh: '记录损坏，重新启动后自动修复', en: 'Records are damaged. Restart: they are put right' },
  salvaged: { zh: '启动时发现记录损坏，已修复', en: 'Records were damaged and put right at start' },
} as const;

export const PRESSURE: Readonly<Record<TechnicianState['storage']['pressure'], BothLanguages>> = {
  ample: { zh: '空间充足', en: 'Room enough' },
  low: { zh: '空间不足，已停售，检票照常', en: 'Little room: selling stopped, checking goes on' },
  full: { zh: '空间已满，已停售，检票使用备用空间', en: 'No room: selling stopped, checking uses the reserve' },
};

/** By the names of core/store/pressure.ts. */
export const PRESSURE_REASON = {
  'disk-filling': { zh: '磁盘快满了，请清理', en: 'The disk is filling up: clear it' },
  'disk-low': { zh: '磁盘剩余很少，请清理', en: 'The disk is almost full: clear it' },
  'disk-full': { zh: '磁盘已满，请清理', en: 'The disk is full: clear it' },
  'disk-read-only': { zh: '磁盘已变为只读，可能已损坏，请更换', en: 'The disk takes no writes any more and may be failing: replace it' },
  'ledger-filling': { zh: '本机记录接近上限', en: 'The records come near their bound' },
  'ledger-low': { zh: '本机记录即将到达上限', en: 'The records are almost at their bound' },
  'ledger-full': { zh: '本机记录已达上限', en: 'The records have reached their bound' },
  'events-waiting': { zh: '未上传的事件过多，请检查网络和影院系统', en: 'Too many events wait: check the network and the box office' },
  'ballast-spent': { zh: '备用空间已动用，腾出空间后自动恢复', en: 'The reserve is in use; it comes back with room' },
} as const;

/** The contract leaves room for reasons of a newer agent: an unknown one is shown by its name. */
export function pressureReason(reason: TechnicianState['storage']['reasons'][number]): BothLanguages {
  return isKnown(reason) ? PRESSURE_REASON[reason] : { zh: `原因：${reason}`, en: `Reason: ${reason}` };
}

function isKnown(reason: string): reason is keyof typeof PRESSURE_REASON {
  return Object.hasOwn(PRESSURE_REASON, reason);
}
