import { fullHouseCanaries } from './canaries-of-full-houses.ts';
import { moneyCanaries } from './canaries-of-money.ts';
import { recordCanaries } from './canaries-of-records.ts';
import type { LobbyCollaborators } from './collaborators.ts';

/** Planted bugs of a lobby, each a wrong part in the place of a right one. A net that lets one of them through has a hole. */
export interface LobbyCanary {
  readonly name: string;
  readonly bug: string;
  /** Only a full house can show it. */
  readonly isFull?: true;
  /** Made anew for each world, because a bug may remember. */
  make(): LobbyCollaborators;
}

export const LOBBY_CANARIES: readonly LobbyCanary[] = [...moneyCanaries, ...recordCanaries, ...fullHouseCanaries];

export function lobbyCanaryOf(name: string): LobbyCollaborators {
  const canary = LOBBY_CANARIES.find((each) => each.name === name);
  if (canary === undefined) throw new RangeError(`there is no canary ${name}`);
  return canary.make();
}
