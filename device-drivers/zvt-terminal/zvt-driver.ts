import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Currency } from '#core/base/money.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { DeviceSession, Driver, DriverContext } from '#core/ports/driver.ts';
import { NO_TRAFFIC } from '#core/ports/health.ts';
import type { Link } from '#core/ports/link.ts';
import type { PaymentTerminal } from '#core/ports/payment-terminal.ts';
import { createApduLine, type Framing } from './apdu-line.ts';
import { createDialogueRunner, type DialogueRunner } from './dialogue-runner.ts';
import { encodeCommand, readMessage } from './messages.ts';
import { CURRENCY_NUMBER, receiptOf } from './receipts.ts';
import { refusedRegistration, silent } from './terminal-faults.ts';
import { createTerminalPort } from './terminal-port.ts';

export interface ZvtTerminalOptions {
  /** How units travel: plain over TCP (port 20007 as a rule), framed over a serial line. */
  readonly framing: Framing;
  /** Six digits, set at the terminal; `000000` when nobody did. */
  readonly password: string;
  readonly currency: Currency;
  /** IANA name of the zone that the terminal's clock shows. */
  readonly timeZone: string;
}

/**
 * A card terminal that speaks ZVT (PA00P015 13.08), used in vending mode: the money is kept only when the caller says that the goods came out, and the terminal
 * books it back by itself otherwise. A line that is lost after the approval leaves the outcome `unknown`; the terminal's own record of its newest booking is
 * asked for in the next session.
 */
export const zvtTerminalDriver: Driver<PaymentTerminal, ZvtTerminalOptions> = {
  name: 'zvt-terminal',
  connect: async (context, options) => {
    const session = createSession(context, options);
    const opened = await context.transport.open({ bytes: session.bytes, closed: session.closed });
    if (!opened.ok) return err(opened.error);
    const begun = await session.begin(opened.value);
    if (begun.ok) return ok(session);
    await session.stop();
    return err(begun.error);
  },
};

interface Session extends DeviceSession<PaymentTerminal> {
  bytes(chunk: Uint8Array): void;
  closed(fault: Fault | undefined): void;
  /** Registers this till at the terminal. */
  begin(link: Link): Promise<Result<void, Fault>>;
}

function createSession(context: DriverContext, { framing, password, currency, timeZone }: ZvtTerminalOptions): Session {
  const { clock, timers, device } = context;
  const surroundings = { timeZone, wall: () => clock.wall() };
  const counted = { ...NO_TRAFFIC, opened: 1 };
  let link: Link | undefined;
  let nextEnquiry: Timer | undefined;
  let isStopped = false;
  let lostBy: Fault | undefined;
  let end: (fault: Fault | undefined) => void = () => undefined;
  const ended = new Promise<Fault | undefined>((resolve) => {
    end = resolve;
  });

  const isOver = (): boolean => isStopped || lostBy !== undefined || link?.isOpen !== true;
  const lose = (fault: Fault): void => {
    if (isStopped || lostBy !== undefined) return;
    lostBy = { ...fault, device };
    void link?.close();
  };
  const line = createApduLine(framing, {
    timers,
    counted,
    write: (bytes) => {
      counted.bytesOut += bytes.length;
      void link?.write(bytes).then((written) => {
        if (!written.ok) lose(written.error);
      });
    },
    onApdu: (apdu) => runner.hear(readMessage(apdu)),
    onLost: lose,
  });
  const runner: DialogueRunner = createDialogueRunner({
    timers,
    send: (command) => line.send(encodeCommand(command)),
    receiptOf: (booking, asked) => receiptOf(booking, asked, surroundings),
    onBusy: (isBusy) => {
      nextEnquiry?.cancel();
      // How an enquiry ends is told by the line: silence loses the session.
      if (!isBusy && !isOver()) nextEnquiry = timers.after(LIMITS.zvt.enquireEvery, () => void runner.run({ kind: 'status-enquiry', password }));
    },
    onSilence: () => {
      counted.timeouts += 1;
      lose(silent(device));
    },
  });
  const silence = (): void => {
    nextEnquiry?.cancel();
    line.close();
    runner.close();
  };

  return {
    port: createTerminalPort({
      device,
      password,
      currency,
      surroundings,
      run: (command, sale) => (isOver() ? undefined : runner.run(command, sale)),
      abort: runner.abort,
      lostBy: () => lostBy,
    }),
    counters: () => ({ ...counted }),
    ended,
    bytes: (chunk) => {
      counted.bytesIn += chunk.length;
      line.bytes(chunk);
    },
    closed: (fault) => {
      if (!isStopped) lostBy ??= fault;
      isStopped = true;
      silence();
      end(lostBy);
    },
    begin: async (opened) => {
      link = opened;
      context.onHealth({ kind: 'connecting', reasons: [] });
      const registered = await runner.run({ kind: 'registration', password, currency: CURRENCY_NUMBER[currency] });
      if (registered === undefined || registered.kind === 'lost') return err(lostBy ?? silent(device));
      if (registered.kind !== 'completed') {
        return err(refusedRegistration(device, registered.kind === 'refused' ? registered.reason : registered.result));
      }
      context.onHealth({ kind: 'ready', reasons: [] });
      return ok();
    },
    stop: async () => {
      isStopped = true;
      silence();
      await link?.close();
    },
  };
}
