import { LIMITS } from '#core/base/limits.ts';
import { type Duration, type Monotonic, plus } from '#core/base/time.ts';
import type { Site } from '#core/contract/box-office/programme.ts';
import type { Flow } from '#core/contract/local/kiosk.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { BoxOfficeClient } from '../box-office-client/box-office-client.ts';
import type { LobbySource, LobbyState, Read } from './handlers.ts';

/** What this machine is, and what it can tell of the programme. The programme is kept for seconds only: an old one offers seats that are gone. */
export interface LobbyParts {
  readonly machine: Omit<LobbyState, 'site' | 'flows'>;
  readonly flows: () => readonly Flow[];
  readonly boxOffice: Pick<BoxOfficeClient, 'readSite' | 'readProgramme' | 'readShowSeats'>;
  readonly clock: Clock;
}

export interface Lobby extends LobbySource {
  /** Reads the site; called when the box office was reached (again). True when it is known. */
  readSite(): Promise<boolean>;
}

export function createLobbySource({ machine, flows, boxOffice, clock }: LobbyParts): Lobby {
  let site: Site | null = null;
  const programme = keptFor(LIMITS.live.programmeKept, clock, async () => read(await boxOffice.readProgramme()));
  return {
    state: () => ({ ...machine, flows: flows() }),
    site: () => site,
    programme,
    showSeats: async (showId) => read(await boxOffice.readShowSeats({ params: { showId } })),
    readSite: async () => {
      const answer = await boxOffice.readSite();
      if (answer.ok) site = answer.value;
      return answer.ok;
    },
  };
}

/** One question at a time, and its answer kept for a while: twelve posters and a screen ask for the same week at the same moment. A failure is not kept. */
function keptFor<Value>(span: Duration, clock: Clock, ask: () => Promise<Read<Value>>): () => Promise<Read<Value>> {
  let kept: { readonly answer: Promise<Read<Value>>; readonly until: Monotonic } | undefined;
  return () => {
    if (kept !== undefined && clock.monotonic() < kept.until) return kept.answer;
    const asked = { answer: ask(), until: plus(clock.monotonic(), span) };
    kept = asked;
    const forget = (): void => {
      if (kept === asked) kept = undefined;
    };
    asked.answer.then((answer) => {
      if (answer.kind !== 'read') forget();
    }, forget);
    return asked.answer;
  };
}

function read<Value>(
  answer: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: { readonly fault: { readonly code: string } } },
): Read<Value> {
  if (answer.ok) return { kind: 'read', value: answer.value };
  return answer.error.fault.code === 'E-BOX-MISSING' ? { kind: 'none' } : { kind: 'away' };
}
