import { assert, type Fault } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Driver, DriverContext } from '#core/ports/driver.ts';
import type { GateController } from '#core/ports/gate-controller.ts';
import { NO_TRAFFIC } from '#core/ports/health.ts';
import type { FeatureReports, Link } from '#core/ports/link.ts';
import { connectRelayGate, type RelayLine } from '../relay-gate/relay-gate.ts';
import { encodeSwitch, levelOf, REPORT_BYTES } from './frame.ts';

export interface HidRelayOptions {
  /** The channel that releases the barrier, from 1. */
  readonly channel: number;
}

/** A barrier behind a HID relay module, which says its levels whenever it is asked. */
export const hidRelayGateDriver: Driver<GateController, HidRelayOptions> = {
  name: 'hid-relay-gate',
  trace: 'no-words',
  connect: async (context, { channel }) => {
    assert(channel >= 1 && channel <= 8, 'a module has channels 1 to 8');
    return connectRelayGate(context, { channel, feedback: 'levels' }, createHidRelayLine);
  },
};

function createHidRelayLine({ transport, onHealth, device }: DriverContext, onEnd: () => void): RelayLine {
  const counted = { ...NO_TRAFFIC, opened: 1 };
  let link: Link | undefined;
  let lostBy: Fault | undefined;
  let resolveEnded: (fault: Fault | undefined) => void = () => undefined;
  const ended = new Promise<Fault | undefined>((resolve) => {
    resolveEnded = resolve;
  });
  const closed: Fault = { code: 'E-LNK-CLOSED', owner: 'device', message: `the line to ${device} is closed`, device };

  const ask = async <Answer>(question: (features: FeatureReports) => Promise<Result<Answer, Fault>>): Promise<Result<Answer, Fault>> => {
    if (link === undefined) return err(closed);
    assert(link.features !== undefined, 'this driver is given a HID device');
    counted.framesOut += 1;
    counted.bytesOut += REPORT_BYTES;
    return question(link.features);
  };
  const write = (channel: number, on: boolean): Promise<Result<void, Fault>> => ask((features) => features.send(encodeSwitch(channel, on)));

  return {
    begin: async (channels) => {
      const opened = await transport.open({
        bytes: (report) => {
          // It has no input reports.
          counted.bytesIn += report.length;
          counted.garbage += 1;
        },
        closed: (fault) => {
          onEnd();
          resolveEnded(lostBy ?? fault);
        },
      });
      if (!opened.ok) return opened;
      link = opened.value;
      onHealth({ kind: 'connecting', reasons: [] });
      for (const channel of channels) {
        const written = await write(channel, false);
        if (!written.ok) return written;
      }
      return ok();
    },
    switch: write,
    ask: async (channel) => {
      const report = await ask((features) => features.read(0, REPORT_BYTES));
      if (!report.ok) {
        counted.timeouts += 1;
        return undefined;
      }
      counted.framesIn += 1;
      counted.bytesIn += report.value.length;
      return levelOf(report.value, channel);
    },
    counters: () => ({ ...counted }),
    ended,
    end: async (fault) => {
      lostBy = fault;
      onEnd();
      await link?.close();
    },
  };
}
