import { assert, type Fault } from '#core/base/fault.ts';
import type { Money } from '#core/base/money.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import type { DeviceSession } from '#core/ports/driver.ts';
import type { HealthState } from '#core/ports/health.ts';
import type {
  GoodsDecision,
  PaymentTerminal,
  TerminalAuthorisation,
  TerminalOutcome,
  TerminalPrompt,
  TerminalReceipt,
} from '#core/ports/payment-terminal.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { zvtTerminalDriver } from '#drivers/zvt-terminal/zvt-driver.ts';
import { createTerminalSimulator, type TerminalSimulator } from '#drivers/zvt-terminal/zvt-simulator.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';

export const AMOUNT: Money = { minor: 8_400, currency: 'CNY' };

/** A driver connected to a simulated terminal, on a clock of its own. */
export interface TerminalBench {
  readonly time: VirtualTime;
  readonly simulator: TerminalSimulator;
  readonly health: HealthState[];
  session(): DeviceSession<PaymentTerminal>;
  terminal(): PaymentTerminal;
  reconnect(): Promise<Fault | undefined>;
  /** Begins a payment; `decide` answers `goods-issued` unless told otherwise. */
  pay(changes?: Partial<Pick<TerminalAuthorisation, 'decide' | 'onApproved' | 'amount'>>): Payment;
}

export interface Payment {
  readonly outcome: Promise<TerminalOutcome>;
  readonly texts: string[];
  readonly prompts: (TerminalPrompt | undefined)[];
  readonly approved: TerminalReceipt[];
  /** How often the goods were asked for. */
  readonly asked: () => number;
}

export async function connectTerminal(
  framing: 'tcp' | 'serial',
  prepare: (simulator: TerminalSimulator) => void = () => undefined,
): Promise<TerminalBench> {
  const time = createVirtualTime();
  const simulator = createTerminalSimulator({ timers: time.timers, clock: time.clock, framing });
  prepare(simulator);
  const health: HealthState[] = [];
  let session: DeviceSession<PaymentTerminal> | undefined;
  const reconnect = async (): Promise<Fault | undefined> => {
    const connecting = zvtTerminalDriver.connect(
      {
        device: 'card-terminal',
        transport: memoryTransport(simulator),
        clock: time.clock,
        timers: time.timers,
        onHealth: (state) => health.push(state),
      },
      { framing, password: '000000', currency: 'CNY', timeZone: 'UTC' },
    );
    await time.advance(milliseconds(50));
    // A terminal that says nothing is given up after its time.
    let connected = await Promise.race([connecting, Promise.resolve(undefined)]);
    if (connected === undefined) {
      await time.advance(seconds(40));
      connected = await connecting;
    }
    session = connected.ok ? connected.value : undefined;
    return connected.ok ? undefined : connected.error;
  };
  const known = (): DeviceSession<PaymentTerminal> => {
    assert(session !== undefined, 'the terminal is connected');
    return session;
  };
  const fault = await reconnect();
  assert(fault === undefined || prepare.length > 0, `the simulated terminal connects: ${fault?.code}`);

  return {
    time,
    simulator,
    health,
    session: known,
    terminal: () => known().port,
    reconnect,
    pay: ({ decide = (): GoodsDecision => 'goods-issued', onApproved = () => undefined, amount = AMOUNT } = {}) => {
      const texts: string[] = [];
      const prompts: (TerminalPrompt | undefined)[] = [];
      const approved: TerminalReceipt[] = [];
      let asked = 0;
      const outcome = known().port.authorise({
        attemptKey: 'attempt-1',
        amount,
        onText: (text, prompt) => {
          texts.push(text);
          prompts.push(prompt);
        },
        onApproved: (receipt) => {
          onApproved(receipt);
          approved.push(receipt);
        },
        decide: () => {
          asked += 1;
          return decide();
        },
      });
      return { outcome, texts, prompts, approved, asked: () => asked };
    },
  };
}
