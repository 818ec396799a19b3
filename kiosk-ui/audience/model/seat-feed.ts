import { type ReadonlySignal, signal } from '@preact/signals';
import { type Monotonic, seconds } from '#core/base/time.ts';
import type { Film, SeatPicture, SeatPlan, Show } from '#core/contract/box-office/programme.ts';
import type { ShowId } from '#core/contract/identifiers.ts';
import type { Agent } from '../../agent/agent.ts';

/** A show and the room it is in: what stays the same while seats come and go. */
export interface House {
  readonly show: Show;
  readonly film: Film;
  readonly plan: SeatPlan;
}

/** The picture of the seats is asked for this often while it is shown. */
export const REFRESH_EVERY = seconds(8);
/** A picture older than this is drawn as doubtful. */
export const STALE_AFTER = seconds(20);

/** The seats of one show as the box office sees them, kept fresh. */
export interface SeatFeed {
  readonly house: ReadonlySignal<House | undefined>;
  readonly picture: ReadonlySignal<SeatPicture | undefined>;
  /** The seats could not be read at all. */
  readonly unreadable: ReadonlySignal<boolean>;
  readonly stale: ReadonlySignal<boolean>;
  /** Reads a show and keeps to it; what was known of another is forgotten. */
  follow(showId: ShowId): Promise<void>;
  readAgain(): void;
  /** A picture that came with an answer to something else. */
  adopt(fresh: SeatPicture): void;
  follows(showId: ShowId): boolean;
  tick(): void;
  forget(): void;
}

/** `onPicture` hears of every new picture, after it is in place. */
export function createSeatFeed(agent: Agent, onPicture: (fresh: SeatPicture) => void): SeatFeed {
  const house = signal<House | undefined>(undefined);
  const picture = signal<SeatPicture | undefined>(undefined);
  const unreadable = signal(false);
  const stale = signal(false);
  let followed: ShowId | undefined;
  let readAt: Monotonic | undefined;
  let askedAt: Monotonic | undefined;

  const adopt = (fresh: SeatPicture): void => {
    const known = picture.value;
    // Answers can overtake each other; the version says which is newer.
    if (fresh.showId !== followed || (known?.showId === fresh.showId && fresh.version < known.version)) return;
    picture.value = fresh;
    stale.value = false;
    readAt = agent.clock.monotonic();
    onPicture(fresh);
  };

  const read = async (showId: ShowId): Promise<void> => {
    askedAt = agent.clock.monotonic();
    const answer = await agent.call('readShowSeats', { params: { showId } });
    // Meanwhile the guest may have gone to another show, or gone altogether.
    if (followed !== showId) return;
    if (answer.kind === 'done') {
      const { show, film, plan, picture: fresh } = answer.value;
      const known = house.value;
      // The plan does not change while it is shown: keeping the object keeps the map's elements.
      house.value = { show, film, plan: known?.show.id === showId ? known.plan : plan };
      unreadable.value = false;
      adopt(fresh);
    } else if (!house.value) {
      unreadable.value = true;
    }
  };

  const forget = (): void => {
    followed = undefined;
    readAt = undefined;
    askedAt = undefined;
    house.value = undefined;
    picture.value = undefined;
    stale.value = false;
    unreadable.value = false;
  };

  return {
    house,
    picture,
    unreadable,
    stale,
    adopt,
    forget,
    async follow(showId) {
      if (followed !== showId) forget();
      followed = showId;
      unreadable.value = false;
      await read(showId);
    },
    readAgain() {
      if (followed !== undefined) void read(followed);
    },
    follows: (showId) => followed === showId,
    tick() {
      const now = agent.clock.monotonic();
      if (readAt !== undefined) stale.value = now - readAt >= STALE_AFTER;
      if (followed !== undefined && askedAt !== undefined && now - askedAt >= REFRESH_EVERY) void read(followed);
    },
  };
}
