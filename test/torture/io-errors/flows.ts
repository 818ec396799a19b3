import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MachineId } from '#core/contract/identifiers.ts';
import { orderByPhone } from '../../journey/guests.ts';
import { makeFirstVersion, toldBefore } from '../crash-states/record-migration.ts';
import type { DatedFact } from '../judge/facts.ts';
import { allFlows, buy, goIn } from '../lobby/guests.ts';
import { type RecordedLobby, startRecorded } from '../lobby/recorded-lobby.ts';
import { settled } from '../lobby/settled.ts';

/** A lobby with a ticket that nobody has used yet: what every flow begins on. */
export interface Before {
  /** The data folder; never changed. */
  readonly folder: string;
  readonly code: string;
}

export interface Flow {
  readonly name: 'boot' | 'scan' | 'sale' | 'sync' | 'migrate';
  /** Whether calls fail from the start of the program on, or only when the flow begins. */
  readonly fromStart: boolean;
  /** Fills the data folder. */
  prepare(data: string, before: Before): void;
  /** What the outside was told before. */
  told(): readonly DatedFact[];
  go(lobby: RecordedLobby, before: Before): Promise<void>;
}

const MACHINE = MachineId.parse('lobby-1');
const none = (): readonly DatedFact[] => [];
const copy = (data: string, { folder }: Before): void => cpSync(folder, data, { recursive: true });
const start = async (lobby: RecordedLobby): Promise<void> => {
  await allFlows(lobby);
  await settled(lobby.lobby);
};

export const FLOWS: readonly Flow[] = [
  { name: 'boot', fromStart: true, prepare: copy, told: none, go: start },
  { name: 'scan', fromStart: false, prepare: copy, told: none, go: (lobby, { code }) => goIn(lobby, code) },
  {
    name: 'sale',
    fromStart: false,
    prepare: copy,
    told: none,
    go: async (lobby) => {
      await buy(lobby, 1);
    },
  },
  {
    name: 'sync',
    fromStart: true,
    // The validity data are gone: they are fetched as a whole, and a ticket that is sold elsewhere follows as a change.
    prepare: (data, before) => {
      copy(data, before);
      rmSync(join(data, 'validity'), { recursive: true, force: true });
    },
    told: none,
    go: async (lobby) => {
      await allFlows(lobby);
      await orderByPhone(lobby.walk.boxOffice, MACHINE, 1);
      await settled(lobby.lobby);
    },
  },
  { name: 'migrate', fromStart: true, prepare: (data) => makeFirstVersion(data), told: toldBefore, go: start },
];

/** Makes the lobby on which flows begin. */
export async function makeBefore(scratch: string, library: string): Promise<Before> {
  const folder = join(scratch, 'before');
  mkdirSync(folder, { recursive: true });
  const lobby = await startRecorded(folder, { library, log: join(folder, 'operations') });
  await allFlows(lobby);
  const [code = ''] = await buy(lobby, 1);
  await settled(lobby.lobby);
  await lobby.lobby.stop();
  lobby.close();
  return { folder: join(folder, 'data'), code };
}
