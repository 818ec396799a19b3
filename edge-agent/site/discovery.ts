import { createHmac, timingSafeEqual } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { z } from 'zod';
import { toHex } from '#core/base/bytes.ts';
import { LIMITS } from '#core/base/limits.ts';
import { MachineId, SiteId } from '#core/contract/identifiers.ts';
import { readMustIgnore } from '#core/contract/must-ignore.ts';
import type { Random, Timer, Timers } from '#core/ports/clock.ts';
import type { Log } from '../runtime/log.ts';
import type { PeerPlace } from './peer-dialer.ts';

/**
 * Machines of a site find each other by datagrams to a multicast group, each with a proof that its sender holds the site's key. A beacon only says where a
 * machine listens; who is there is proven anew by the line. An old beacon that is sent again can at worst point at the wrong place for a while.
 */
export interface Discovery {
  start(onFound: (machine: MachineId, place: PeerPlace) => void): void;
  stop(): void;
}

export interface DiscoveryOptions {
  readonly machine: MachineId;
  readonly site: SiteId;
  readonly key: Buffer;
  /** Where this machine listens for lines. */
  readonly port: number;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** Another group, or only one of the machine's addresses. */
  readonly group?: { readonly address: string; readonly port: number; readonly interface?: string };
}

/** Of the organisation-local scope (RFC 2365, 6.2), which routers do not pass on by themselves. */
const GROUP = { address: '239.192.70.89', port: 7_071 };

const Beacon = z.strictObject({
  site: SiteId,
  machine: MachineId,
  port: z.int().min(1).max(65_535),
  /** Names the sender's start; `n` counts its beacons. */
  boot: z.string().regex(/^[0-9a-f]{16}$/),
  n: z.int().min(0),
});
type Beacon = z.infer<typeof Beacon>;

const MAC_BYTES = 32;

/** HMAC-SHA-256 (RFC 2104) of the text, then the text itself. */
export function sealBeacon(key: Buffer, beacon: Beacon): Buffer {
  const text = Buffer.from(JSON.stringify(beacon));
  return Buffer.concat([createHmac('sha256', key).update(text).digest(), text]);
}

export function openBeacon(key: Buffer, datagram: Buffer): Beacon | undefined {
  if (datagram.length <= MAC_BYTES || datagram.length > LIMITS.site.beaconBytesMax) return undefined;
  const text = datagram.subarray(MAC_BYTES);
  if (!timingSafeEqual(createHmac('sha256', key).update(text).digest(), datagram.subarray(0, MAC_BYTES))) return undefined;
  const read = readMustIgnore(Beacon, jsonOf(text.toString('utf8')));
  return read.success ? read.data : undefined;
}

/** Undefined, which is no beacon, when the text is not JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function createDiscovery({ machine, site, key, port, timers, random, log, group = GROUP }: DiscoveryOptions): Discovery {
  const boot = toHex(random.bytes(8));
  const newest = new Map<MachineId, Beacon>();
  let sent = 0;
  let socket: Socket | undefined;
  let timer: Timer | undefined;

  const isFresh = (beacon: Beacon): boolean => {
    const before = newest.get(beacon.machine);
    if (before === undefined) return newest.size < LIMITS.site.membersMax;
    return before.boot !== beacon.boot || beacon.n > before.n;
  };
  // Without multicast the configured peers remain; the lines say who is missing.
  const cannotFind = (cause: unknown): void => {
    log.warn({ code: 'E-SIT-DISCOVERY' }, `Gates cannot be found by themselves: ${cause instanceof Error ? cause.message : String(cause)}.`);
  };
  const join = (opened: Socket): void => {
    const through = 'interface' in group ? group.interface : undefined;
    try {
      opened.addMembership(group.address, through);
      if (through !== undefined) opened.setMulticastInterface(through);
      opened.setMulticastLoopback(true);
    } catch (cause) {
      // A machine without a network card of that kind.
      cannotFind(cause);
    }
  };
  const send = (): void => {
    socket?.send(sealBeacon(key, { site, machine, port, boot, n: sent++ }), group.port, group.address);
    timer = timers.after(LIMITS.site.beaconEvery, send);
  };

  return {
    start: (onFound) => {
      const opened = createSocket({ type: 'udp4', reuseAddr: true });
      socket = opened;
      opened.on('error', cannotFind);
      opened.on('message', (datagram, { address }) => {
        const beacon = openBeacon(key, datagram);
        if (beacon === undefined || beacon.site !== site || beacon.machine === machine || !isFresh(beacon)) return;
        newest.set(beacon.machine, beacon);
        onFound(beacon.machine, { host: address, port: beacon.port });
      });
      opened.bind(group.port, () => {
        if (socket !== opened) return;
        join(opened);
        send();
      });
    },
    stop: () => {
      timer?.cancel();
      socket?.close();
      socket = undefined;
    },
  };
}
