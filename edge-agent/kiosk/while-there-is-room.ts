import type { StorePressure } from '#core/store/pressure.ts';
import type { Kiosk } from './kiosk.ts';

/** A sale is not begun on a disk that may not hold its end; one that has begun goes on. */
export function whileThereIsRoom(kiosk: Kiosk, pressure: () => StorePressure): Kiosk {
  return {
    ...kiosk,
    confirmSeats: async (seats) =>
      pressure() === 'ample' ? kiosk.confirmSeats(seats) : { reply: { kind: 'unavailable', lost: 'store' }, session: kiosk.session() },
  };
}
