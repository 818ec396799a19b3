import { readFileSync } from 'node:fs';
import { milliseconds } from '#core/base/time.ts';
import type { MachineTime } from '#core/ports/clock.ts';

/**
 * The machine's own count of its time, from Linux: a random name for each boot, and the seconds since it with two decimals, which go on counting while the
 * machine sleeps (random(4), proc(5): they are CLOCK_BOOTTIME). Other systems have no name for a boot that could not be another boot's.
 */
export function linuxMachineTime(root = '/proc'): MachineTime {
  const read = (path: string): string | undefined => {
    try {
      return readFileSync(`${root}/${path}`, 'utf8');
    } catch {
      // No such file on other systems; without it the machine cannot tell, which is an answer.
      return undefined;
    }
  };
  const boot = read('sys/kernel/random/boot_id')?.trim();
  return {
    read: () => {
      if (boot === undefined || !/^[0-9a-f-]{36}$/.test(boot)) return undefined;
      const uptime = /^(\d+\.\d\d) /.exec(read('uptime') ?? '')?.[1];
      return uptime === undefined ? undefined : { boot, uptime: milliseconds(Math.round(Number(uptime) * 1_000)) };
    },
  };
}
