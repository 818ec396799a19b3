import type { Signal } from '@preact/signals';
import type { Programme } from '#core/contract/box-office/programme.ts';
import type { KioskSession, SessionOrder } from '#core/contract/local/kiosk.ts';
import type { CodeEntry } from './code-entry.ts';
import type { KioskState } from './kiosk-state.ts';
import { type Browse, START } from './screen.ts';
import type { SeatChoice } from './seat-choice.ts';

/** One guest at the machine, from the first touch until nothing of the guest is left. */
export interface Visit {
  /** What the agent says now. The end of its session is the end of the visit. */
  adopt(session: KioskSession): void;
  /** Nothing of the guest stays: choices, code, notices, language and settings. */
  clear(): void;
  /** Ends the order by `end`, but not the visit: the guest is led back to the map, with the same seats still chosen. */
  backToMap(end: () => Promise<void>): Promise<void>;
}

interface VisitParts {
  readonly state: KioskState;
  readonly seats: SeatChoice;
  readonly code: CodeEntry;
  readonly settings: { readonly largeText: Signal<boolean>; readonly highContrast: Signal<boolean> };
  readonly onCleared: () => void;
}

export function createVisit({ state, seats, code, settings, onCleared }: VisitParts): Visit {
  const { session, browse } = state;
  let staysHere = false;

  const clear = (): void => {
    browse.value = START;
    seats.clear();
    code.clear();
    state.notice.value = undefined;
    state.trouble.value = false;
    settings.largeText.value = false;
    settings.highContrast.value = false;
    onCleared();
  };

  return {
    clear,
    adopt(next) {
      const was = session.value.phase;
      // What was said of a code or a card belongs to the step at which it was shown, and covers the next one's heading.
      if (stepOf(session.value) !== stepOf(next)) state.notice.value = undefined;
      session.value = next;
      if (was === 'idle' && next.phase !== 'idle') code.clear();
      if (was !== 'idle' && next.phase === 'idle' && !staysHere) clear();
    },
    async backToMap(end) {
      const order = 'order' in session.value ? session.value.order : undefined;
      const place = placeOf(browse.value, order, state.programme.value);
      staysHere = true;
      await end();
      staysHere = false;
      if (session.value.phase !== 'idle') return;
      if (!place) {
        clear();
        return;
      }
      browse.value = place;
      await seats.open(place.showId);
    },
  };
}

/** The map that an order was chosen on: where the guest was before, or found again from the order when this page has been loaded anew since. */
function placeOf(browse: Browse, order: SessionOrder | undefined, programme: Programme | undefined): Extract<Browse, { at: 'seats' }> | undefined {
  if (browse.at === 'seats' || browse.at === 'types') return { ...browse, at: 'seats' };
  const show = programme?.shows.find((candidate) => candidate.id === order?.showId);
  return show && { at: 'seats', filmId: show.filmId, day: show.businessDay, showId: show.id };
}

const stepOf = (session: KioskSession): string => (session.phase === 'member' ? `member ${session.member.at}` : session.phase);
