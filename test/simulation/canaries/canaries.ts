import type { Admissions } from '#agent/ledger/admissions.ts';
import { FaultError } from '#core/base/fault.ts';
import { instant } from '#core/base/time.ts';
import type { ShowId, TicketId } from '#core/contract/identifiers.ts';
import type { SiteClaims } from '#core/site/site-claims.ts';
import type { Collaborators } from '../world/collaborators.ts';

/** Planted bugs, each a wrong part in the place of a right one. A net that lets one of them through has a hole. */
export interface Canary {
  readonly name: string;
  readonly bug: string;
  /** Made anew for each world, because a bug may remember. */
  make(): Collaborators;
}

const SECOND = 1_000;

export const CANARIES: readonly Canary[] = [
  { name: 'no-durable-commit', bug: 'A cut takes the commits of the last second with it.', make: noDurableCommit },
  { name: 'open-before-commit', bug: 'The barrier is told to open when a code is read, and written afterwards.', make: openBeforeCommit },
  {
    name: 'history-forgotten',
    bug: 'A restart forgets who is inside.',
    make: () => ({ beforeStart: ({ raw }) => raw.exec('DELETE FROM admission') }),
  },
  { name: 'local-clock', bug: 'The clock on the wall is believed.', make: localClock },
  { name: 'ratchet-clock', bug: 'The latest time that any clock has shown is believed.', make: ratchetClock },
  {
    name: 'clock-forgets',
    bug: 'After a restart the time begins where nothing is known.',
    make: () => ({
      keptTime: (real) => ({ ...real, load: () => undefined }),
      siteClock: (real) => ({ ...real, learnSigned: () => undefined }),
    }),
  },
  {
    name: 'claims-granted',
    bug: 'Every claim is granted at once.',
    make: () => ({ claims: (real) => ({ ...real, claim: (_, answered) => answered({ kind: 'granted' }) }) }),
  },
  {
    name: 'both-win',
    bug: 'Of two gates that claim at the same moment both win.',
    make: () => ({
      claims: (real) => ({
        ...real,
        claim: (request, answered) => real.claim(request, (outcome) => answered(outcome.kind === 'taken' ? { kind: 'granted' } : outcome)),
        pending: () => [],
      }),
    }),
  },
  { name: 'reversal-not-told', bug: 'Other gates do not hear that nobody went through.', make: reversalNotTold },
  {
    name: 'merge-by-wall-clock',
    bug: 'Of two copies of an admission the one with the earlier time by the wall clock is thrown away.',
    make: mergeByWallClock,
  },
  {
    name: 'deleted-on-publish',
    bug: 'An event leaves the outbox when the broker has it.',
    make: deletedOnPublish,
  },
  { name: 'signature-not-checked', bug: 'Any signature will do.', make: () => ({ verify: () => () => true }) },
  { name: 'revocation-skipped', bug: 'A ticket that is known keeps the standing in which it was first seen.', make: revocationSkipped },
  {
    name: 'conflict-not-told',
    bug: 'Doubles are found, and nobody is told.',
    make: () => ({ beforeCommit: ({ raw }) => raw.exec('DELETE FROM site_conflict') }),
  },
  {
    name: 'older-snapshot-accepted',
    bug: 'After a restart any data that the box office has ever signed will do.',
    make: () => ({ beforeStart: ({ raw }) => raw.exec('DELETE FROM validity_change; DELETE FROM validity_state') }),
  },
  { name: 'child-alone', bug: 'Nobody looks whether a child comes with somebody.', make: childAlone },
  {
    name: 'escort-has-left',
    bug: 'A grown-up who has left again counts as being inside.',
    make: () => ({ admissions: (real) => ({ ...real, isInside: (ticket) => real.history(ticket).entries > 0 }) }),
  },
  { name: 'claimed-is-inside', bug: 'A grown-up whom another gate is about to let in counts as being inside.', make: claimedIsInside },
  { name: 'step-accepted-twice', bug: 'The changing code of a phone is good as often as it is shown.', make: stepAcceptedTwice },
  {
    name: 'sequence-reused',
    bug: 'After a cut the newest numbers are given again.',
    make: () => ({
      afterEnd: ({ raw }) => raw.exec(`DELETE FROM outbox WHERE lane = 'p0' AND seq = (SELECT max(seq) FROM outbox WHERE lane = 'p0')`),
    }),
  },
];

export function canaryOf(name: string): Collaborators {
  const canary = CANARIES.find((each) => each.name === name);
  if (canary === undefined) throw new RangeError(`there is no canary ${name}`);
  return canary.make();
}

function noDurableCommit(): Collaborators {
  const images = new Map<object, { readonly at: number; readonly image: Buffer }>();
  return {
    afterCommit: (disk, now) => {
      const last = images.get(disk);
      if (last === undefined || now - last.at >= SECOND) images.set(disk, { at: now, image: disk.image() });
    },
    afterEnd: (disk) => {
      const last = images.get(disk);
      if (last !== undefined) disk.restore(last.image);
    },
  };
}

function openBeforeCommit(): Collaborators {
  let scans = 0;
  return {
    onPresented: (gate, { clock }) => {
      scans++;
      void gate.release({
        reason: { kind: 'admission', id: String(scans).padStart(26, '0') },
        pulse: 700 as Parameters<typeof gate.release>[0]['pulse'],
        deadline: (clock.monotonic() + SECOND) as ReturnType<typeof clock.monotonic>,
      });
    },
  };
}

function deletedOnPublish(): Collaborators {
  return {
    outbox: (real) => ({
      ...real,
      read: (lane, from, limits) => {
        const batch = real.read(lane, from, limits);
        try {
          real.record(lane, batch.to, [], instant(0));
        } catch (cause) {
          if (!(cause instanceof FaultError)) throw cause;
        }
        return batch;
      },
    }),
  };
}

function localClock(): Collaborators {
  return {
    siteClock: (real, { clock }) => ({ ...real, now: () => ({ earliest: clock.wall(), latest: clock.wall(), now: clock.wall() }) }),
  };
}

function ratchetClock(): Collaborators {
  const latest = new Map<string, number>();
  return {
    siteClock: (real, { clock, machine }) => ({
      ...real,
      now: () => {
        const known = instant(Math.max(latest.get(machine) ?? 0, clock.wall(), real.now().earliest));
        latest.set(machine, known);
        return { earliest: known, latest: known, now: known };
      },
    }),
  };
}

function reversalNotTold(): Collaborators {
  return {
    lines: (real) => ({
      ...real,
      send: (to, message) => {
        const rows = message.t === 'rows' ? message.rows.filter(({ outcome }) => outcome !== 'not-passed' && outcome !== 'release-failed') : [];
        real.send(to, message.t === 'rows' ? { ...message, rows } : message);
      },
    }),
  };
}

function mergeByWallClock(): Collaborators {
  const newest = new Map<string, number>();
  return {
    lines: (real, { machine, clock }) => ({
      ...real,
      start: (handlers) =>
        real.start({
          ...handlers,
          onMessage: (from, heard) => {
            const { message } = heard;
            if (message.t !== 'rows') return handlers.onMessage(from, heard);
            const rows = message.rows.filter(({ ticketId, at }) => at >= (newest.get(`${machine}/${ticketId}`) ?? 0));
            for (const { ticketId } of message.rows) newest.set(`${machine}/${ticketId}`, clock.wall());
            handlers.onMessage(from, { message: { ...message, rows } });
          },
        }),
    }),
  };
}

function revocationSkipped(): Collaborators {
  const first = new Map<string, ReturnType<Parameters<NonNullable<Collaborators['validity']>>[0]['ticket']>>();
  return {
    validity: (real, { machine }) => ({
      ...real,
      ticket: (id: TicketId) => {
        const found = real.ticket(id);
        const key = `${machine}/${id}`;
        if (!first.has(key) && found !== undefined) first.set(key, { ...found, standing: 'valid' });
        return first.get(key) ?? found;
      },
      show: (id: ShowId) => real.show(id),
    }),
  };
}

function childAlone(): Collaborators {
  return {
    validity: (real) => ({
      ...real,
      show: (id: ShowId) => {
        const show = real.show(id);
        return show && { ...show, escortChildren: false };
      },
    }),
  };
}

function claimedIsInside(): Collaborators {
  const claimsOf = new Map<Admissions, SiteClaims>();
  return {
    admissions: (real) => {
      const wrong: Admissions = {
        ...real,
        isInside: (ticket) => {
          const { entries, exits } = real.history(ticket, claimsOf.get(wrong)?.pending(ticket));
          return entries > exits;
        },
      };
      return wrong;
    },
    claims: (real, { admissions }) => {
      claimsOf.set(admissions(), real);
      return real;
    },
  };
}

function stepAcceptedTwice(): Collaborators {
  return {
    admissions: (real) => ({
      ...real,
      history: (ticket, pending) => {
        const { lastStep: _, ...history } = real.history(ticket, pending);
        return history;
      },
    }),
  };
}
