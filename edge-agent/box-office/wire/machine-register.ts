import { LIMITS } from '#core/base/limits.ts';
import type { Instant } from '#core/base/time.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { EventAck, Hello, Presence } from '#core/contract/wire/envelope.ts';
import type { OutboxLane } from '#core/contract/wire/events.ts';
import type { Log } from '../../runtime/log.ts';

/** What the box office's end of the wire remembers of each machine: whether it is there, and what it was last told. Nothing here outlives the process. */
export interface MachineRegister {
  presence(machine: MachineId, presence: Presence, at: Instant): void;
  hello(machine: MachineId, hello: Hello, at: Instant): void;
  /**
   * Remembers an acknowledgement and returns it as it goes out: with every rejection of this epoch and lane that it covers, because an earlier one that named
   * them may have been lost.
   */
  acknowledge(machine: MachineId, ack: EventAck, rejected: EventAck['reject'], at: Instant): EventAck;
  /** The last acknowledgement of each lane, in the epoch that the machine speaks of. */
  acknowledged(machine: MachineId, epoch: string): EventAck[];
  all(): ReadonlyMap<MachineId, MachinePresence>;
}

export interface MachinePresence {
  readonly online: boolean;
  readonly since: Instant;
  /** Names the connection; a last will of an earlier one is recognised by it. */
  readonly session: string;
  readonly software: string | undefined;
}

/** A cinema has tens of machines; beyond this somebody is making names up. */
const MACHINES_MAX = 1_000;

/** Of a machine that has sent events and has not yet said who it is: the box office was started after it. */
const UNKNOWN_SESSION = '';

interface Entry {
  presence: MachinePresence;
  readonly acks: Map<OutboxLane, EventAck>;
}

export function createMachineRegister(log: Log): MachineRegister {
  const entries = new Map<MachineId, Entry>();

  const entryOf = (machine: MachineId, presence: MachinePresence): Entry | undefined => {
    const known = entries.get(machine);
    if (known !== undefined) return known;
    if (entries.size >= MACHINES_MAX) {
      log.warn({ code: 'E-NET-MACHINES', machine, limit: MACHINES_MAX }, 'too many machines: this one is served, but not shown');
      return undefined;
    }
    const made: Entry = { presence, acks: new Map() };
    entries.set(machine, made);
    return made;
  };

  return {
    presence: (machine, { s, sess }, at) => {
      const online = s === 'on';
      const entry = entryOf(machine, { online, since: at, session: sess, software: undefined });
      if (entry === undefined) return;
      const { presence } = entry;
      // The will of a connection that has been replaced says nothing about the new one.
      if (!online && presence.session !== sess && presence.session !== UNKNOWN_SESSION) return;
      if (presence.online !== online || presence.session !== sess) entry.presence = { ...presence, online, since: at, session: sess };
    },
    hello: (machine, { sess, software }, at) => {
      const entry = entryOf(machine, { online: true, since: at, session: sess, software });
      if (entry === undefined) return;
      const isNews = !entry.presence.online || entry.presence.session !== sess;
      entry.presence = { online: true, since: isNews ? at : entry.presence.since, session: sess, software };
    },
    acknowledge: (machine, ack, rejected, at) => {
      const entry = entryOf(machine, { online: true, since: at, session: UNKNOWN_SESSION, software: undefined });
      const before = entry?.acks.get(ack.lane);
      const known = before?.epoch === ack.epoch ? before.reject : [];
      const all = new Map([...known, ...ack.reject, ...rejected].map((each) => [each.seq, each]));
      const answer: EventAck = { ...ack, reject: [...all.values()].sort((a, b) => a.seq - b.seq).slice(-LIMITS.outbox.batchEventsMax) };
      entry?.acks.set(ack.lane, answer);
      return answer;
    },
    acknowledged: (machine, epoch) => [...(entries.get(machine)?.acks.values() ?? [])].filter((ack) => ack.epoch === epoch),
    all: () => new Map([...entries].map(([machine, { presence }]) => [machine, presence])),
  };
}
