import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Result } from '#core/base/result.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import { answers, encodeRequest } from './codec.ts';
import type { ModbusReply, ModbusRequest } from './frame.ts';
import { unitSilent } from './modbus-faults.ts';
import { createReplyDecoder } from './reply-decoder.ts';
import type { WireTurn } from './wire-turns.ts';

/**
 * - `answered`: the board's reply, which fits the request.
 * - `refused`: the board's exception; it did nothing.
 * - `withdrawn`: `mayWrite` said no at the moment of writing.
 * - `not-sent`: no byte of it reached the line.
 * - `unanswered`: it may or may not have been done.
 */
export type Exchanged =
  | { readonly kind: 'answered'; readonly reply: ModbusReply }
  | { readonly kind: 'refused'; readonly code: number }
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'not-sent'; readonly fault: Fault }
  | { readonly kind: 'unanswered'; readonly fault: Fault };

/**
 * The master's end of a Modbus RTU line, for one unit: one request at a time, in the order they were asked for, each when it is the unit's turn on the line.
 *
 * RTU replies carry no number, so a reply that comes after its time-out would answer the next request of the same function (node-modbus issue 224, and seen
 * with modbus-serial 8). Two steps after every time-out prevent that. First nothing is sent until the line was silent for the turnaround time, and what
 * arrives meanwhile is thrown away. Then one *fence* is sent: a read of coils, which nothing else here ever asks for. A unit answers in order, so the fence's
 * answer comes after every late one; until it is in, no other reply of the unit is believed.
 */
export interface RtuLine {
  exchange(request: ModbusRequest, mayWrite?: () => boolean): Promise<Exchanged>;
  bytes(chunk: Uint8Array): void;
  /** The link is gone: whoever waits gets this fault. */
  close(fault: Fault): void;
}

export interface RtuLineOptions {
  readonly unit: number;
  readonly turn: WireTurn;
  readonly fence: ModbusRequest & { readonly kind: 'read-coils' };
  /** The longest reply to anything that will be asked. */
  readonly replyBytesMax: number;
  readonly timers: Timers;
  readonly write: (bytes: Uint8Array) => Promise<Result<void, Fault>>;
  /** Requests in a row that brought no answer; told on every change, 0 when answers come again. */
  readonly onMisses: (misses: number) => void;
  /** The unit is gone, or the line cannot be used: told once, and nothing is sent any more. */
  readonly onLost: (fault: Fault) => void;
  /** Frames out and in, runs of bytes that were no answer, time-outs; added to as they happen. */
  readonly counted: { framesIn: number; framesOut: number; garbage: number; timeouts: number; bytesOut: number };
}

interface Asked {
  readonly request: ModbusRequest;
  readonly mayWrite: () => boolean;
  readonly done: (outcome: Exchanged) => void;
}

type Phase =
  | { readonly kind: 'free' }
  /** For the turn, to send what is next, or the fence. */
  | { readonly kind: 'queued' }
  | { readonly kind: 'waiting'; readonly asked: Asked; readonly deadline: Timer }
  | { readonly kind: 'draining'; silence: Timer; readonly limit: Timer }
  | { readonly kind: 'closed'; readonly fault: Fault };

export function createRtuLine(options: RtuLineOptions): RtuLine {
  const { unit, turn, fence, timers, counted } = options;
  const decoder = createReplyDecoder({ unit, maxFrameBytes: options.replyBytesMax });
  const queue: Asked[] = [];
  let phase: Phase = { kind: 'free' };
  const misses = countMisses(options.onMisses);
  const theFence: Asked = { request: fence, mayWrite: () => true, done: () => undefined };

  const leavePhase = (): void => {
    if (phase.kind === 'waiting') phase.deadline.cancel();
    if (phase.kind === 'draining') {
      phase.silence.cancel();
      phase.limit.cancel();
    }
  };

  const lose = (fault: Fault): void => {
    if (phase.kind === 'closed') return;
    close(fault);
    options.onLost(fault);
  };

  const close = (fault: Fault): void => {
    if (phase.kind === 'closed') return;
    leavePhase();
    const current = phase.kind === 'waiting' ? phase.asked : undefined;
    phase = { kind: 'closed', fault };
    current?.done({ kind: 'unanswered', fault });
    for (const asked of queue.splice(0)) asked.done({ kind: 'not-sent', fault });
  };

  /** Asks for a turn when there is something to say. */
  const pump = (): void => {
    if (phase.kind === 'free' && queue.length > 0) inTurn(sendNext);
  };

  const inTurn = (speak: () => void): void => {
    leavePhase();
    phase = { kind: 'queued' };
    turn.ask(() => {
      if (phase.kind === 'queued') speak();
      else turn.done();
    });
  };

  const sendNext = (): void => {
    const asked = turn.mayMeetLateReply() ? theFence : nextInTime(queue);
    if (asked !== undefined) return void send(asked);
    phase = { kind: 'free' };
    turn.done();
  };

  const send = (asked: Asked): void => {
    const bytes = encodeRequest(unit, asked.request);
    decoder.reset();
    // The waiter stands before the bytes leave: on a fast line the answer is there before `write` has come back.
    phase = { kind: 'waiting', asked, deadline: timers.after(turn.replyTimeout(), () => missed(asked)) };
    counted.framesOut += 1;
    counted.bytesOut += bytes.length;
    void options.write(bytes).then((written) => {
      if (!written.ok) writeFailed(asked, written.error);
    });
  };

  const writeFailed = (asked: Asked, fault: Fault): void => {
    if (phase.kind === 'waiting' && phase.asked === asked && fault.code === 'E-LNK-CLOSED') {
      leavePhase();
      phase = { kind: 'free' };
      turn.done();
      asked.done({ kind: 'not-sent', fault });
    }
    lose(fault);
  };

  const missed = (asked: Asked): void => {
    counted.timeouts += 1;
    asked.done({ kind: 'unanswered', fault: unitSilent(unit) });
    countMiss();
    if (phase.kind !== 'closed') drain();
  };

  const countMiss = (): void => {
    turn.heard(false);
    if (misses.add() >= turn.patience()) lose(unitSilent(unit));
  };

  const drain = (): void => {
    leavePhase();
    phase = {
      kind: 'draining',
      silence: timers.after(LIMITS.modbus.turnaround, sendFence),
      limit: timers.after(LIMITS.modbus.drainMax, neverSilent),
    };
  };

  const neverSilent = (): void => {
    countMiss();
    if (phase.kind !== 'closed') drain();
  };

  /** The line is silent. On one that is shared others speak before the fence; nothing of ours but the fence does. */
  const sendFence = (): void => {
    turn.done();
    inTurn(() => send(theFence));
  };

  const accept = (reply: ModbusReply): void => {
    if (phase.kind !== 'waiting' || !answers(phase.asked.request, reply)) {
      counted.garbage += 1;
      return;
    }
    const { asked } = phase;
    leavePhase();
    phase = { kind: 'free' };
    turn.heard(true);
    turn.done();
    counted.framesIn += 1;
    misses.reset();
    asked.done(reply.kind === 'exception' ? { kind: 'refused', code: reply.code } : { kind: 'answered', reply });
  };

  return {
    exchange: (request, mayWrite = () => true) =>
      new Promise((done) => {
        if (phase.kind === 'closed') return done({ kind: 'not-sent', fault: phase.fault });
        if (queue.length >= LIMITS.modbus.waitingMax) return done({ kind: 'not-sent', fault: tooManyWaiting() });
        queue.push({ request, mayWrite, done });
        pump();
      }),
    bytes: (chunk) => {
      if (phase.kind === 'draining') {
        counted.garbage += 1;
        phase.silence.cancel();
        phase.silence = timers.after(LIMITS.modbus.turnaround, sendFence);
        return;
      }
      for (const event of decoder.push(chunk)) {
        if (event.kind === 'reply') accept(event.reply);
        else counted.garbage += 1;
      }
      pump();
    },
    close,
  };
}

/** Takes the next request that may be sent, now that it would be; those before it came too late. */
function nextInTime(queue: Asked[]): Asked | undefined {
  for (let asked = queue.shift(); asked !== undefined; asked = queue.shift()) {
    if (asked.mayWrite()) return asked;
    asked.done({ kind: 'withdrawn' });
  }
  return undefined;
}

/** Requests in a row that brought no answer; every change is told. */
function countMisses(tell: (misses: number) => void): { add(): number; reset(): void } {
  let misses = 0;
  return {
    add: () => {
      misses += 1;
      tell(misses);
      return misses;
    },
    reset: () => {
      if (misses === 0) return;
      misses = 0;
      tell(0);
    },
  };
}

const tooManyWaiting = (): Fault => ({
  code: 'E-GAT-BUSY',
  owner: 'operator',
  message: `${LIMITS.modbus.waitingMax} commands are waiting for the Modbus line already`,
});
