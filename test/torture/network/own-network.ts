import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { TortureLine, TortureSum } from '../torture.ts';

/** The kernel's own network, in a namespace that nobody else lives in: packets are dropped by nftables, and TCP has to live with it. Wants root. */

const MARK = 'FOYER_OWN_NETWORK';
const Sum = z.looseObject({ runs: z.int(), lost: z.int(), doubled: z.int(), corrupt: z.int(), blind: z.array(z.string()) });
const Line = z.looseObject({ what: z.string() });

export const isInOwnNetwork = (): boolean => process.env[MARK] === '1';

/** Plays the same torture again in a network of its own. @returns its sum, or why that cannot be done here */
export async function inOwnNetwork(args: readonly string[], tell: (line: TortureLine) => void): Promise<TortureSum | string> {
  const missing = ['ip', 'nft'].filter((tool) => spawnSync(tool, ['-V']).error !== undefined);
  if (missing.length > 0) return `${missing.join(' and ')} cannot be started (apt-get install iproute2 nftables)`;
  const child = spawn('unshare', ['--net', process.execPath, 'test/torture/run.mjs', ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, [MARK]: '1' },
  });
  const failed = new Promise<string>((resolve) => child.once('error', ({ message }) => resolve(message)));
  const sum = (async (): Promise<TortureSum | string> => {
    for await (const text of createInterface({ input: child.stdout })) {
      const message: unknown = JSON.parse(text);
      const found = Sum.safeParse(message);
      if (found.success) return found.data;
      tell(Line.parse(message));
    }
    return 'unshare --net ended without a sum; it wants root';
  })();
  return Promise.race([sum, failed]);
}

/** What the network does to everything that goes to and comes from these ports. */
export const KERNEL_FAULTS = {
  drop: (port: number) => [`tcp dport ${port} drop`, `tcp sport ${port} drop`],
  'one-way-up': (port: number) => [`tcp dport ${port} drop`],
  'one-way-down': (port: number) => [`tcp sport ${port} drop`],
  '30 % loss': (port: number) => [`tcp dport ${port} numgen random mod 100 < 30 drop`, `tcp sport ${port} numgen random mod 100 < 30 drop`],
  '10 kbit/s': (port: number) => [
    `tcp dport ${port} limit rate over 1250 bytes/second drop`,
    `tcp sport ${port} limit rate over 1250 bytes/second drop`,
  ],
} as const;
export type KernelFault = keyof typeof KERNEL_FAULTS;

export function raiseLoopback(): void {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  nft('add table inet torture');
  nft('add chain inet torture line { type filter hook output priority 0; }');
}

export function spoil(fault: KernelFault, ports: readonly number[]): void {
  for (const port of ports) for (const rule of KERNEL_FAULTS[fault](port)) nft(`add rule inet torture line ${rule}`);
}

export function heal(): void {
  nft('flush chain inet torture line');
}

function nft(command: string): void {
  execFileSync('nft', [command]);
}
