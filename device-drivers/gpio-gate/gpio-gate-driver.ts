import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { DeviceSession, Driver, DriverContext } from '#core/ports/driver.ts';
import type { GateController, ReleaseOutcome } from '#core/ports/gate-controller.ts';
import { NO_TRAFFIC } from '#core/ports/health.ts';
import type { Link } from '#core/ports/link.ts';
import type { GateWiring } from '../gate-inputs/gate-inputs.ts';
import { createInputWatch } from '../gate-inputs/input-watch.ts';
import { createLineCutter, encodeGpioCommand, parseGpioReport } from './codec.ts';
import type { GpioCommand, GpioReport } from './frame.ts';

export interface GpioGateOptions {
  /** The line that releases the barrier. */
  readonly releaseLine: number;
  readonly inputs: GateWiring;
}

/**
 * A barrier on the GPIO lines of the machine itself. Whoever drives the line keeps the time of a pulse in a process of its own, so a dead agent cannot hold a gate
 * open; every connection begins by switching the line off; a release whose deadline has passed is never written.
 */
export const gpioGateDriver: Driver<GateController, GpioGateOptions> = {
  name: 'gpio-gate',
  trace: 'no-words',
  connect: async (context, options) => {
    const gate = createGate(context, options);
    const begun = await gate.begin();
    if (begun.ok) return ok(gate.session);
    await gate.session.stop();
    return err(begun.error);
  },
};

type Answer = Exclude<GpioReport['kind'], 'level'> | 'nothing';

function createGate(context: DriverContext, { releaseLine, inputs }: GpioGateOptions) {
  const { clock, timers, device } = context;
  const counted = { ...NO_TRAFFIC, opened: 1 };
  const cutter = createLineCutter();
  const wired = Object.values(inputs);
  const levels = new Map<number, boolean>();
  let link: Link | undefined;
  let isOver = false;
  let asked: { readonly answer: (answer: Answer) => void; readonly deadline: Timer } | undefined;
  let stuckLook: Timer | undefined;
  let end: (fault: Fault | undefined) => void = () => undefined;
  const ended = new Promise<Fault | undefined>((resolve) => {
    end = resolve;
  });
  let allKnown: () => void = () => undefined;
  const watch = createInputWatch(inputs, (state) => {
    if (!isOver) context.onHealth(state);
  });

  const look = (): void => {
    stuckLook?.cancel();
    if (isOver || levels.size < wired.length) return;
    allKnown();
    watch.polled((input) => levels.get(input) ?? false, clock.monotonic());
    // Edges alone do not tell that a sensor stays covered.
    stuckLook = timers.after(LIMITS.gpio.lookEvery, look);
  };

  const answerAsked = (answer: Answer): void => {
    const waiting = asked;
    asked = undefined;
    waiting?.deadline.cancel();
    waiting?.answer(answer);
  };

  const heard = (line: string): void => {
    const report = parseGpioReport(line);
    if (report === undefined) {
      counted.garbage += 1;
      return;
    }
    counted.framesIn += 1;
    if (report.kind !== 'level') {
      answerAsked(report.kind);
      return;
    }
    levels.set(report.line, report.on);
    look();
  };

  const write = async (command: GpioCommand): Promise<Result<void, Fault>> => {
    const bytes = encodeGpioCommand(command);
    counted.framesOut += 1;
    counted.bytesOut += bytes.length;
    return (await link?.write(bytes)) ?? err(closed(device));
  };

  const ask = async (command: GpioCommand): Promise<Answer> => {
    answerAsked('nothing');
    const answered = new Promise<Answer>((resolve) => {
      const deadline = timers.after(LIMITS.gpio.replyTimeout, () => {
        counted.timeouts += 1;
        answerAsked('nothing');
      });
      asked = { answer: resolve, deadline };
    });
    if (!(await write(command)).ok) answerAsked('nothing');
    return answered;
  };

  const secure = async (): Promise<Result<void, Fault>> => {
    const answer = await ask({ kind: 'off', line: releaseLine });
    return answer === 'done' ? ok() : err(answer === 'refused' ? refused(device) : noAnswer(device));
  };

  const silence = (): void => {
    isOver = true;
    stuckLook?.cancel();
    answerAsked('nothing');
  };

  const session: DeviceSession<GateController> = {
    port: {
      release: async ({ pulse, deadline }): Promise<ReleaseOutcome> => {
        if (isOver) return { kind: 'not-released', fault: closed(device) };
        if (clock.monotonic() >= deadline) return { kind: 'expired' };
        return releaseOutcome(await ask({ kind: 'pulse', line: releaseLine, ms: pulse }), device);
      },
      // Lines are told, and tell their edges, at any moment: a release waits for nobody.
      expectRelease: () => undefined,
      secure,
      onInput: watch.onInput,
    },
    counters: () => ({ ...counted }),
    ended,
    stop: async () => {
      silence();
      await link?.close();
    },
  };

  return {
    session,
    begin: async (): Promise<Result<void, Fault>> => {
      const opened = await context.transport.open({
        bytes: (chunk) => {
          counted.bytesIn += chunk.length;
          for (const line of cutter.push(chunk)) heard(line);
        },
        closed: (fault) => {
          silence();
          end(fault);
        },
      });
      if (!opened.ok) return opened;
      link = opened.value;
      context.onHealth({ kind: 'connecting', reasons: [] });
      const off = await secure();
      if (!off.ok) return off;
      const known = new Promise<boolean>((resolve) => {
        const late = timers.after(LIMITS.gpio.replyTimeout, () => resolve(false));
        allKnown = () => {
          late.cancel();
          resolve(true);
        };
      });
      if (wired.length > 0) await write({ kind: 'watch', lines: wired });
      look();
      return (await known) ? ok() : err(refused(device));
    },
  };
}

function releaseOutcome(answer: Answer, device: string): ReleaseOutcome {
  switch (answer) {
    case 'done':
      return { kind: 'released' };
    case 'refused':
      return { kind: 'not-released', fault: refused(device) };
    case 'nothing':
      return { kind: 'uncertain', fault: noAnswer(device) };
  }
}

const refused = (device: string): Fault => ({
  code: 'E-GAT-REFUSED',
  owner: 'configuration',
  message: 'a GPIO line of the gate cannot be used',
  remedy: 'Check the chip and the offsets (gpioinfo shows them), and that no other program holds the lines.',
  device,
});

const noAnswer = (device: string): Fault => ({
  code: 'E-GAT-NO-ANSWER',
  owner: 'device',
  message: 'the GPIO line was to be set, and nobody says whether it was',
  remedy: 'Look at the barrier; check that the machine is not overloaded.',
  device,
});

const closed = (device: string): Fault => ({ code: 'E-LNK-CLOSED', owner: 'device', message: `the lines of ${device} are closed`, device });
