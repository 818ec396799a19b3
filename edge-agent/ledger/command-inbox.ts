import { LIMITS } from '#core/base/limits.ts';
import type { Command } from '#core/contract/wire/command.ts';
import type { EventBody } from '#core/contract/wire/events.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Ledger } from './ledger.ts';

/**
 * Commands from the moment in which the broker may forget them. Taking one is a transaction of its own that comes before its effect, so that it has its effect
 * once or, when the machine stops in between, not at all; and what became of it is an event of the same transaction that writes it down.
 */
export interface CommandInbox {
  /** False, and nothing was kept, when too many are waiting. */
  put(payload: Uint8Array, retained: boolean): boolean;
  /** The one that has waited longest. */
  next(): WaitingCommand | undefined;
  /** Whether it has come before; then what became of it has been told. */
  isKnown(id: string): boolean;
  /** The counter of the last command that was taken. */
  counter(): number;
  take(position: number, command: Command): void;
  finish(command: Command, state: 'succeeded' | 'failed', detail: string): void;
  /** @param command when it was at least what it says it is; a machine remembers whom it has refused once */
  refuse(position: number, command: Command | undefined, refusal: CommandRefusal): void;
  drop(position: number): void;
  /** After a start: what was taken and has no end will have none. */
  endInterrupted(): void;
}

export interface WaitingCommand {
  readonly position: number;
  readonly payload: Uint8Array;
  readonly retained: boolean;
}

type CommandRefusal = NonNullable<Extract<EventBody, { t: 'command' }>['d']['refusal']>;

export function createCommandInbox(ledger: Ledger, clock: Clock): CommandInbox {
  const { database } = ledger;
  const statements = {
    count: database.prepare<[], number>('SELECT count(*) FROM command_inbox').pluck(),
    put: database.prepare<[Uint8Array, 0 | 1]>('INSERT INTO command_inbox (payload, retained) VALUES (?, ?)'),
    next: database.prepare<[], { position: number; payload: Uint8Array; retained: 0 | 1 }>(
      'SELECT position, payload, retained FROM command_inbox ORDER BY position LIMIT 1',
    ),
    drop: database.prepare<[number]>('DELETE FROM command_inbox WHERE position = ?'),
    known: database.prepare<[string], number>('SELECT 1 FROM command WHERE id = ?').pluck(),
    counter: database.prepare<[], number>('SELECT n FROM command_counter').pluck(),
    countUp: database.prepare<[number]>('UPDATE command_counter SET n = max(n, ?)'),
    write: database.prepare<[string, number, string, string, number]>(
      'INSERT INTO command (id, n, kind, state, changed) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state, changed = excluded.changed',
    ),
    forget: database.prepare<[number]>(
      "DELETE FROM command WHERE state <> 'taken' AND id NOT IN (SELECT id FROM command ORDER BY changed DESC, id DESC LIMIT +?)",
    ),
    open: database.prepare<[], { id: Command['id']; n: number; kind: Command['kind'] }>("SELECT id, n, kind FROM command WHERE state = 'taken'"),
  };
  const write = (
    { id, n, kind }: Pick<Command, 'id' | 'n' | 'kind'>,
    state: Extract<EventBody, { t: 'command' }>['d']['state'],
    more: object,
  ): void => {
    statements.write.run(id, n, kind, state, clock.wall());
    statements.forget.run(LIMITS.uplink.commandsKept);
    ledger.append({ t: 'command', d: { id, kind, state, ...more } });
  };

  return {
    put: (payload, retained) => {
      if ((statements.count.get() ?? 0) >= LIMITS.uplink.commandsWaitingMax) return false;
      ledger.transaction(() => statements.put.run(payload, retained ? 1 : 0));
      return true;
    },
    next: () => {
      const row = statements.next.get();
      return row === undefined ? undefined : { ...row, retained: row.retained === 1 };
    },
    isKnown: (id) => statements.known.get(id) !== undefined,
    counter: () => statements.counter.get() ?? 0,
    take: (position, command) => {
      ledger.transaction(() => {
        statements.drop.run(position);
        statements.countUp.run(command.n);
        write(command, 'taken', { detail: `by ${command.by}: ${command.reason}`.slice(0, 200) });
      });
    },
    finish: (command, state, detail) => {
      ledger.transaction(() => write(command, state, { detail: detail.slice(0, 200) }));
    },
    refuse: (position, command, refusal) => {
      ledger.transaction(() => {
        statements.drop.run(position);
        if (command !== undefined) write(command, 'refused', { refusal });
      });
    },
    drop: (position) => {
      ledger.transaction(() => statements.drop.run(position));
    },
    endInterrupted: () => {
      const open = statements.open.all();
      if (open.length === 0) return;
      ledger.transaction(() => {
        for (const command of open) write(command, 'interrupted', {});
      });
    },
  };
}
