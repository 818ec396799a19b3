import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { between, type Duration, type Monotonic } from '#core/base/time.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { DeviceSession, Driver, DriverContext } from '#core/ports/driver.ts';
import type { GateController, ReleaseCommand, ReleaseOutcome } from '#core/ports/gate-controller.ts';
import { type LinkCounters, NO_TRAFFIC } from '#core/ports/health.ts';
import type { Link } from '#core/ports/link.ts';
import { createExpectedRelease } from '../gate-inputs/expected-release.ts';
import type { GateWiring } from '../gate-inputs/gate-inputs.ts';
import { createInputWatch } from '../gate-inputs/input-watch.ts';
import { bitAt, FLASH_TENTHS_MAX } from './frame.ts';
import { boardRefused, exchangeFault, lineClosed } from './modbus-faults.ts';
import { wholeFrameLength } from './reply-decoder.ts';
import { createRtuLine, type Exchanged, type RtuLine } from './rtu-line.ts';
import { ALONE, type WireTurn } from './wire-turns.ts';

export interface ModbusGateOptions {
  /** The board's address on the line, 1 to 247. */
  readonly unit: number;
  /** Of a board that shares its line with others. */
  readonly turn?: WireTurn;
  /** The relay that releases the barrier. */
  readonly releaseRelay: number;
  readonly inputs: Required<GateWiring>;
}

/**
 * A turnstile behind a Modbus RTU relay board with flash-on (Waveshare Modbus RTU Relay and its relatives). The board times each release, so a dead agent cannot
 * hold a gate open; every connection begins by switching the relay off; a release whose deadline has passed is never written.
 */
export const modbusGateDriver: Driver<GateController, ModbusGateOptions> = {
  name: 'modbus-gate',
  trace: { kind: 'frames', frameLength: wholeFrameLength },
  connect: async (context, options) => {
    const gate = createGate(context, options);
    const opened = await context.transport.open({ bytes: gate.bytes, closed: gate.closed });
    if (!opened.ok) return err(opened.error);
    const begun = await gate.begin(opened.value);
    if (!begun.ok) {
      await gate.stop();
      return err(begun.error);
    }
    return ok({ port: gate.port, counters: gate.counters, ended: gate.ended, stop: gate.stop });
  },
};

interface Gate extends DeviceSession<GateController> {
  bytes(chunk: Uint8Array): void;
  closed(fault: Fault | undefined): void;
  /** Safe state, then the first look at the inputs, then polling. */
  begin(link: Link): Promise<Result<void, Fault>>;
}

function createGate(context: DriverContext, options: ModbusGateOptions): Gate {
  const { clock, timers } = context;
  const { unit, turn = ALONE, releaseRelay, inputs: wiring } = options;
  const inputCount = Math.max(...Object.values(wiring)) + 1;
  const counted = { ...NO_TRAFFIC, opened: 1 };
  let link: Link | undefined;
  let nextPoll: Timer | undefined;
  let releasedAt = Number.NEGATIVE_INFINITY as Monotonic;
  let isStopped = false;
  let lostBy: Fault | undefined;
  let end: (fault: Fault | undefined) => void = () => undefined;
  const ended = new Promise<Fault | undefined>((resolve) => {
    end = resolve;
  });
  const watch = createInputWatch(wiring, (state) => {
    if (!isStopped) context.onHealth(state);
  });

  const expected = createExpectedRelease(clock);

  /** Nothing will be answered any more: stopped, lost, or given up by the line. */
  const isOver = (): boolean => isStopped || lostBy !== undefined;

  const line: RtuLine = createRtuLine({
    unit,
    turn,
    fence: { kind: 'read-coils', first: releaseRelay, count: 1 },
    replyBytesMax: Math.max(8, 5 + Math.ceil(inputCount / 8)),
    timers,
    counted,
    write: (bytes) => link?.write(bytes) ?? Promise.resolve(err(lineClosed(context.device))),
    onMisses: (misses) => watch.limited(misses > 0 ? ['no-answer'] : [], clock.monotonic()),
    onLost: (fault) => {
      lostBy = fault;
      void link?.close();
    },
  });

  const poll = async (): Promise<Result<void, Fault>> => {
    const exchanged = await line.exchange({ kind: 'read-inputs', first: 0, count: inputCount });
    if (exchanged.kind !== 'answered' || exchanged.reply.kind !== 'inputs') return err(exchangeFault(exchanged, context.device));
    const { bits } = exchanged.reply;
    if (!isOver()) watch.polled((input) => bitAt(bits, input), clock.monotonic());
    return ok();
  };
  const pollLater = (): void => {
    if (isOver()) return;
    // A missed poll is counted and told by the line; the next one is due in any case.
    const pollNow = (): void => void poll().then(pollLater);
    nextPoll = timers.after(isQuiet() ? LIMITS.modbus.pollWhenClearEvery : LIMITS.modbus.pollEvery, () => {
      const wait = expected.hold();
      if (wait === 0) pollNow();
      else nextPoll = timers.after(wait, pollNow);
    });
  };
  /** Nobody passes, and nobody is expected to. */
  const isQuiet = (): boolean => watch.isClear(clock.monotonic()) && between(releasedAt, clock.monotonic()) >= LIMITS.modbus.busyAfterRelease;

  /** The relay off, tried again while the line itself does not give up. */
  const switchOff = async (): Promise<Result<void, Fault>> => {
    const exchanged = await line.exchange({ kind: 'write-coil', relay: releaseRelay, on: false });
    return exchanged.kind === 'answered' ? ok() : err(exchangeFault(exchanged, context.device));
  };

  const begin = async (opened: Link): Promise<Result<void, Fault>> => {
    link = opened;
    context.onHealth({ kind: 'connecting', reasons: [] });
    for (const step of [switchOff, poll]) {
      const done = await untilLost(step, isOver);
      if (!done.ok) return done;
    }
    pollLater();
    return ok();
  };

  const silence = (): void => {
    isStopped = true;
    nextPoll?.cancel();
  };

  return {
    port: {
      release: async (command) => {
        releasedAt = clock.monotonic();
        return releaseOutcome(await line.exchange(flashOn(releaseRelay, command), () => clock.monotonic() < command.deadline), context.device);
      },
      expectRelease: expected.expect,
      secure: switchOff,
      onInput: watch.onInput,
    },
    counters: (): LinkCounters => ({ ...counted }),
    ended,
    bytes: (chunk) => {
      counted.bytesIn += chunk.length;
      line.bytes(chunk);
    },
    closed: (fault) => {
      silence();
      line.close(fault ?? lostBy ?? lineClosed(context.device));
      end(fault ?? lostBy);
    },
    begin,
    stop: async () => {
      silence();
      await link?.close();
    },
  };
}

/** Asks again after a missing answer; ends when the line has given up, which it does after {@link LIMITS.modbus.missesMax} misses. */
async function untilLost(ask: () => Promise<Result<void, Fault>>, isOver: () => boolean): Promise<Result<void, Fault>> {
  for (;;) {
    const answer = await ask();
    if (answer.ok || answer.error.code === 'E-GAT-REFUSED' || isOver()) return answer;
  }
}

function flashOn(relay: number, { pulse }: ReleaseCommand): { readonly kind: 'flash-on'; readonly relay: number; readonly tenths: number } {
  return { kind: 'flash-on', relay, tenths: Math.min(FLASH_TENTHS_MAX, Math.max(1, tenthsOf(pulse))) };
}

/** The board's unit is 100 ms; a pulse is never shorter than asked for. */
const tenthsOf = (span: Duration): number => Math.ceil(span / 100);

function releaseOutcome(exchanged: Exchanged, device: string): ReleaseOutcome {
  switch (exchanged.kind) {
    case 'answered':
      return { kind: 'released' };
    case 'withdrawn':
      return { kind: 'expired' };
    case 'refused':
      return { kind: 'not-released', fault: boardRefused(exchanged.code, device) };
    case 'not-sent':
      return { kind: 'not-released', fault: { ...exchanged.fault, device } };
    case 'unanswered':
      return { kind: 'uncertain', fault: { ...exchanged.fault, device } };
  }
}
