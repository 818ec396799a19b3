import { createHash } from 'node:crypto';
import { LIMITS } from '#core/base/limits.ts';
import { between, type Duration, type Monotonic, plus } from '#core/base/time.ts';
import type { StaffMember } from '#core/contract/local/usher.ts';
import type { Clock, Random } from '#core/ports/clock.ts';

/** Who is signed in on which page. Kept in memory alone: a restart signs everybody out. */
export interface Sessions {
  /** @returns the token of the new session: 128 bits in base64url, handed out this once */
  open(credential: string): string;
  /** Whose session it is now; undefined when it was closed, is too old, or its member has left or has a new PIN. */
  holder(token: string | undefined): StaffMember | undefined;
  /** Somebody is still there: the session lasts its whole life from now on. A session that has ended stays so. */
  touch(token: string): void;
  /** What is left of it; undefined when it is nobody's. */
  left(token: string | undefined): Duration | undefined;
  close(token: string): void;
  /** Ends them all; answers how many there were. */
  closeAll(): number;
}

export interface SessionParts {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly random: Random;
  readonly holder: (credential: string) => StaffMember | undefined;
  /** A shift when missing. */
  readonly life?: Duration;
}

export function createSessions({ clock, random, holder, life = LIMITS.staff.sessionLife }: SessionParts): Sessions {
  /** By the hash of the token, so that looking one up tells nothing about the others. In the order in which they were opened. */
  const sessions = new Map<string, { readonly credential: string; readonly until: Monotonic }>();
  const holderOf = (token: string | undefined): StaffMember | undefined => {
    if (token === undefined) return undefined;
    const session = sessions.get(hashOf(token));
    if (session === undefined) return undefined;
    const member = clock.monotonic() < session.until ? holder(session.credential) : undefined;
    if (member === undefined) sessions.delete(hashOf(token));
    return member;
  };
  return {
    open: (credential) => {
      // The oldest is a phone that lies in a drawer.
      for (const oldest of sessions.keys()) {
        if (sessions.size < LIMITS.staff.sessionsMax) break;
        sessions.delete(oldest);
      }
      const token = Buffer.from(random.bytes(16)).toString('base64url');
      sessions.set(hashOf(token), { credential, until: plus(clock.monotonic(), life) });
      return token;
    },
    holder: holderOf,
    touch: (token) => {
      const session = sessions.get(hashOf(token));
      if (session === undefined || holderOf(token) === undefined) return;
      sessions.set(hashOf(token), { ...session, until: plus(clock.monotonic(), life) });
    },
    left: (token) => {
      const session = token === undefined ? undefined : sessions.get(hashOf(token));
      return session === undefined || holderOf(token) === undefined ? undefined : between(clock.monotonic(), session.until);
    },
    close: (token) => {
      sessions.delete(hashOf(token));
    },
    closeAll: () => {
      const count = sessions.size;
      sessions.clear();
      return count;
    },
  };
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
