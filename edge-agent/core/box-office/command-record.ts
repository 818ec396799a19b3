import type { Instant } from '../base/time.ts';
import type { Signed } from '../contract/box-office/validity.ts';
import type { IdempotencyKey } from '../contract/identifiers.ts';
import type { Command } from '../contract/wire/command.ts';
import type { WireEvent } from '../contract/wire/events.ts';

/** A command of a machine as the box office keeps it: signed once, and what its machine has said of it. */
export interface CommandRecord {
  readonly key: IdempotencyKey;
  readonly digest: string;
  readonly command: Command;
  readonly signed: Signed;
  /** Each once and in its order; nothing at first. */
  readonly stages: readonly CommandWord[];
}

export interface CommandWord {
  readonly state: Told['d']['state'];
  readonly at: string;
  readonly detail: string | undefined;
}

type Told = Extract<WireEvent, { t: 'command' }>;

/** The same record when the event says nothing new of it, or comes from another machine. */
export function afterWord(record: CommandRecord, machine: string, { at, d }: Told): CommandRecord {
  const { state } = d;
  // A command that has succeeded is not taken once more.
  if (record.command.dev !== machine || record.stages.some((each) => each.state === state)) return record;
  return { ...record, stages: [...record.stages, { state, at, detail: d.refusal ?? d.detail }] };
}

/** Its machine has said nothing of it, and could still do it. */
export const isOpenCommand = ({ command, stages }: CommandRecord, now: Instant): boolean =>
  stages.length === 0 && Date.parse(command.expiresAt) > now;
