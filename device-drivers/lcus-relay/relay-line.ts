import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, type Result } from '#core/base/result.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { DriverContext } from '#core/ports/driver.ts';
import { NO_TRAFFIC } from '#core/ports/health.ts';
import type { Link } from '#core/ports/link.ts';
import type { RelayLine } from '../relay-gate/relay-gate.ts';
import { createReplyDecoder, encodeCommand } from './codec.ts';

/** @param onEnd told once, before `ended` resolves: no timer of the owner may live on */
export function createRelayLine(context: DriverContext, onEnd: () => void): RelayLine {
  const { transport, timers } = context;
  const counted = { ...NO_TRAFFIC, opened: 1 };
  const decoder = createReplyDecoder();
  let link: Link | undefined;
  let asked: { readonly channel: number; readonly answer: (on: boolean | undefined) => void; readonly deadline: Timer } | undefined;
  let lostBy: Fault | undefined;
  let resolveEnded: (fault: Fault | undefined) => void = () => undefined;
  const ended = new Promise<Fault | undefined>((resolve) => {
    resolveEnded = resolve;
  });

  const answerAsked = (on: boolean | undefined): void => {
    const waiting = asked;
    asked = undefined;
    waiting?.deadline.cancel();
    waiting?.answer(on);
  };

  const write = async (bytes: Uint8Array): Promise<Result<void, Fault>> => {
    counted.framesOut += 1;
    counted.bytesOut += bytes.length;
    return (await link?.write(bytes)) ?? err({ code: 'E-LNK-CLOSED', owner: 'device', message: `the line to ${context.device} is closed` });
  };

  return {
    begin: async (channels) => {
      const opened = await transport.open({
        bytes: (chunk) => {
          counted.bytesIn += chunk.length;
          for (const event of decoder.push(chunk)) {
            if (event.kind === 'garbage') counted.garbage += 1;
            else counted.framesIn += 1;
            if (event.kind === 'level' && event.level.channel === asked?.channel) answerAsked(event.level.on);
          }
        },
        closed: (fault) => {
          onEnd();
          answerAsked(undefined);
          resolveEnded(lostBy ?? fault);
        },
      });
      if (!opened.ok) return opened;
      link = opened.value;
      context.onHealth({ kind: 'connecting', reasons: [] });
      for (const channel of channels) {
        const written = await write(encodeCommand({ kind: 'switch', channel, on: false }));
        if (!written.ok) return written;
      }
      return { ok: true, value: undefined };
    },
    switch: (channel, on) => write(encodeCommand({ kind: 'switch', channel, on })),
    ask: (channel) =>
      new Promise((resolve) => {
        answerAsked(undefined);
        const deadline = timers.after(LIMITS.lcus.replyTimeout, () => {
          counted.timeouts += 1;
          answerAsked(undefined);
        });
        asked = { channel, answer: resolve, deadline };
        void write(encodeCommand({ kind: 'ask' })).then((written) => {
          if (!written.ok) answerAsked(undefined);
        });
      }),
    counters: () => ({ ...counted }),
    ended,
    end: async (fault) => {
      lostBy = fault;
      onEnd();
      await link?.close();
    },
  };
}
