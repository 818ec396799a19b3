import type { TLSSocket } from 'node:tls';
import { LIMITS } from '#core/base/limits.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { Random, Timers } from '#core/ports/clock.ts';
import type { Log } from '../runtime/log.ts';
import type { Discovery } from './discovery.ts';
import { createPeerDialer, type PeerDialer, type PeerPlace } from './peer-dialer.ts';
import { openPeerLink, type PeerLink } from './peer-link.ts';
import { createPeerListener } from './peer-listener.ts';
import type { SiteKey } from './site-key.ts';
import type { SiteLineHandlers, SiteLines } from './site-lines.ts';

/** The lines of a site over TLS: one connection for every pair of machines, dialled by the one whose name comes first. */
export interface PeerLinesOptions {
  readonly machine: MachineId;
  readonly key: SiteKey;
  /** Where the others reach this machine; 0 takes any free port. */
  readonly listen: PeerPlace;
  readonly peers: readonly ({ readonly machine: MachineId } & PeerPlace)[];
  /** Machines that may be at the other end although their place is not known here; the configured peers are among them. */
  readonly members: readonly MachineId[];
  /** Finds machines that the configuration does not name, each of which holds the site's key. */
  readonly discovery?: (parts: { readonly port: number }) => Discovery;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
}

export interface PeerLines extends SiteLines {
  /** Where this machine listens, once it does. */
  port(): number;
  /** Whether lines may be up at all: the device bench shows with it what a cut cable does. */
  isJoined(): boolean;
  setJoined(isJoined: boolean): void;
}

interface Line {
  readonly link: PeerLink;
  readonly socket: TLSSocket;
}

export function createPeerLines({ machine, key, listen, peers, members, discovery, timers, random, log }: PeerLinesOptions): PeerLines {
  const lines = new Map<MachineId, Line>();
  const dialers = new Map<MachineId, PeerDialer>();
  const lastFault = new Map<string, string>();
  let handlers: SiteLineHandlers | undefined;
  let finding: Discovery | undefined;
  let port = 0;
  let isStopped = false;
  let isJoined = true;

  /** The same trouble is said once, until something else happens. */
  const sayOnce = (who: string, why: string, code: string): void => {
    if (lastFault.get(who) === why) return;
    if (lastFault.size >= LIMITS.site.membersMax * LIMITS.site.strangersMax) lastFault.clear();
    lastFault.set(who, why);
    log.warn({ code, member: who }, why);
  };
  const open = (of: MachineId, socket: TLSSocket): void => {
    if (!isJoined) {
      socket.destroy();
      dialers.get(of)?.ended();
      return;
    }
    // The other end has begun a new one, so this one is dead, whatever our end believes.
    lines.get(of)?.link.cut('it has dialled anew');
    const link = openPeerLink(
      socket,
      (heard) => {
        if (lines.get(of)?.socket !== socket) return;
        dialers.get(of)?.held();
        handlers?.onMessage(of, heard);
      },
      (why) => ended(of, socket, why),
    );
    lines.set(of, { link, socket });
    lastFault.delete(of);
    handlers?.onLine(of, true);
  };
  const ended = (of: MachineId, socket: TLSSocket, why: string | undefined): void => {
    if (lines.get(of)?.socket !== socket) return;
    lines.delete(of);
    if (why !== undefined && !isStopped) sayOnce(of, `The line to ${of} was lost: ${why}.`, 'E-SIT-LINE');
    if (!isStopped) handlers?.onLine(of, false);
    dialers.get(of)?.ended();
  };
  const moved = (to: MachineId, place: PeerPlace): void => {
    if (to <= machine || isStopped) return;
    let dialer = dialers.get(to);
    if (dialer === undefined) {
      if (dialers.size >= LIMITS.site.membersMax) return;
      dialer = createPeerDialer({
        identity: machine,
        key: key.lineBetween(machine, to),
        timers,
        random,
        onLine: (socket) => open(to, socket),
        onFailed: (why) => sayOnce(to, `${to} cannot be reached: ${why.split('\n')[0] ?? ''}`, 'E-SIT-UNREACHABLE'),
      });
      dialers.set(to, dialer);
    }
    dialer.moveTo(place);
  };
  const listener = createPeerListener({
    keyOf: (from) => {
      const isMember = discovery !== undefined || members.includes(from) || peers.some((peer) => peer.machine === from);
      return isMember && from < machine ? key.lineBetween(machine, from) : undefined;
    },
    onLine: open,
    onStranger: (address, why) =>
      sayOnce(address, `Somebody at ${address} did not prove to be a gate of this site: ${why.split('\n')[0] ?? ''}`, 'E-SIT-STRANGER'),
  });

  return {
    port: () => port,
    isJoined: () => isJoined,
    setJoined: (wanted) => {
      isJoined = wanted;
      if (!wanted) for (const { link } of [...lines.values()]) link.cut('the cable was cut');
    },
    start: async (to) => {
      handlers = to;
      port = await listener.listen(listen.host, listen.port);
      for (const peer of peers) moved(peer.machine, peer);
      finding = discovery?.({ port });
      finding?.start((found, place) => {
        handlers?.onFound(found);
        moved(found, place);
      });
    },
    stop: async () => {
      isStopped = true;
      finding?.stop();
      for (const dialer of dialers.values()) dialer.stop();
      for (const { link } of [...lines.values()]) link.cut('this machine stops');
      await listener.close();
    },
    send: (to, message) => lines.get(to)?.link.send(message),
    cut: (of, why) => lines.get(of)?.link.cut(why),
  };
}
