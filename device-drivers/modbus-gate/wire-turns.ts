import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { between, type Duration, milliseconds } from '#core/base/time.ts';
import type { Clock, Timer, Timers } from '#core/ports/clock.ts';
import type { Link, LinkEvents, Transport } from '#core/ports/link.ts';
import { lineClosed } from './modbus-faults.ts';

/** The right of one unit, or of one use of it, to speak on its line. There is one question on a line at a time, whoever asked it. */
export interface WireTurn {
  /** Calls `go` once, when nobody else speaks: at once on a line of one's own. Asked for again only after {@link WireTurn.done}. */
  ask(go: () => void): void;
  /** The question is answered, or the line was silent for long enough behind it, or there was none. */
  done(): void;
  /** Whether a question was answered. */
  heard(isAnswer: boolean): void;
  /** Unanswered questions in a row before the unit counts as gone. */
  patience(): number;
  /** How long the answer to the next question is waited for. */
  replyTimeout(): Duration;
  /** Another use of the same unit has missed a reply, which may still come: nothing but the fence is sent before the fence is answered. */
  mayMeetLateReply(): boolean;
}

/** Of a unit that has its line for itself. */
export const ALONE: WireTurn = {
  ask: (go) => go(),
  done: () => undefined,
  heard: () => undefined,
  patience: () => LIMITS.modbus.missesMax,
  replyTimeout: () => LIMITS.modbus.replyTimeout,
  mayMeetLateReply: () => false,
};

/**
 * An RS-485 line with several units behind one adapter. They take turns in the order in which they asked, one question each; a unit that does not answer costs the
 * others the wait for its reply and the silence behind it, and then the turn passes on. A reply carries its unit's number, so a late one is never taken for
 * another unit's; that it is not taken for its own unit's next one is the matter of `rtu-line.ts`, also where the unit has two uses (a barrier and lamps on one
 * board). A unit that is gone is asked once at each attempt, and not waited for longer than a board needs.
 */
export interface ModbusWires {
  /** A place on the line, for one use of a unit. The link hears only what comes while it is this place's turn. */
  unit(unit: number): { readonly transport: Transport; readonly turn: WireTurn };
}

interface Member {
  readonly unit: number;
  user: LinkEvents | undefined;
  go: (() => void) | undefined;
  silences: number;
  mayMeetLateReply: boolean;
}

export interface ModbusWiresOptions {
  readonly transport: Transport;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly timers: Timers;
}

export function createModbusWires({ transport, clock, timers }: ModbusWiresOptions): ModbusWires {
  const members: Member[] = [];
  const waiting: Member[] = [];
  let opening: Promise<Result<Link, Fault>> | undefined;
  let speaker: Member | undefined;
  /** Between two frames. */
  let pause: Timer | undefined;
  /** The line's last byte, or the turn's beginning. */
  let silentSince = clock.monotonic();

  const grant = (): void => {
    pause = undefined;
    const next = waiting.shift();
    const go = next?.go;
    if (next === undefined || go === undefined) return;
    speaker = next;
    next.go = undefined;
    silentSince = clock.monotonic();
    go();
  };
  const pass = (after: Duration): void => {
    speaker = undefined;
    pause?.cancel();
    pause = timers.after(after, grant);
  };
  const isGone = ({ silences }: Member): boolean => silences >= LIMITS.modbus.missesMax;

  /** What it has asked and not heard may come while another use of its unit listens. */
  const doubt = (member: Member): void => {
    for (const other of members) if (other !== member && other.unit === member.unit) other.mayMeetLateReply = true;
  };
  const leave = (member: Member): void => {
    member.user = undefined;
    member.go = undefined;
    const at = waiting.indexOf(member);
    if (at >= 0) waiting.splice(at, 1);
    // Its question may still be answered: nobody speaks into that. Whoever waited for the answer has heard the silence already.
    if (speaker === member) {
      doubt(member);
      pass(milliseconds(Math.max(LIMITS.modbus.betweenFrames, LIMITS.modbus.turnaround - between(silentSince, clock.monotonic()))));
    }
    if (members.every(({ user }) => user === undefined)) void hangUp();
  };
  const hangUp = async (): Promise<void> => {
    const last = opening;
    forget();
    const opened = await last;
    if (opened?.ok) await opened.value.close();
  };
  const forget = (): void => {
    opening = undefined;
    speaker = undefined;
    pause?.cancel();
    pause = undefined;
    waiting.length = 0;
  };

  const open = async (): Promise<Result<Link, Fault>> => {
    const opened = await transport.open({
      bytes: (bytes) => {
        silentSince = clock.monotonic();
        speaker?.user?.bytes(bytes);
      },
      closed: (fault) => {
        const users = members.map(({ user }) => user);
        forget();
        for (const member of members) {
          member.user = undefined;
          member.go = undefined;
        }
        for (const user of users) user?.closed(fault);
      },
    });
    if (!opened.ok) opening = undefined;
    return opened;
  };

  const join = async (member: Member, events: LinkEvents): Promise<Result<Link, Fault>> => {
    member.user = events;
    opening ??= open();
    const opened = await opening;
    if (!opened.ok || member.user !== events) {
      if (member.user === events) member.user = undefined;
      return opened.ok ? err(lineClosed(transport.place)) : opened;
    }
    return ok({
      get isOpen() {
        return member.user === events;
      },
      write: async (bytes) => (member.user === events ? opened.value.write(bytes) : err(lineClosed(transport.place))),
      close: async () => {
        if (member.user !== events) return;
        leave(member);
        events.closed(undefined);
      },
    });
  };

  return {
    unit: (unit) => {
      const member: Member = { unit, user: undefined, go: undefined, silences: 0, mayMeetLateReply: false };
      members.push(member);
      return {
        transport: {
          get place() {
            return `${transport.place}, unit ${unit}`;
          },
          open: (events) => join(member, events),
        },
        turn: {
          ask: (go) => {
            member.go = go;
            waiting.push(member);
            if (speaker === undefined && pause === undefined) grant();
          },
          done: () => {
            if (speaker === member) pass(LIMITS.modbus.betweenFrames);
          },
          heard: (isAnswer) => {
            member.silences = isAnswer ? 0 : member.silences + 1;
            if (isAnswer) member.mayMeetLateReply = false;
            else doubt(member);
          },
          patience: () => (isGone(member) ? 1 : LIMITS.modbus.missesMax),
          replyTimeout: () =>
            isGone(member) && member.silences % LIMITS.modbus.absentPatientEvery !== 0
              ? LIMITS.modbus.absentReplyTimeout
              : LIMITS.modbus.replyTimeout,
          mayMeetLateReply: () => member.mayMeetLateReply,
        },
      };
    },
  };
}
