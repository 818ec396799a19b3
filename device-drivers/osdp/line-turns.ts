import { LIMITS } from '#core/base/limits.ts';
import { type Duration, milliseconds, plus } from '#core/base/time.ts';
import type { Clock, Timer, Timers } from '#core/ports/clock.ts';
import { createExpectedRelease } from '../gate-inputs/expected-release.ts';
import type { LineMember } from './line-member.ts';
import { createPacketDecoder } from './packet.ts';
import type { OfflineReason } from './session.ts';

/** Whose turn it is on a half-duplex line: one question at a time, the device that has waited longest first. */
export interface LineTurns {
  /** The line is open. */
  start(write: (bytes: Uint8Array) => Promise<unknown>): void;
  /** The line is closed: no timer, no question. */
  stop(): void;
  bytes(chunk: Uint8Array): void;
  /** The device's next turn is not later than in `wait`. */
  due(member: LineMember, wait: Duration): void;
  /** A release may be wanted in so long. */
  expectRelease(within: Duration): void;
  /** Nobody wants it any more; its answer is not waited for. */
  forget(member: LineMember): void;
}

export interface LineTurnsOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly timers: Timers;
  readonly nonce: () => Uint8Array;
  readonly wanted: () => readonly LineMember[];
  readonly onOffline: (member: LineMember, reason: OfflineReason) => void;
}

export function createLineTurns({ clock, timers, nonce, wanted, onOffline }: LineTurnsOptions): LineTurns {
  const decoder = createPacketDecoder();
  let write: ((bytes: Uint8Array) => Promise<unknown>) | undefined;
  /** Whose answer is awaited. */
  let current: { readonly member: LineMember; readonly deadline: Timer } | undefined;
  let next: Timer | undefined;
  /** A poll has been held once for a release that is expected; whoever has orders goes before it. */
  let isHeld = false;
  const expected = createExpectedRelease(clock);

  const release = (): void => {
    current?.deadline.cancel();
    current = undefined;
    decoder.idle();
  };

  const schedule = (): void => {
    next?.cancel();
    if (current !== undefined || write === undefined) return;
    const inTurn = [...wanted()].sort((a, b) => a.dueAt - b.dueAt);
    const first = (isHeld ? inTurn.find((member) => member.hasOrders()) : undefined) ?? inTurn[0];
    if (first === undefined) return;
    next = timers.after(milliseconds(Math.max(LIMITS.osdp.turnaround, first.dueAt - clock.monotonic())), () => {
      const wait = isHeld || first.hasOrders() ? 0 : expected.hold();
      isHeld = wait > 0;
      if (isHeld) next = timers.after(milliseconds(wait), () => ask(first));
      else ask(first);
    });
  };

  const dueIn = (member: LineMember, wait: Duration): void => {
    member.dueAt = plus(clock.monotonic(), wait);
    schedule();
  };

  const ask = (member: LineMember): void => {
    if (write === undefined || current !== undefined) return;
    isHeld = false;
    const { bytes } = member.give({ kind: 'turn', at: clock.monotonic(), nonce: nonce() });
    if (bytes === undefined) {
      dueIn(member, LIMITS.osdp.pollEvery);
      return;
    }
    decoder.idle();
    // The waiter stands before the bytes leave: on a fast line the answer is there before `write` has come back.
    current = { member, deadline: timers.after(LIMITS.osdp.replyTimeout, () => unanswered(member)) };
    member.counted.framesOut += 1;
    member.counted.bytesOut += bytes.length;
    // A write that fails ends the link, which tells everybody.
    void write(bytes);
  };

  const unanswered = (member: LineMember): void => {
    release();
    member.counted.timeouts += 1;
    const { offline } = member.give({ kind: 'silence' });
    if (offline !== undefined) onOffline(member, offline);
    dueIn(member, member.phase() === 'absent' ? LIMITS.osdp.absentEvery : milliseconds(0));
  };

  const answered = (member: LineMember, offline: OfflineReason | undefined): void => {
    member.counted.framesIn += 1;
    release();
    if (offline !== undefined) onOffline(member, offline);
    const isMeeting = member.phase() !== 'online' && member.phase() !== 'identify';
    dueIn(member, member.hasOrders() || isMeeting ? milliseconds(0) : LIMITS.osdp.pollEvery);
  };

  return {
    start: (writer) => {
      write = writer;
      schedule();
    },
    stop: () => {
      write = undefined;
      next?.cancel();
      release();
    },
    bytes: (chunk) => {
      if (current === undefined) return;
      const { member } = current;
      member.counted.bytesIn += chunk.length;
      for (const user of member.users) user.bytes(chunk);
      for (const event of decoder.push(chunk)) {
        // Adapters that hear themselves give our own questions back: no reply, no garbage.
        if (event.kind === 'packet' && !event.packet.isReply) continue;
        const step =
          event.kind === 'packet' && current?.member === member
            ? member.give({ kind: 'received', packet: event.packet, at: clock.monotonic() })
            : undefined;
        if (step?.isTaken === true) answered(member, step.offline);
        else member.counted.garbage += 1;
      }
    },
    due: dueIn,
    expectRelease: expected.expect,
    forget: (member) => {
      if (current?.member === member) release();
      schedule();
    },
  };
}
