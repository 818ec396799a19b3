import type { Site } from '#core/contract/box-office/programme.ts';
import type { Flow } from '#core/contract/local/kiosk.ts';
import type { BoxOfficeClient } from '../box-office-client/box-office-client.ts';
import type { LobbySource, LobbyState, Read } from './handlers.ts';

/** What this machine is, and what it can tell of the programme. Nothing is kept but the site: a programme that is old sells seats that are gone. */
export interface LobbyParts {
  readonly machine: Omit<LobbyState, 'site' | 'flows'>;
  readonly flows: () => readonly Flow[];
  readonly boxOffice: Pick<BoxOfficeClient, 'readSite' | 'readProgramme' | 'readShowSeats'>;
}

export interface Lobby extends LobbySource {
  /** Reads the site; called when the box office was reached (again). True when it is known. */
  readSite(): Promise<boolean>;
}

export function createLobbySource({ machine, flows, boxOffice }: LobbyParts): Lobby {
  let site: Site | null = null;
  return {
    state: () => ({ ...machine, flows: flows() }),
    site: () => site,
    programme: async () => read(await boxOffice.readProgramme()),
    showSeats: async (showId) => read(await boxOffice.readShowSeats({ params: { showId } })),
    readSite: async () => {
      const answer = await boxOffice.readSite();
      if (answer.ok) site = answer.value;
      return answer.ok;
    },
  };
}

function read<Value>(
  answer: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: { readonly fault: { readonly code: string } } },
): Read<Value> {
  if (answer.ok) return { kind: 'read', value: answer.value };
  return answer.error.fault.code === 'E-BOX-MISSING' ? { kind: 'none' } : { kind: 'away' };
}
