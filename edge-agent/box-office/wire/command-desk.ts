import { LIMITS } from '#core/base/limits.ts';
import type { Instant } from '#core/base/time.ts';
import type { Signed } from '#core/contract/box-office/validity.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { Command } from '#core/contract/wire/command.ts';
import type { WireEvent } from '#core/contract/wire/events.ts';
import type { SignedCommand } from './sign-command.ts';

/**
 * The commands of this start of the box office, and what the machines have said of them. One that was not taken goes out again whenever its machine greets,
 * until it expires; the machine drops copies. Commands live for minutes and are asked for by a person who waits, so none is kept beyond the process.
 */
export interface CommandDesk {
  add(issued: SignedCommand): void;
  /** What the machine has not said anything of, and could still do. */
  open(machine: MachineId, now: Instant): readonly Signed[];
  /** An event of the machine, which may be about one of its commands. */
  heard(machine: MachineId, event: WireEvent): void;
  all(): readonly CommandProgress[];
}

export interface CommandProgress {
  readonly command: Command;
  /** `sent` until the machine says something. */
  readonly state: 'sent' | MachineWord;
  readonly detail: string | undefined;
  /** What the machine has said, each once and in its order. */
  readonly stages: readonly { readonly state: MachineWord; readonly at: string; readonly detail: string | undefined }[];
}

type MachineWord = Extract<WireEvent, { t: 'command' }>['d']['state'];

export function createCommandDesk(): CommandDesk {
  const entries = new Map<string, { readonly issued: SignedCommand; progress: CommandProgress }>();
  return {
    add: (issued) => {
      entries.set(issued.command.id, { issued, progress: { command: issued.command, state: 'sent', detail: undefined, stages: [] } });
      for (const oldest of entries.keys()) {
        if (entries.size <= LIMITS.uplink.commandsKept) break;
        entries.delete(oldest);
      }
    },
    open: (machine, now) =>
      [...entries.values()]
        .filter(({ progress: { state, command } }) => state === 'sent' && command.dev === machine && Date.parse(command.expiresAt) > now)
        .map(({ issued }) => issued.signed),
    heard: (machine, event) => {
      if (event.t !== 'command' || event.d.id === undefined) return;
      const entry = entries.get(event.d.id);
      if (entry === undefined || entry.progress.command.dev !== machine) return;
      const { state } = event.d;
      const { stages } = entry.progress;
      // A batch that came again: a command that has succeeded is not taken once more.
      if (stages.some((each) => each.state === state)) return;
      const detail = event.d.refusal ?? event.d.detail;
      entry.progress = { ...entry.progress, state, detail, stages: [...stages, { state, at: event.at, detail }] };
    },
    all: () => [...entries.values()].map(({ progress }) => progress),
  };
}
