import { ok } from '#core/base/result.ts';
import type { Instant } from '#core/base/time.ts';
import type { Clock } from '#core/ports/clock.ts';
import { type LinkCounters, NO_TRAFFIC } from '#core/ports/health.ts';
import type { Link, Transport } from '#core/ports/link.ts';
import type { LineTrace } from './line-trace.ts';

/** What a device's line has seen since the agent started, over all its connections. */
export interface LinkTally {
  /** The transport itself, watched: every byte that comes in is a sign of life. */
  readonly transport: Transport;
  total(): LinkCounters;
  lastSeen(): Instant | undefined;
  /** A session began; its counters are added to the total for as long as it lives. */
  begin(current: () => LinkCounters): void;
  /** It ended: its last counters stay in the total. */
  end(): void;
  fault(code: string): void;
}

export function createLinkTally(transport: Transport, clock: Clock, trace: LineTrace): LinkTally {
  let past: LinkCounters = NO_TRAFFIC;
  let current: (() => LinkCounters) | undefined;
  let seen: Instant | undefined;
  const total = (): LinkCounters => (current === undefined ? past : sum(past, current()));
  return {
    transport: {
      get place() {
        return transport.place;
      },
      open: async (events) => {
        let isReport = false;
        const opened = await transport.open({
          bytes: (bytes) => {
            seen = clock.wall();
            trace.record('in', bytes, isReport);
            events.bytes(bytes);
          },
          closed: events.closed,
        });
        if (!opened.ok) return opened;
        isReport = opened.value.features !== undefined;
        return ok(traced(opened.value, trace));
      },
    },
    total,
    lastSeen: () => seen,
    begin: (counters) => {
      current = counters;
    },
    end: () => {
      past = total();
      current = undefined;
    },
    fault: (code) => {
      past = { ...past, lastFault: code };
    },
  };
}

/** The same link; what is written to it is in the trace, whether or not it arrives. */
function traced(link: Link, trace: LineTrace): Link {
  const { features } = link;
  return {
    get isOpen() {
      return link.isOpen;
    },
    write: (bytes) => {
      if (link.isOpen) trace.record('out', bytes, false);
      return link.write(bytes);
    },
    close: () => link.close(),
    ...(features && {
      features: {
        send: (report) => {
          trace.record('out', report, false);
          return features.send(report);
        },
        read: async (number, bytes) => {
          const report = await features.read(number, bytes);
          if (report.ok) trace.record('in', report.value, false);
          return report;
        },
      },
    }),
  };
}

function sum(a: LinkCounters, b: LinkCounters): LinkCounters {
  const lastFault = b.lastFault ?? a.lastFault;
  return {
    bytesIn: a.bytesIn + b.bytesIn,
    bytesOut: a.bytesOut + b.bytesOut,
    framesIn: a.framesIn + b.framesIn,
    framesOut: a.framesOut + b.framesOut,
    garbage: a.garbage + b.garbage,
    timeouts: a.timeouts + b.timeouts,
    suppressed: a.suppressed + b.suppressed,
    opened: a.opened + b.opened,
    ...(lastFault === undefined ? {} : { lastFault }),
  };
}
