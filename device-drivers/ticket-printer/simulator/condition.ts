/** What the sensors of a simulated printer see. Each family has its own bits for it. */
export interface Condition {
  readonly coverOpen: boolean;
  readonly paperEnd: boolean;
  readonly paperNearEnd: boolean;
  readonly cutterError: boolean;
  readonly headHot: boolean;
  /** The black mark did not come. */
  readonly markLost: boolean;
  /** Of printers with a presenter. */
  readonly paperJam: boolean;
  readonly ticketAtOutput: boolean;
  /** Set offline at the panel. */
  readonly switchedOff: boolean;
}

export function isOffline({ coverOpen, paperEnd, cutterError, paperJam, headHot, markLost, switchedOff }: Condition): boolean {
  return coverOpen || paperEnd || cutterError || paperJam || headHot || markLost || switchedOff;
}
