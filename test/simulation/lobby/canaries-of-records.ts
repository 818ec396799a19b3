import { FaultError } from '#core/base/fault.ts';
import { instant, toIso } from '#core/base/time.ts';
import type { EventBatch } from '#core/contract/wire/envelope.ts';
import type { PrintOutcome } from '#core/ports/ticket-printer.ts';
import type { LobbyCanary } from './canaries.ts';
import type { LobbyCollaborators } from './collaborators.ts';
import { storeWith } from './wrong-store.ts';

/** Wrong parts where journals, paper and the wire are kept. */
export const recordCanaries: readonly LobbyCanary[] = [
  { name: 'sells-without-room', bug: 'A disk that is nearly full stops nobody from buying.', make: () => ({ pressure: () => () => 'ample' }) },
  { name: 'print-before-journal', bug: 'A ticket is printed, and then written down as begun.', make: printBeforeJournal },
  {
    name: 'reprint-after-restart',
    bug: 'After a restart what was in the printer counts as not printed.',
    make: () => ({ beforeStart: ({ raw }) => raw.exec(`UPDATE print_job SET state = 'not-printed' WHERE state = 'started' AND settled = 0`) }),
  },
  {
    name: 'trusts-an-old-disk',
    bug: 'After the machine was off, what its disk says was never begun counts as not printed.',
    make: () => ({ machineBoot: () => 'always the same' }),
  },
  {
    name: 'doubt-is-printed',
    bug: 'What may be on paper is called printed.',
    make: () => printerThatSays({ kind: 'printed', evidence: 'cut-confirmed' }),
  },
  {
    name: 'doubt-is-unprinted',
    bug: 'What may be on paper is called not printed.',
    make: () => printerThatSays({ kind: 'not-printed', fault: { code: 'E-PRN-SILENT', owner: 'device', message: 'The printer said nothing.' } }),
  },
  {
    name: 'sales-forgotten',
    bug: 'A restart forgets sales that are not at their end.',
    make: () => ({ beforeStart: ({ raw }) => raw.exec(`DELETE FROM sale WHERE stage <> 'ended'`) }),
  },
  { name: 'lobby-deleted-on-send', bug: 'An event leaves the outbox when it is sent.', make: deletedOnSend },
  { name: 'ack-by-puback', bug: 'What the broker has taken counts as kept by the box office.', make: ackByPuback },
  { name: 'ack-before-commit', bug: 'The box office acknowledges what it has not committed.', make: ackBeforeCommit },
  { name: 'watermark-apart', bug: 'How far a lane has come is committed before what came.', make: watermarkApart },
];

function printBeforeJournal(): LobbyCollaborators {
  return {
    printer: (real) => ({
      ...real,
      print: async (job) => {
        const outcome = await real.print({ ...job, beforeFirstByte: () => undefined });
        try {
          job.beforeFirstByte();
        } catch (cause) {
          if (!(cause instanceof FaultError)) throw cause;
        }
        return outcome;
      },
    }),
  };
}

function printerThatSays(said: PrintOutcome): LobbyCollaborators {
  return {
    printer: (real) => ({
      ...real,
      print: async (job) => {
        const outcome = await real.print(job);
        return outcome.kind === 'uncertain' ? said : outcome;
      },
    }),
  };
}

function deletedOnSend(): LobbyCollaborators {
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

const lastOf = ({ from, ev }: Pick<EventBatch, 'from' | 'ev'>): number => from + ev.length - 1;

function ackByPuback(): LobbyCollaborators {
  return {
    line: (real, acknowledged) => ({
      ...real,
      publish: async (lane, payload) => {
        await real.publish(lane, payload);
        const batch: EventBatch = JSON.parse(Buffer.from(payload).toString('utf8'));
        acknowledged({ v: 1, lane, epoch: batch.epoch, through: lastOf(batch), reject: [], at: toIso(instant(0)) });
      },
    }),
  };
}

function ackBeforeCommit(): LobbyCollaborators {
  return {
    receive: (real) => async (machine, batch) => {
      const kept = real(machine, batch);
      kept.catch((cause: unknown) => {
        if (!(cause instanceof FaultError)) throw cause;
      });
      return { v: 1, lane: batch.lane, epoch: batch.epoch, through: lastOf(batch), reject: [], at: toIso(instant(0)) };
    },
  };
}

function watermarkApart(): LobbyCollaborators {
  let before: number | undefined;
  return {
    receive: (real, store) => async (machine, batch) => {
      const lane = { dev: machine, epoch: batch.epoch, lane: batch.lane };
      const through = await store.transaction(async ({ events }) => {
        const reached = await events.through(lane);
        if (batch.from <= reached + 1) await events.setThrough(lane, Math.max(reached, lastOf(batch)));
        return reached;
      });
      before = through;
      return real(machine, batch);
    },
    store: (real) =>
      storeWith(real, ({ events }) => ({
        events: {
          ...events,
          through: async (lane) => {
            const reached = before ?? (await events.through(lane));
            before = undefined;
            return reached;
          },
        },
      })),
  };
}
