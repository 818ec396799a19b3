import { assert, type Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { type Duration, type Monotonic, milliseconds, plus } from '#core/base/time.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';
import type { LinkCounters } from '#core/ports/health.ts';
import type { Link, LinkEvents, Transport } from '#core/ports/link.ts';
import type { OsdpCommand } from './frame.ts';
import { createLineMember, type LineMember } from './line-member.ts';
import { createLineTurns } from './line-turns.ts';
import { offlineFault } from './osdp-faults.ts';
import type { OrderOutcome, PdEvent, PdSettings } from './session.ts';

/**
 * The one master of an RS-485 line, for all devices on it. The line is opened when the first device is wanted and closed with the last; each device has one
 * session, whatever it is used as.
 */
export interface OsdpLine {
  /** A device on this line; its uses (reader, barrier, light) are drivers of their own over one session. Asked twice, it is the same device. */
  pd(settings: PdSettings): OsdpPd;
}

export interface OsdpPd {
  readonly address: number;
  readonly isInstalling: boolean;
  /** Joins the session, making it when nobody has yet. The link carries no writes: a device is spoken to by orders, when it is its turn. */
  readonly transport: Transport;
  /** @param deadline nothing is written after it */
  order(command: OsdpCommand, deadline?: Monotonic): Promise<OrderOutcome>;
  /** An order may be wanted in so long: the line is free for it then, if a poll can wait. */
  expectRelease(within: Duration): void;
  /** Adds a listener; returns what takes it away. One that comes late is told at once that the device is online. */
  listen(listener: (event: PdEvent) => void): () => void;
  counters(): LinkCounters;
}

export interface OsdpLineOptions {
  readonly transport: Transport;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly timers: Timers;
  readonly random: Pick<Random, 'bytes'>;
  /** Before each opening, with the line free: devices that are to be moved to their address. Gives what stands in the way, by address. */
  readonly prepare?: () => Promise<ReadonlyMap<number, Fault>>;
}

const NOW: Duration = milliseconds(0);

export function createOsdpLine({ transport, clock, timers, random, prepare }: OsdpLineOptions): OsdpLine {
  const members = new Map<number, LineMember>();
  let opening: Promise<Result<Link, Fault>> | undefined;
  let hindered: ReadonlyMap<number, Fault> = new Map();
  const wanted = (): LineMember[] => [...members.values()].filter(({ users }) => users.size > 0);

  const turns = createLineTurns({
    clock,
    timers,
    nonce: () => random.bytes(8),
    wanted,
    onOffline: (member, reason) => dismiss(member, offlineFault(reason, member.settings.address)),
  });

  /** The device's users lose their link; the device manager makes the next one. */
  const dismiss = (member: LineMember, fault: Fault | undefined): void => {
    const users = [...member.users];
    member.users.clear();
    turns.forget(member);
    member.give({ kind: 'stop' });
    for (const user of users) user.closed(fault);
    if (wanted().length === 0) void hangUp();
  };

  const hangUp = async (): Promise<void> => {
    const last = opening;
    opening = undefined;
    turns.stop();
    const opened = await last;
    if (opened?.ok) await opened.value.close();
  };

  const open = async (): Promise<Result<Link, Fault>> => {
    if (prepare !== undefined) hindered = await prepare();
    const opened = await transport.open({
      bytes: turns.bytes,
      closed: (fault) => {
        opening = undefined;
        turns.stop();
        for (const member of wanted()) dismiss(member, fault);
      },
    });
    if (opened.ok) turns.start((bytes) => opened.value.write(bytes));
    else opening = undefined;
    return opened;
  };

  const join = async (member: LineMember, events: LinkEvents): Promise<Result<Link, Fault>> => {
    member.users.add(events);
    opening ??= open();
    const opened = await opening;
    const hindrance = hindered.get(member.settings.address);
    if (!opened.ok || hindrance !== undefined || !member.users.has(events)) {
      member.users.delete(events);
      if (wanted().length === 0) void hangUp();
      return opened.ok ? err(hindrance ?? closedFault(transport.place)) : opened;
    }
    if (member.phase() === 'absent') turns.due(member, NOW);
    return ok({
      get isOpen() {
        return member.users.has(events);
      },
      write: async () => err(closedFault(transport.place)),
      close: async () => {
        if (!member.users.delete(events)) return;
        events.closed(undefined);
        if (member.users.size === 0) dismiss(member, undefined);
      },
    });
  };

  const pdOf = (member: LineMember): OsdpPd => ({
    address: member.settings.address,
    isInstalling: member.settings.isInstalling,
    transport: { place: `${transport.place}, device ${member.settings.address}`, open: (events) => join(member, events) },
    order: (command, deadline) => {
      const outcome = member.order(command, deadline);
      if (member.hasOrders()) turns.due(member, NOW);
      return outcome;
    },
    expectRelease: turns.expectRelease,
    listen: member.listen,
    counters: () => ({ ...member.counted }),
  });

  return {
    pd: (settings) => {
      const { address } = settings;
      const member = members.get(address) ?? createLineMember(settings, plus(clock.monotonic(), NOW));
      members.set(address, member);
      assert(members.size <= LIMITS.osdp.devicesMax, `a line has at most ${LIMITS.osdp.devicesMax} devices`);
      return pdOf(member);
    },
  };
}

const closedFault = (place: string): Fault => ({
  code: 'E-LNK-CLOSED',
  owner: 'device',
  message: `${place} is closed, or spoken to by orders alone`,
});
