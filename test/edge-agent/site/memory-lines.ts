import { readSiteMessage } from '#agent/site/heard-message.ts';
import type { SiteLineHandlers, SiteLines } from '#agent/site/site-lines.ts';
import { assert } from '#core/base/fault.ts';
import type { Duration } from '#core/base/time.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { Timers } from '#core/ports/clock.ts';

/** The network of a site in memory: every message takes the same time, lines can be cut and joined, and a machine can fall silent without a word. */
export interface MemorySite {
  lines(machine: MachineId): SiteLines;
  cut(one: MachineId, other: MachineId): void;
  join(one: MachineId, other: MachineId): void;
  /** Takes everything and answers nothing. */
  silence(machine: MachineId, isSilent: boolean): void;
  /** What of this machine's messages arrives, as if another build had said it. */
  alter(machine: MachineId, said: (message: Record<string, unknown>) => unknown): void;
  /** Says something that no machine of this build says. */
  say(from: MachineId, to: MachineId, message: unknown): void;
  /** Why lines were cut by a machine itself. */
  readonly cuts: string[];
  sent(): number;
}

export function createMemorySite(timers: Timers, delay: Duration): MemorySite {
  const ends = new Map<MachineId, SiteLineHandlers>();
  const apart = new Set<string>();
  const up = new Set<string>();
  const silent = new Set<MachineId>();
  const altered = new Map<MachineId, (message: Record<string, unknown>) => unknown>();
  const cuts: string[] = [];
  let sent = 0;
  let line = 0;
  const pair = (one: MachineId, other: MachineId): string => (one < other ? `${one} ${other}` : `${other} ${one}`);
  const raise = (one: MachineId, other: MachineId): void => {
    const key = pair(one, other);
    if (up.has(key) || apart.has(key) || !ends.has(one) || !ends.has(other)) return;
    up.add(key);
    line += 1;
    ends.get(one)?.onLine(other, true);
    ends.get(other)?.onLine(one, true);
  };
  const lower = (one: MachineId, other: MachineId): void => {
    if (!up.delete(pair(one, other))) return;
    line += 1;
    ends.get(one)?.onLine(other, false);
    ends.get(other)?.onLine(one, false);
  };
  const hear = (from: MachineId, to: MachineId, message: unknown): void => {
    const read = readSiteMessage(message);
    assert(read.ok, `what a member sends is in the protocol: ${read.ok ? '' : read.error}`);
    ends.get(to)?.onMessage(from, read.value);
  };
  return {
    cuts,
    sent: () => sent,
    lines: (machine) => ({
      start: async (handlers) => {
        ends.set(machine, handlers);
        for (const other of [...ends.keys()]) if (other !== machine) raise(machine, other);
      },
      stop: async () => {
        for (const other of [...ends.keys()]) if (other !== machine) lower(machine, other);
        ends.delete(machine);
      },
      send: (to, message) => {
        const key = pair(machine, to);
        if (!up.has(key) || silent.has(machine)) return;
        sent += 1;
        const of = line;
        const text = JSON.stringify(message);
        timers.after(delay, () => {
          if (!up.has(key) || of > line) return;
          const message: Record<string, unknown> = JSON.parse(text);
          hear(machine, to, altered.get(machine)?.(message) ?? message);
        });
      },
      cut: (other, why) => {
        cuts.push(`${machine} cut ${other}: ${why}`);
        lower(machine, other);
        timers.after(delay, () => raise(machine, other));
      },
    }),
    cut: (one, other) => {
      apart.add(pair(one, other));
      lower(one, other);
    },
    join: (one, other) => {
      apart.delete(pair(one, other));
      raise(one, other);
    },
    alter: (machine, said) => void altered.set(machine, said),
    say: hear,
    silence: (machine, isSilent) => {
      if (isSilent) silent.add(machine);
      else silent.delete(machine);
    },
  };
}
