import { equalBytes } from '#core/base/bytes.ts';
import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import { type Apdu, createApduStream, decodeApdu } from './apdu.ts';
import { ACK, createSerialFramer, encodeFrame, NAK, type SerialEvent } from './serial-framing.ts';

/** Whole units in both directions over one connection, whatever carries them. */
export interface ApduLine {
  /** In the order of the calls. On a serial line the next one leaves when the far side has confirmed the one before. */
  send(unit: Uint8Array): void;
  bytes(chunk: Uint8Array): void;
  close(): void;
}

export interface ApduLineOptions {
  readonly write: (bytes: Uint8Array) => void;
  readonly onApdu: (apdu: Apdu) => void;
  /** The far side speaks no ZVT, or confirms nothing any more; told once. */
  readonly onLost: (fault: Fault) => void;
  readonly timers: Timers;
  readonly counted: { framesIn: number; framesOut: number; garbage: number; timeouts: number };
}

/** How units travel: one after the other (TCP), or framed and confirmed (a serial line). */
export type Framing = 'tcp' | 'serial';

export function createApduLine(framing: Framing, options: ApduLineOptions): ApduLine {
  return framing === 'tcp' ? createTcpLine(options) : createSerialLine(options);
}

/** Over TCP: units one after the other, nothing else (PA00P016 §4). */
function createTcpLine({ write, onApdu, onLost, counted }: ApduLineOptions): ApduLine {
  const stream = createApduStream();
  return {
    send: (unit) => {
      counted.framesOut += 1;
      write(unit);
    },
    bytes: (chunk) => {
      for (const event of stream.push(chunk)) {
        if (event.kind === 'overflow') {
          counted.garbage += 1;
          onLost(noTerminal());
          return;
        }
        counted.framesIn += 1;
        onApdu(event.apdu);
      }
    },
    close: () => undefined,
  };
}

interface Sending {
  readonly frame: Uint8Array;
  readonly repeats: number;
  readonly deadline: Timer;
}

/**
 * Over a serial line: every frame is confirmed by ACK, asked for again by NAK, and repeated twice when nothing comes within T2 (PA00P016 §3.4). A frame that
 * arrives again while our answer to it is still unconfirmed is a repetition: our ACK was lost, and it is confirmed but not told twice.
 */
function createSerialLine({ write, onApdu, onLost, timers, counted }: ApduLineOptions): ApduLine {
  const framer = createSerialFramer();
  const queue: Uint8Array[] = [];
  let sending: Sending | undefined;
  let silence: Timer | undefined;
  let lastTold: Uint8Array | undefined;
  let isClosed = false;

  const transmit = (frame: Uint8Array, repeats: number): void => {
    sending = { frame, repeats, deadline: timers.after(LIMITS.zvt.confirmWithin, missed) };
    counted.framesOut += 1;
    write(frame);
  };
  const pump = (): void => {
    if (sending !== undefined || isClosed) return;
    const unit = queue.shift();
    if (unit !== undefined) transmit(encodeFrame(unit), 0);
  };
  const again = (): void => {
    if (sending === undefined) return;
    const { frame, repeats, deadline } = sending;
    deadline.cancel();
    sending = undefined;
    if (repeats < LIMITS.zvt.repeatsMax) transmit(frame, repeats + 1);
    else lose();
  };
  const missed = (): void => {
    counted.timeouts += 1;
    again();
  };
  const lose = (): void => {
    if (isClosed) return;
    close();
    onLost(notConfirmed());
  };
  const close = (): void => {
    isClosed = true;
    sending?.deadline.cancel();
    silence?.cancel();
  };

  const take = (event: SerialEvent): void => {
    switch (event.kind) {
      case 'ack':
        sending?.deadline.cancel();
        sending = undefined;
        lastTold = undefined;
        pump();
        break;
      case 'nak':
        again();
        break;
      case 'broken':
        counted.garbage += 1;
        write(Uint8Array.of(NAK));
        break;
      case 'garbage':
        counted.garbage += 1;
        break;
      case 'unit':
        counted.framesIn += 1;
        write(Uint8Array.of(ACK));
        tell(event.unit);
        break;
    }
  };
  const tell = (unit: Uint8Array): void => {
    if (sending !== undefined && lastTold !== undefined && equalBytes(lastTold, unit)) return;
    const apdu = decodeApdu(unit);
    if (apdu === undefined) {
      counted.garbage += 1;
      return;
    }
    lastTold = unit;
    onApdu(apdu);
  };

  return {
    send: (unit) => {
      queue.push(unit);
      pump();
    },
    bytes: (chunk) => {
      if (isClosed) return;
      silence?.cancel();
      for (const event of framer.push(chunk)) take(event);
      if (framer.isInside && !isClosed) silence = timers.after(LIMITS.zvt.silenceInFrame, () => framer.idle().forEach(take));
    },
    close,
  };
}

const noTerminal = (): Fault => ({
  code: 'E-TRM-PROTOCOL',
  owner: 'device',
  message: 'what is at the far side of the line does not speak ZVT',
  remedy: 'Check the address, and that ZVT (and not another till protocol) is switched on at the terminal.',
});

const notConfirmed = (): Fault => ({
  code: 'E-TRM-NO-ANSWER',
  owner: 'device',
  message: 'the payment terminal confirms nothing on its serial line',
  remedy: "Check the terminal's power, its cable, and that both sides use the same baud rate (8 data bits, no parity, 2 stop bits).",
});
