import type { Fault } from '#core/base/fault.ts';
import { err } from '#core/base/result.ts';
import type { CardRead, CardReader } from '#core/ports/card-reader.ts';
import type { GateController, GateInput } from '#core/ports/gate-controller.ts';
import { DARK, type Indicator, type Signal } from '#core/ports/indicator.ts';
import type { PaymentTerminal } from '#core/ports/payment-terminal.ts';
import type { ScannedCode, Scanner } from '#core/ports/scanner.ts';
import type { TicketPrinter } from '#core/ports/ticket-printer.ts';

/**
 * A port that outlives connections: the lobby holds it for as long as the agent runs, sessions come and go behind it. With no session, a command is refused at
 * once and kept nowhere.
 */
export interface StablePort<Port> {
  readonly port: Port;
  attach(session: Port): void;
  detach(): void;
}

/** @param absence why there is no session now */
export function stablePrinter(absence: () => Fault): StablePort<TicketPrinter> {
  let session: TicketPrinter | undefined;
  return {
    port: {
      print: async (job) => session?.print(job) ?? { kind: 'not-printed', fault: absence() },
      // Of a printer that is away nobody can say it yet: it is asked for proof when it is back.
      powerCycled: () => session?.powerCycled(),
    },
    attach: (next) => {
      session = next;
    },
    detach: () => {
      session = undefined;
    },
  };
}

export function stableScanner(): StablePort<Scanner> {
  let session: Scanner | undefined;
  let onCode: ((code: ScannedCode) => void) | undefined;
  let onFirstByte: (() => void) | undefined;
  /** Nothing is asked of a session before somebody listens, so that it counts the reads that nobody took. */
  const connect = (): void => {
    if (onCode !== undefined) session?.onCode(onCode);
    if (onFirstByte !== undefined) session?.onFirstByte(onFirstByte);
  };
  return {
    port: {
      onCode: (listen) => {
        onCode = listen;
        connect();
      },
      onFirstByte: (listen) => {
        onFirstByte = listen;
        connect();
      },
    },
    attach: (next) => {
      session = next;
      connect();
    },
    detach: () => {
      session = undefined;
    },
  };
}

export function stableCardReader(): StablePort<CardReader> {
  let session: CardReader | undefined;
  let onCard: ((read: CardRead) => void) | undefined;
  return {
    port: {
      onCard: (listen) => {
        onCard = listen;
        session?.onCard(listen);
      },
    },
    attach: (next) => {
      session = next;
      if (onCard !== undefined) next.onCard(onCard);
    },
    detach: () => {
      session = undefined;
    },
  };
}

/** Money that is not asked for cannot move: a terminal that is away declines; what it has booked before, nobody can say. */
export function stableTerminal(absence: () => Fault): StablePort<PaymentTerminal> {
  let session: PaymentTerminal | undefined;
  return {
    port: {
      authorise: async (sale) => session?.authorise(sale) ?? { kind: 'declined', reason: 'terminal-busy' },
      inquire: async (inquiry) => session?.inquire(inquiry) ?? { kind: 'unknown', fault: absence() },
      reverse: async (receipt) => session?.reverse(receipt) ?? { kind: 'unknown', fault: absence() },
      endDay: async () => session?.endDay() ?? { kind: 'refused', fault: absence() },
      abort: () => session?.abort(),
    },
    attach: (next) => {
      session = next;
    },
    detach: () => {
      session = undefined;
    },
  };
}

export function stableGate(absence: () => Fault): StablePort<GateController> {
  let session: GateController | undefined;
  let listen: ((input: GateInput) => void) | undefined;
  /** Every session tells its levels anew; the lobby hears of them only when they differ from what it heard last. */
  const levels = { jammed: false, obstructed: false, blind: false, 'fire-alarm': false };
  const hear = (input: GateInput): void => {
    if (listen === undefined) return;
    if (input.kind !== 'passed') {
      if (levels[input.kind] === input.on) return;
      levels[input.kind] = input.on;
    }
    listen(input);
  };
  return {
    port: {
      release: async (command) => session?.release(command) ?? { kind: 'not-released', fault: absence() },
      expectRelease: (within) => session?.expectRelease(within),
      secure: async () => session?.secure() ?? err(absence()),
      onInput: (newListener) => {
        listen = newListener;
        levels.jammed = false;
        levels.obstructed = false;
        levels.blind = false;
        levels['fire-alarm'] = false;
        session?.onInput(hear);
      },
    },
    attach: (next) => {
      session = next;
      next.onInput(hear);
    },
    detach: () => {
      session = undefined;
    },
  };
}

/** A light that comes back shows what is true now; what it would have sounded is over. */
/** The light as the lobby has it, which a technician may borrow. */
export interface LobbyLight extends Indicator {
  /** The lobby takes it back with its next signal. */
  borrow(): BorrowedLight;
}

export interface BorrowedLight {
  show(signal: Signal): 'shown' | 'taken-back' | 'absent';
  /** What the lobby showed is shown again. */
  giveBack(): void;
}

/** Each session's light as drivers have it; the lobby's can be borrowed. */
interface StableLight extends StablePort<Indicator> {
  readonly port: LobbyLight;
}

export function stableIndicator(): StableLight {
  let session: Indicator | undefined;
  let shown: Signal = DARK;
  let borrower: object | undefined;
  const showAgain = (): void => session?.show({ ...shown, beeps: 'none' });
  return {
    port: {
      show: (signal) => {
        borrower = undefined;
        shown = signal;
        session?.show(signal);
      },
      borrow: () => {
        const mine = {};
        borrower = mine;
        return {
          show: (signal) => {
            if (borrower !== mine) return 'taken-back';
            if (session === undefined) return 'absent';
            session.show(signal);
            return 'shown';
          },
          giveBack: () => {
            if (borrower === mine) showAgain();
          },
        };
      },
    },
    attach: (next) => {
      session = next;
      showAgain();
    },
    detach: () => {
      session = undefined;
    },
  };
}
