import { type Duration, seconds } from '#core/base/time.ts';
import type { FilmId, ShowId } from '#core/contract/identifiers.ts';
import type { KioskSession } from '#core/contract/local/kiosk.ts';

/**
 * Where a guest is while nothing is promised yet (K0 to K4, K10). It belongs to the screen alone; as soon as the agent's session says anything but
 * `idle`, the session decides what is shown, and this is only where "back" leads.
 */
export type Browse =
  | { readonly at: 'attract' }
  | { readonly at: 'films' }
  | { readonly at: 'shows'; readonly filmId: FilmId; readonly day: string }
  | { readonly at: 'seats'; readonly filmId: FilmId; readonly day: string; readonly showId: ShowId }
  | { readonly at: 'types'; readonly filmId: FilmId; readonly day: string; readonly showId: ShowId }
  | { readonly at: 'enter-code' };

export const START: Browse = { at: 'attract' };

export type ScreenName = Browse['at'] | Exclude<KioskSession['phase'], 'idle'>;

export function screenOf(session: KioskSession, browse: Browse): ScreenName {
  return session.phase === 'idle' ? browse.at : session.phase;
}

/** One step back among the screens that are the guest's own. */
export function backFrom(browse: Browse): Browse {
  switch (browse.at) {
    case 'attract':
    case 'films':
    case 'enter-code':
      return START;
    case 'shows':
      return { at: 'films' };
    case 'seats':
      return { at: 'shows', filmId: browse.filmId, day: browse.day };
    case 'types':
      return { ...browse, at: 'seats' };
  }
}

/**
 * What silence means. `ask`: after `quiet` without a touch a question appears, and after `warning` more the guest is taken to be gone. `return`: the
 * screen goes by itself, touched or not. `never`: the agent's machine decides, however long it takes.
 */
export type IdleRule =
  | { readonly kind: 'never' }
  | { readonly kind: 'ask'; readonly quiet: Duration; readonly warning: Duration }
  | { readonly kind: 'return'; readonly after: Duration };

const NEVER: IdleRule = { kind: 'never' };
const BROWSING: IdleRule = { kind: 'ask', quiet: seconds(60), warning: seconds(30) };
const READING: IdleRule = { kind: 'ask', quiet: seconds(90), warning: seconds(30) };

/** WCAG 2.2.1: at least 20 s of warning, and extended by any touch or key without a limit. */
export const IDLE_RULE: Readonly<Record<ScreenName, IdleRule>> = {
  attract: NEVER,
  films: BROWSING,
  shows: BROWSING,
  seats: BROWSING,
  types: BROWSING,
  'enter-code': BROWSING,
  collect: BROWSING,
  review: READING,
  // Nothing is begun yet: as long as the seats are kept, the guest may look for a phone or a card.
  'choose-payment': READING,
  'present-code': READING,
  member: READING,
  paying: NEVER,
  // As with the unknown: see `idleRuleOf`.
  confirming: READING,
  printing: NEVER,
  'payment-failed': READING,
  // The guest may leave this one only when the agent says so; see `idleRuleOf`.
  'payment-unknown': READING,
  'print-stopped': READING,
  refunding: READING,
  'hold-expired': { kind: 'return', after: seconds(30) },
  done: { kind: 'return', after: seconds(20) },
};

export function idleRuleOf(session: KioskSession, browse: Browse): IdleRule {
  if ((session.phase === 'payment-unknown' || session.phase === 'confirming') && !session.mayLeave) return NEVER;
  return IDLE_RULE[screenOf(session, browse)];
}
