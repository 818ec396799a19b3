import { type Condition, isOffline } from '../../ticket-printer/simulator/condition.ts';

/** What the simulated printer says about itself, bit by bit as in Epson's tables. Written apart from the driver's reading of the same bytes. */

const when = (condition: boolean, bits: number): number => (condition ? bits : 0);

/** [DLE EOT n] The fixed bits are 1 and 4. */
export function realTimeStatus(condition: Condition, n: 1 | 2 | 3 | 4): number {
  const { coverOpen, paperEnd, paperNearEnd, cutterError, headHot, markLost } = condition;
  switch (n) {
    case 1:
      return 0x12 | when(isOffline(condition), 0x08);
    case 2:
      return 0x12 | when(coverOpen, 0x04) | when(paperEnd, 0x20) | when(cutterError || headHot || markLost, 0x40);
    case 3:
      return 0x12 | when(markLost, 0x04) | when(cutterError, 0x08) | when(headHot, 0x40);
    case 4:
      return 0x12 | when(paperNearEnd, 0x0c) | when(paperEnd, 0x60);
  }
}

/** [GS a] Bit 4 of the first byte is always set; the last byte is reserved and reads 0F, as on the printers it was seen on. */
export function automaticStatus(condition: Condition): Uint8Array {
  const { coverOpen, paperEnd, paperNearEnd, cutterError, headHot, markLost } = condition;
  const first = 0x10 | when(isOffline(condition), 0x08) | when(coverOpen, 0x20);
  const second = when(markLost, 0x04) | when(cutterError, 0x08) | when(headHot, 0x40);
  // Where there is no paper at all, the near-end sensor sees none either.
  const third = when(paperNearEnd || paperEnd, 0x03) | when(paperEnd, 0x0c);
  return Uint8Array.of(first, second, third, 0x0f);
}

/** [GS r 1] */
export function paperStatus({ paperEnd, paperNearEnd }: Condition): number {
  return when(paperNearEnd || paperEnd, 0x03) | when(paperEnd, 0x0c);
}

/** [Custom, full status] */
export function fullStatus({ coverOpen, paperEnd, paperNearEnd, cutterError, headHot, paperJam, markLost, ticketAtOutput }: Condition): Uint8Array {
  const paper = when(paperEnd, 0x01) | when(paperNearEnd || paperEnd, 0x04) | when(ticketAtOutput, 0x20);
  // A notch that does not come stops the printer like a jam.
  const recoverable = when(headHot, 0x01) | when(paperJam || markLost, 0x40);
  return Uint8Array.of(0x10, 0x0f, paper, when(coverOpen, 0x02), recoverable, when(cutterError, 0x01));
}

/** [GS ( H fn 49] Stopped, with one cause byte; which bit is which differs between models. */
export function offlineResponse({ coverOpen, paperEnd, cutterError }: Condition): Uint8Array {
  return Uint8Array.of(0x37, 0x23, 0x40 | when(coverOpen, 0x01) | when(paperEnd, 0x02) | when(cutterError, 0x04), 0x00);
}
