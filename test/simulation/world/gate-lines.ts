import { type HeardMessage, readSiteMessage } from '#agent/site/heard-message.ts';
import type { SiteLineHandlers, SiteLines } from '#agent/site/site-lines.ts';
import { assert } from '#core/base/fault.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { SiteMessage } from '#core/contract/wire/site.ts';
import type { Life } from '../kernel/life.ts';
import type { Network } from '../kernel/network.ts';
import type { Prng } from '../kernel/prng.ts';
import type { Timeline } from '../kernel/timeline.ts';

/**
 * The lines between the gates of a world: streams that are in order and whole while they are up. A line whose way was cut is dead from then on; its ends do not
 * hear of it unless they ask, as with a cable that was pulled out.
 */
export interface GateLines {
  portOf(life: Life): SiteLines;
  /** A program has ended; its machine says so to the other ends unless it went down as well. */
  ended(life: Life, isOff: boolean): void;
}

interface End {
  readonly life: Life;
  readonly handlers: SiteLineHandlers;
  /** The line to each other machine, as this end sees it. */
  readonly lines: Map<string, Line>;
}

interface Line {
  isBroken: boolean;
}

const CONNECTS_MS = [20, 300] as const;
const AGAIN_MS = [250, 5_000] as const;
/** One in so many messages is read through the product's own door, as a later build would have said it. */
const PARSED_EVERY = 41;
/** Of the pings of a line in order that say nothing new only one in so many is carried; the line answers the others, and saves a world two thirds of its events. */
const CARRIED_EVERY = 40;

export function createGateLines(timeline: Timeline, network: Network, chance: Prng): GateLines {
  const ends = new Map<string, End>();
  let sent = 0;

  const isOpen = (one: string, other: string): boolean => network.isOpen(one, other) && network.isOpen(other, one);
  const isHere = (end: End): boolean => !end.life.isOver && ends.get(end.life.machine) === end;

  const lower = (end: End, peer: string, line: Line): void => {
    line.isBroken = true;
    if (!isHere(end) || end.lines.get(peer) !== line) return;
    end.lines.delete(peer);
    end.handlers.onLine(peer as MachineId, false);
    seek(end, peer, AGAIN_MS);
  };
  /** The other end of a closed line hears of it when a reset gets through. */
  const reset = (from: string, peer: string, line: Line): void => {
    const other = ends.get(peer);
    if (other === undefined) return;
    network.stream(from, peer, `reset ${from} ${peer}`, () => lower(other, from, line));
  };
  const raise = (end: End, peer: string, line: Line): void => {
    const before = end.lines.get(peer);
    if (before !== undefined) {
      before.isBroken = true;
      end.lines.delete(peer);
      end.handlers.onLine(peer as MachineId, false);
    }
    end.lines.set(peer, line);
    end.handlers.onLine(peer as MachineId, true);
  };
  /** Of two machines the one that is first by name calls the other. */
  const seek = (end: End, peer: string, wait: readonly [number, number]): void => {
    if (end.life.machine > peer) return;
    timeline.at(timeline.now() + chance.between(...wait), `${end.life.machine} seeks ${peer}`, () => {
      if (!isHere(end) || end.lines.has(peer)) return;
      const other = ends.get(peer);
      if (other === undefined || !isHere(other) || !isOpen(end.life.machine, peer)) return seek(end, peer, AGAIN_MS);
      const line: Line = { isBroken: false };
      network.stream(end.life.machine, peer, `line ${end.life.machine} ${peer}`, () => {
        if (isHere(other) && !line.isBroken) raise(other, end.life.machine, line);
      });
      raise(end, peer, line);
    });
  };

  const carry = (end: End, to: string, message: SiteMessage): void => {
    const { machine } = end.life;
    const line = end.lines.get(to);
    if (line === undefined || line.isBroken) return;
    if (!network.isOpen(machine, to)) {
      line.isBroken = true;
      return;
    }
    if (
      message.t === 'ping' &&
      message.vector.length === 0 &&
      message.k % CARRIED_EVERY !== 0 &&
      isOpen(machine, to) &&
      ends.get(to)?.lines.get(machine) === line
    ) {
      end.handlers.onMessage(to as MachineId, { message: { t: 'pong', k: message.k } });
      return;
    }
    const arrives = sent++ % PARSED_EVERY === 0 ? throughTheDoor(message) : { message };
    network.stream(machine, to, `${message.t} ${machine} ${to}`, () => {
      const other = ends.get(to);
      if (other !== undefined && isHere(other) && other.lines.get(machine) === line && !line.isBroken)
        other.handlers.onMessage(machine as MachineId, arrives);
    });
  };

  return {
    ended: (life, isOff) => {
      const end = ends.get(life.machine);
      if (end === undefined || end.life !== life) return;
      ends.delete(life.machine);
      for (const [peer, line] of end.lines) {
        line.isBroken = true;
        if (!isOff) reset(life.machine, peer, line);
      }
    },
    portOf: (life) => {
      let mine: End | undefined;
      return {
        start: async (handlers) => {
          const end: End = { life, handlers, lines: new Map() };
          mine = end;
          ends.set(life.machine, end);
          for (const other of ends.values()) {
            if (other === end) continue;
            seek(end, other.life.machine, CONNECTS_MS);
            if (isHere(other) && !other.lines.has(life.machine)) seek(other, life.machine, CONNECTS_MS);
          }
        },
        stop: async () => {
          ends.delete(life.machine);
        },
        send: (to, message) => {
          if (mine !== undefined && isHere(mine)) carry(mine, to, message);
        },
        cut: (machine) => {
          const end = mine;
          const line = end?.lines.get(machine);
          if (end === undefined || line === undefined || !isHere(end)) return;
          line.isBroken = true;
          reset(life.machine, machine, line);
          timeline.at(timeline.now(), 'a line is cut', () => lower(end, machine, line));
        },
      };
    },
  };
}

function throughTheDoor(message: SiteMessage): HeardMessage {
  const heard = readSiteMessage({ ...JSON.parse(JSON.stringify(message)), later: { at: 1 } });
  assert(heard.ok, `what a gate says is in the protocol: ${heard.ok ? '' : heard.error}`);
  return heard.value;
}
