/** What the simulated printer says about itself, bit by bit as in Epson's tables. Written apart from the driver's reading of the same bytes. */
export interface Condition {
  readonly coverOpen: boolean;
  readonly paperEnd: boolean;
  readonly paperNearEnd: boolean;
  readonly cutterError: boolean;
  readonly headHot: boolean;
  /** Of printers with a presenter. */
  readonly paperJam: boolean;
  readonly ticketAtOutput: boolean;
  /** Set offline at the panel. */
  readonly switchedOff: boolean;
}

export function isOffline({ coverOpen, paperEnd, cutterError, paperJam, headHot, switchedOff }: Condition): boolean {
  return coverOpen || paperEnd || cutterError || paperJam || headHot || switchedOff;
}

const when = (condition: boolean, bits: number): number => (condition ? bits : 0);

/** [DLE EOT n] The fixed bits are 1 and 4. */
export function realTimeStatus(condition: Condition, n: 1 | 2 | 3 | 4): number {
  const { coverOpen, paperEnd, paperNearEnd, cutterError, headHot } = condition;
  switch (n) {
    case 1:
      return 0x12 | when(isOffline(condition), 0x08);
    case 2:
      return 0x12 | when(coverOpen, 0x04) | when(paperEnd, 0x20) | when(cutterError || headHot, 0x40);
    case 3:
      return 0x12 | when(cutterError, 0x08) | when(headHot, 0x40);
    case 4:
      return 0x12 | when(paperNearEnd, 0x0c) | when(paperEnd, 0x60);
  }
}

/** [GS a] Bit 4 of the first byte is always set; the last byte is reserved and reads 0F, as on the printers it was seen on. */
export function automaticStatus(condition: Condition): Uint8Array {
  const { coverOpen, paperEnd, paperNearEnd, cutterError, headHot } = condition;
  const first = 0x10 | when(isOffline(condition), 0x08) | when(coverOpen, 0x20);
  const second = when(cutterError, 0x08) | when(headHot, 0x40);
  // Where there is no paper at all, the near-end sensor sees none either.
  const third = when(paperNearEnd || paperEnd, 0x03) | when(paperEnd, 0x0c);
  return Uint8Array.of(first, second, third, 0x0f);
}

/** [GS r 1] */
export function paperStatus({ paperEnd, paperNearEnd }: Condition): number {
  return when(paperNearEnd || paperEnd, 0x03) | when(paperEnd, 0x0c);
}

/** [Custom, full status] */
export function fullStatus({ coverOpen, paperEnd, paperNearEnd, cutterError, headHot, paperJam, ticketAtOutput }: Condition): Uint8Array {
  const paper = when(paperEnd, 0x01) | when(paperNearEnd || paperEnd, 0x04) | when(ticketAtOutput, 0x20);
  const recoverable = when(headHot, 0x01) | when(paperJam, 0x40);
  return Uint8Array.of(0x10, 0x0f, paper, when(coverOpen, 0x02), recoverable, when(cutterError, 0x01));
}

/** [GS ( H fn 49] Stopped, with one cause byte; which bit is which differs between models. */
export function offlineResponse({ coverOpen, paperEnd, cutterError }: Condition): Uint8Array {
  return Uint8Array.of(0x37, 0x23, 0x40 | when(coverOpen, 0x01) | when(paperEnd, 0x02) | when(cutterError, 0x04), 0x00);
}
