import type { BusinessDay } from '../base/business-day.ts';
import type { Film, SeatPlan, Show, Site } from '../contract/box-office/programme.ts';
import type { ScreenId, SeatId } from '../contract/identifiers.ts';

/** A show as it was planned: what changes with sales and with the hour (`seatsLeft`, `status`) is the box office's own to say. */
export type PlannedShow = Omit<Show, 'seatsTotal' | 'seatsLeft' | 'status' | 'escortChildren'>;

/** What the box office needs to be told about the cinema. The embedded one draws it from its own programme, a real one from the cinema's planning. */
export interface ProgrammeSource {
  readonly site: Site;
  readonly films: readonly Film[];
  readonly plans: readonly SeatPlan[];
  /** The shows of one business day. The same day always gives the same shows with the same numbers. */
  showsOn(day: BusinessDay): readonly PlannedShow[];
  /** Seats of a show that were never for sale (house seats) or cannot be (broken): kept apart from the first moment on. */
  withheld?(show: PlannedShow): readonly { readonly seatId: SeatId; readonly state: 'R' | 'X' | 'S' }[];
  /** Whether children are let in only after a grown-up of their order. */
  escortsChildren?(show: PlannedShow): boolean;
}

export function planOf(source: ProgrammeSource, screenId: ScreenId): SeatPlan | undefined {
  return source.plans.find((plan) => plan.screenId === screenId);
}
