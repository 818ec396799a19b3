import { LIMITS } from '#core/base/limits.ts';
import { type Instant, plus } from '#core/base/time.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { EventAck, HealthDocument, Hello, Presence, Telemetry } from '#core/contract/wire/envelope.ts';
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
  /** The answer to a hello from what the store holds: with the rejections that it covers, and the word that the machine's name is borne by two. */
  greeted(machine: MachineId, ack: EventAck): EventAck;
  health(machine: MachineId, document: HealthDocument): void;
  telemetry(machine: MachineId, telemetry: Telemetry): void;
  all(): ReadonlyMap<MachineId, MachinePresence>;
}

export interface MachinePresence {
  readonly online: boolean;
  readonly since: Instant;
  /** Names the connection; a last will of an earlier one is recognised by it. */
  readonly session: string;
  readonly software: string | undefined;
  /** It went because it was stopped, and said so. */
  readonly stopped: boolean;
  /** Another machine speaks under this name. */
  readonly doubled: boolean;
  readonly health: HealthDocument | undefined;
  readonly telemetry: TelemetryState | undefined;
}

export interface TelemetryState {
  readonly received: number;
  /** Dropped by the machine's ring, as it says, since it was first heard of in this epoch. */
  readonly dropped: number;
  /** Numbers that never came and that the machine did not drop: lost on the wire. */
  readonly missing: number;
  readonly newest: Telemetry['ev'][number] | undefined;
}

/** A cinema has tens of machines; beyond this somebody is making names up. */
const MACHINES_MAX = 1_000;
const BOOTS_REMEMBERED = 16;

/** Of a machine that has sent events and has not yet said who it is: the box office was started after it. */
const UNKNOWN_SESSION = '';

const STRANGER = { software: undefined, stopped: false, doubled: false, health: undefined, telemetry: undefined } as const;

interface Entry {
  presence: MachinePresence;
  boot: string | undefined;
  /** Starts of the machine that another start has followed: one of them that speaks again is a second machine. */
  readonly pastBoots: string[];
  doubledUntil: Instant | undefined;
  heard: { readonly epoch: string; readonly next: number; readonly lost: number } | undefined;
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
    const made: Entry = { presence, boot: undefined, pastBoots: [], doubledUntil: undefined, heard: undefined, acks: new Map() };
    entries.set(machine, made);
    return made;
  };

  return {
    presence: (machine, { s, sess, why }, at) => {
      const online = s === 'on';
      const stopped = why === 'stopped';
      const entry = entryOf(machine, { ...STRANGER, online, since: at, session: sess, stopped });
      if (entry === undefined) return;
      const { presence } = entry;
      // The will of a connection that has been replaced says nothing about the new one.
      if (!online && presence.session !== sess && presence.session !== UNKNOWN_SESSION) return;
      if (presence.online !== online || presence.session !== sess) entry.presence = { ...presence, online, since: at, session: sess, stopped };
    },
    hello: (machine, { sess, software, boot }, at) => {
      const entry = entryOf(machine, { ...STRANGER, online: true, since: at, session: sess, software });
      if (entry === undefined) return;
      const isNews = !entry.presence.online || entry.presence.session !== sess;
      const doubled = isDoubled(entry, boot, at);
      if (doubled && !entry.presence.doubled) log.error({ code: 'E-NET-TWICE', machine }, 'two machines speak under this name');
      entry.presence = {
        ...entry.presence,
        online: true,
        since: isNews ? at : entry.presence.since,
        session: sess,
        software,
        stopped: false,
        doubled,
      };
    },
    acknowledge: (machine, ack, rejected, at) => {
      const entry = entries.get(machine) ?? entryOf(machine, { ...STRANGER, online: true, since: at, session: UNKNOWN_SESSION });
      const before = entry?.acks.get(ack.lane);
      const known = before?.epoch === ack.epoch ? before.reject : [];
      if (known.length + ack.reject.length + rejected.length === 0) {
        entry?.acks.set(ack.lane, ack);
        return ack;
      }
      const all = new Map([...known, ...ack.reject, ...rejected].map((each) => [each.seq, each]));
      const answer: EventAck = { ...ack, reject: [...all.values()].sort((a, b) => a.seq - b.seq).slice(-LIMITS.outbox.batchEventsMax) };
      entry?.acks.set(ack.lane, answer);
      return answer;
    },
    greeted: (machine, ack) => {
      const entry = entries.get(machine);
      const before = entry?.acks.get(ack.lane);
      const reject = before?.epoch === ack.epoch ? before.reject.filter(({ seq }) => seq <= ack.through) : [];
      return { ...ack, reject, ...(entry?.presence.doubled === true ? { twin: true as const } : {}) };
    },
    health: (machine, document) => {
      const entry = entries.get(machine);
      if (entry !== undefined) entry.presence = { ...entry.presence, health: document };
    },
    telemetry: (machine, { epoch, from, lost, ev }) => {
      const entry = entries.get(machine);
      if (entry === undefined) return;
      const { heard } = entry;
      const before = entry.presence.telemetry ?? { received: 0, dropped: 0, missing: 0, newest: undefined };
      const continues = heard !== undefined && heard.epoch === epoch && from >= heard.next;
      const dropped = continues ? Math.max(0, lost - heard.lost) : 0;
      const missing = continues ? Math.max(0, from - heard.next - dropped) : 0;
      entry.heard = { epoch, next: from + ev.length, lost };
      const state: TelemetryState = {
        received: before.received + ev.length,
        dropped: before.dropped + dropped,
        missing: before.missing + missing,
        newest: ev.at(-1),
      };
      entry.presence = { ...entry.presence, telemetry: state };
    },
    all: () => new Map([...entries].map(([machine, { presence }]) => [machine, presence])),
  };
}

/** A start that another one has followed never speaks again, unless both are running. */
function isDoubled(entry: Entry, boot: string, at: Instant): boolean {
  if (entry.boot !== boot) {
    if (entry.pastBoots.includes(boot)) entry.doubledUntil = plus(at, LIMITS.uplink.doubledShownFor);
    if (entry.boot !== undefined) entry.pastBoots.push(entry.boot);
    if (entry.pastBoots.length > BOOTS_REMEMBERED) entry.pastBoots.shift();
    entry.boot = boot;
  }
  return entry.doubledUntil !== undefined && at < entry.doubledUntil;
}
