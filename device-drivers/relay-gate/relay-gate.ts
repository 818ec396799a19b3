import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { milliseconds } from '#core/base/time.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { DeviceSession, DriverContext } from '#core/ports/driver.ts';
import type { GateController, ReleaseCommand, ReleaseOutcome } from '#core/ports/gate-controller.ts';
import type { HealthReason, LinkCounters } from '#core/ports/health.ts';

/** The host's end of a line to one relay module, for one connection. */
export interface RelayLine {
  /** Opens the line and switches every one of `channels` off, before anything else. */
  begin(channels: readonly number[]): Promise<Result<void, Fault>>;
  /** Resolves when the bytes have left. A module confirms nothing by itself. */
  switch(channel: number, on: boolean): Promise<Result<void, Fault>>;
  /** What the module says of a channel; undefined when it says nothing in time. Answers belong to no question: never a second one before the first is answered. */
  ask(channel: number): Promise<boolean | undefined>;
  counters(): LinkCounters;
  readonly ended: Promise<Fault | undefined>;
  /** Closes the line, with the reason when it is not an orderly end. */
  end(fault?: Fault): Promise<void>;
}

export interface RelayGateOptions {
  /** The channel that releases the barrier, from 1. */
  readonly channel: number;
  /** Modules of one channel say nothing at all; others say their levels when they are asked. */
  readonly feedback: 'none' | 'levels';
}

/**
 * A barrier behind a relay module that cannot time a pulse: the pulse is ended here, and every connection begins by switching the relay off, but an agent that
 * dies within a pulse leaves the barrier released until it is back. Such modules have no inputs, so nobody counts who goes through (`blind`).
 */
export async function connectRelayGate(
  context: DriverContext,
  options: RelayGateOptions,
  createLine: (context: DriverContext, onEnd: () => void) => RelayLine,
): Promise<Result<DeviceSession<GateController>, Fault>> {
  const gate = createGate(context, options, createLine);
  const begun = await gate.begin();
  if (begun.ok) return ok(gate.session);
  await gate.session.stop();
  return err(begun.error);
}

function createGate(
  context: DriverContext,
  { channel, feedback }: RelayGateOptions,
  createLine: (context: DriverContext, onEnd: () => void) => RelayLine,
) {
  const { clock, timers, device } = context;
  let off: Timer | undefined;
  let nextAsk: Timer | undefined;
  let misses = 0;
  let hangs = false;
  let lastTold = '';
  /** Counts releases: only the last one's end switches off. */
  let turn = 0;
  let isOver = false;
  const line = createLine(context, () => {
    isOver = true;
    off?.cancel();
    nextAsk?.cancel();
  });

  const switchOff = async (): Promise<Result<void, Fault>> => {
    off?.cancel();
    off = undefined;
    const written = await line.switch(channel, false);
    // What cannot be switched off must be switched off by the next connection, at once.
    if (!written.ok) await line.end(written.error);
    return written;
  };

  const tellHealth = (): void => {
    const reasons: HealthReason[] = [...(misses > 0 ? (['no-answer'] as const) : []), ...(hangs ? (['gate-jammed'] as const) : [])];
    const told = reasons.join();
    if (isOver || told === lastTold) return;
    lastTold = told;
    context.onHealth(reasons.length === 0 ? { kind: 'ready', reasons: [] } : { kind: 'degraded', reasons });
  };

  let lastAnswer: Promise<unknown> = Promise.resolve();
  /** Questions wait for each other: a module's answer does not say which one it is to, and the answer from before a release would deny it. */
  const ask = (): Promise<boolean | undefined> => {
    const answer = lastAnswer.then(() => line.ask(channel));
    lastAnswer = answer;
    return answer;
  };

  const look = async (): Promise<void> => {
    const level = await ask();
    if (isOver) return;
    misses = level === undefined ? misses + 1 : 0;
    if (misses >= LIMITS.relay.missesMax) {
      await line.end(noAnswer(device));
      return;
    }
    // A contact that hung when its pulse ended holds the barrier open. It is told again until it obeys.
    hangs = level === true && off === undefined;
    if (hangs) await switchOff();
    tellHealth();
  };
  const askLater = (): void => {
    if (isOver || feedback === 'none') return;
    nextAsk = timers.after(LIMITS.relay.askEvery, () => void look().then(askLater));
  };

  /** The relay has been told; what is known of it. */
  const confirm = async (mine: number): Promise<ReleaseOutcome> => {
    if (feedback === 'none') return { kind: 'uncertain', fault: noFeedback(device) };
    // "Off" may be the late answer to a question from before the release; silence may be one answer lost. Both are believed the second time.
    const level = (await ask()) || (await ask());
    if (level === true) return { kind: 'released' };
    if (level === undefined) return { kind: 'uncertain', fault: noAnswer(device) };
    // When the pulse is over, "off" is what it must say.
    const isPulsing = turn === mine && off !== undefined;
    return isPulsing ? { kind: 'not-released', fault: stuck(device) } : { kind: 'uncertain', fault: lateAnswer(device) };
  };

  const release = async ({ pulse, deadline }: ReleaseCommand): Promise<ReleaseOutcome> => {
    if (isOver) return { kind: 'not-released', fault: closed(device) };
    if (clock.monotonic() >= deadline) return { kind: 'expired' };
    const mine = ++turn;
    off?.cancel();
    // Armed before the relay is told: nothing that happens to the answer keeps a barrier open.
    off = timers.after(milliseconds(Math.max(pulse, LIMITS.relay.pulseMin)), () => {
      if (turn === mine) void switchOff();
    });
    const written = await line.switch(channel, true);
    if (written.ok) return confirm(mine);
    await line.end(written.error);
    return written.error.code === 'E-LNK-CLOSED' ? { kind: 'not-released', fault: written.error } : { kind: 'uncertain', fault: written.error };
  };

  const session: DeviceSession<GateController> = {
    port: {
      release,
      // Its line carries questions and answers at once: a release waits for nobody.
      expectRelease: () => undefined,
      secure: switchOff,
      onInput: (listen) => listen({ kind: 'blind', on: true }),
    },
    counters: line.counters,
    ended: line.ended,
    stop: async () => {
      if (!isOver && off !== undefined) await switchOff();
      await line.end();
    },
  };

  return {
    session,
    begin: async (): Promise<Result<void, Fault>> => {
      const begun = await line.begin([channel]);
      if (!begun.ok) return begun;
      if (feedback === 'levels') {
        const level = (await ask()) ?? (await ask());
        if (level === undefined) return err(noAnswer(device));
        if (level) return err(stuck(device));
      }
      context.onHealth({ kind: 'ready', reasons: [] });
      askLater();
      return ok();
    },
  };
}

const noAnswer = (device: string): Fault => ({
  code: 'E-GAT-NO-ANSWER',
  owner: 'device',
  message: 'the relay module does not answer',
  remedy: "Check its power and cable. A module of one channel never answers: set feedback to 'none' for it.",
  device,
});

const lateAnswer = (device: string): Fault => ({
  code: 'E-GAT-NO-ANSWER',
  owner: 'device',
  message: 'the relay module answered when the pulse was over, which does not say whether it released',
  remedy: 'Look at the barrier. If this is seen often, make the pulse longer or look for what makes the machine slow.',
  device,
});

const noFeedback = (device: string): Fault => ({
  code: 'E-GAT-NO-FEEDBACK',
  owner: 'device',
  message: 'the relay module was told to release and cannot say whether it did',
  remedy: 'Look at the barrier. A module with feedback, or a board with inputs, could say it.',
  device,
});

const stuck = (device: string): Fault => ({
  code: 'E-GAT-RELAY',
  owner: 'device',
  message: 'the relay does not do what it is told',
  remedy: 'Compare the channel with the wiring; replace the module if it is right.',
  device,
});

const closed = (device: string): Fault => ({ code: 'E-LNK-CLOSED', owner: 'device', message: `the line to ${device} is closed`, device });
