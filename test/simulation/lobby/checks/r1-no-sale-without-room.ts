import type { LobbyChecker, LobbyCheckerContext } from '../observation.ts';

/** R1: no sale begins on a disk that has been short for a while, and when there is room again the kiosk sells and has its ballast. */
export function noSaleWithoutRoom({ world, broken }: LobbyCheckerContext): LobbyChecker {
  return {
    name: 'R1',
    promise: 'No sale begins on a disk that is nearly full; when there is room again the kiosk sells, and its ballast is back.',
    finished: () => {
      for (const { machine, begunWithoutRoom, hasRoomAgain } of world.kiosks) {
        if (begunWithoutRoom() > 0) broken(`${begunWithoutRoom()} sales of ${machine} began on a disk without room`);
        if (!hasRoomAgain()) broken(`${machine} has room, and does not sell or has no ballast`);
      }
    },
  };
}
