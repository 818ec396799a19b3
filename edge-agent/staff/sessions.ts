import { createHash } from 'node:crypto';
import { LIMITS } from '#core/base/limits.ts';
import { type Monotonic, plus } from '#core/base/time.ts';
import type { StaffMember } from '#core/contract/local/usher.ts';
import type { Clock, Random } from '#core/ports/clock.ts';

/** Who is signed in on which phone or tablet. Kept in memory alone: a restart signs everybody out. */
export interface Sessions {
  /** @returns the token of the new session: 128 bits in base64url, handed out this once */
  open(credential: string): string;
  /** Whose session it is now; undefined when it was closed, is too old, or its member has left or has a new PIN. */
  holder(token: string | undefined): StaffMember | undefined;
  close(token: string): void;
  /** Ends them all; answers how many there were. */
  closeAll(): number;
}

export interface SessionParts {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly random: Random;
  readonly holder: (credential: string) => StaffMember | undefined;
}

export function createSessions({ clock, random, holder }: SessionParts): Sessions {
  /** By the hash of the token, so that looking one up tells nothing about the others. In the order in which they were opened. */
  const sessions = new Map<string, { readonly credential: string; readonly until: Monotonic }>();
  return {
    open: (credential) => {
      // The oldest is a phone that lies in a drawer.
      for (const oldest of sessions.keys()) {
        if (sessions.size < LIMITS.staff.sessionsMax) break;
        sessions.delete(oldest);
      }
      const token = Buffer.from(random.bytes(16)).toString('base64url');
      sessions.set(hashOf(token), { credential, until: plus(clock.monotonic(), LIMITS.staff.sessionLife) });
      return token;
    },
    holder: (token) => {
      if (token === undefined) return undefined;
      const session = sessions.get(hashOf(token));
      if (session === undefined) return undefined;
      const member = clock.monotonic() < session.until ? holder(session.credential) : undefined;
      if (member === undefined) sessions.delete(hashOf(token));
      return member;
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
