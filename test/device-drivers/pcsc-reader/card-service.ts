import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { systemTimers as timers } from '#agent/runtime/clock.ts';
import type { ShownCard } from '#drivers/simulation/card-reader-simulator.ts';
import { pcscTransport } from '#drivers/transport/pcsc.ts';

/** Debian's pcscd with a virtual reader (vpcd), and cards in processes of their own; for programs in a network of their own (`own-network.ts`). */
const CARD = fileURLToPath(new URL('./vpcd-card-program.ts', import.meta.url));

export const virtualReader = () => pcscTransport({ reader: 'Virtual PCD 00 00' }, timers);

export function startService(): ChildProcess {
  // What it complains of stands beside the test that fails; the program's own output is its lines of JSON.
  const service = spawn('pcscd', ['--foreground'], { stdio: ['ignore', process.stderr.fd, 'inherit'] });
  service.on('error', (cause) => {
    throw new Error(`pcscd cannot be started (${cause.message}); apt-get install pcscd vsmartcard-vpcd`);
  });
  service.on('exit', endedByItself);
  return service;
}

const endedByItself = (status: number | null, signal: string | null): never => {
  throw new Error(`pcscd ended by itself (${signal ?? status})`);
};

export async function stopService(service: ChildProcess): Promise<void> {
  service.off('exit', endedByItself);
  const ended = once(service, 'exit');
  service.kill('SIGTERM');
  await ended;
}

/**
 * A card on the reader, until `take` takes it away. It answers from a process of its own: its reader's thread in pcscd waits for it, and whoever waits for pcscd in a call
 * to the PC/SC library waits with it.
 */
export async function insert(name: ShownCard): Promise<{ take(): void }> {
  const card = spawn(process.execPath, ['--import', 'tsx', CARD, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = (status: number | null): never => {
    throw new Error(`the ${name} card ended by itself (${status})`);
  };
  card.on('exit', ended);
  await once(card.stdout, 'data');
  return {
    take: () => {
      card.off('exit', ended);
      card.kill('SIGKILL');
    },
  };
}
