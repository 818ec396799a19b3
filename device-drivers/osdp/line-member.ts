import type { Monotonic } from '#core/base/time.ts';
import { type LinkCounters, NO_TRAFFIC } from '#core/ports/health.ts';
import type { LinkEvents } from '#core/ports/link.ts';
import type { OsdpCommand } from './frame.ts';
import { newSession, type OfflineReason, type OrderOutcome, type PdEvent, type PdSettings, type Phase, type SessionInput } from './session.ts';
import { stepSession } from './session-step.ts';

/** What a step of a device's session asks of its line. */
export interface MemberStep {
  /** The answer was the one that was waited for. */
  readonly isTaken: boolean;
  readonly bytes: Uint8Array | undefined;
  /** The session is over: whoever uses the device has to be told. */
  readonly offline: OfflineReason | undefined;
}

/** One device on a line, its session, and everybody who uses it. */
export interface LineMember {
  readonly settings: PdSettings;
  readonly users: Set<LinkEvents>;
  readonly counted: { -readonly [Key in keyof LinkCounters]: LinkCounters[Key] };
  /** When it is its turn again. */
  dueAt: Monotonic;
  phase(): Phase;
  hasOrders(): boolean;
  give(input: SessionInput): MemberStep;
  order(command: OsdpCommand, deadline: Monotonic | undefined): Promise<OrderOutcome>;
  listen(listener: (event: PdEvent) => void): () => void;
}

export function createLineMember(settings: PdSettings, dueAt: Monotonic): LineMember {
  const listeners = new Set<(event: PdEvent) => void>();
  const waiting = new Map<number, (outcome: OrderOutcome) => void>();
  let session = newSession(settings);
  let nextOrder = 1;

  const give = (input: SessionInput): MemberStep => {
    const step = stepSession(session, input);
    session = step.state;
    let isTaken = true;
    let bytes: Uint8Array | undefined;
    let offline: OfflineReason | undefined;
    for (const effect of step.effects) {
      switch (effect.kind) {
        case 'send':
          bytes = effect.bytes;
          break;
        case 'ignored':
          isTaken = false;
          break;
        case 'order-ended':
          waiting.get(effect.id)?.(effect.outcome);
          waiting.delete(effect.id);
          break;
        case 'tell':
          for (const listen of [...listeners]) listen(effect.event);
          if (effect.event.kind === 'offline') offline = effect.event.reason;
          break;
      }
    }
    return { isTaken, bytes, offline };
  };

  return {
    settings,
    users: new Set(),
    counted: { ...NO_TRAFFIC },
    dueAt,
    phase: () => session.phase,
    hasOrders: () => session.orders.length > 0,
    give,
    order: (command, deadline) =>
      new Promise((resolve) => {
        const id = nextOrder++;
        waiting.set(id, resolve);
        give({ kind: 'order', order: { id, command, deadline } });
      }),
    listen: (listener) => {
      listeners.add(listener);
      if (session.phase === 'online') listener({ kind: 'online', capabilities: session.capabilities });
      return () => void listeners.delete(listener);
    },
  };
}
