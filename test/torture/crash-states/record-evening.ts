import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allFlows, buy, buyAndGiveBack, goIn, isRefused } from '../lobby/guests.ts';
import { type RecordedLobby, startRecorded } from '../lobby/recorded-lobby.ts';
import { settled } from '../lobby/settled.ts';
import { decodeOperations, type Operation } from '../recorder/operations.ts';

/** The least that shows whether commits are durable: a start, a sale, an entry. For agents with a planted fault. */
export async function recordSale(folder: string, library: string, environment: Readonly<Record<string, string>>): Promise<readonly Operation[]> {
  const log = join(folder, 'operations');
  const lobby = await startRecorded(folder, { library, log, environment });
  await allFlows(lobby);
  const [code = ''] = await buy(lobby, 1);
  await goIn(lobby, code);
  await lobby.lobby.kill();
  lobby.close();
  return decodeOperations(readFileSync(log));
}

/** An evening of the real agent: first start, a sale with its papers, scans, a refund, a stop in order, a start, a power cut of the process, one more start. */
export async function recordEvening(folder: string, library: string): Promise<readonly Operation[]> {
  const log = join(folder, 'operations');
  const first = await startRecorded(folder, { library, log });
  const [one = '', two = ''] = await evening(first);
  await first.lobby.stop();
  first.close();

  const second = await startRecorded(folder, { library, log });
  await allFlows(second);
  await goIn(second, two);
  await buy(second, 1);
  await second.lobby.kill();
  second.close();

  const third = await startRecorded(folder, { library, log });
  await allFlows(third);
  await isRefused(third, one);
  await settled(third.lobby);
  await third.lobby.stop();
  third.close();
  return decodeOperations(readFileSync(log));
}

async function evening(lobby: RecordedLobby): Promise<readonly string[]> {
  await allFlows(lobby);
  const codes = await buy(lobby, 2);
  await goIn(lobby, codes[0] ?? '');
  await isRefused(lobby, codes[0] ?? '');
  await buyAndGiveBack(lobby);
  await settled(lobby.lobby);
  return codes;
}
