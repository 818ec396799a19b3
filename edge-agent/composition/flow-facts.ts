import type { FlowFacts } from '#core/kiosk/flows.ts';
import type { HealthBoard } from './health-board.ts';
import type { Surrounded } from './parts.ts';

/** What is known of this machine when it asks itself what guests can still do on it. */
export function flowFacts(
  { configuration, storeKeeping, closure }: Surrounded,
  board: HealthBoard,
  rest: Pick<FlowFacts, 'boxOffice' | 'network' | 'data' | 'store'>,
): FlowFacts {
  const { kiosk, gate } = configuration;
  return {
    ...(kiosk === undefined
      ? {}
      : {
          kiosk: {
            printers: kiosk.printer.map((id) => board.stateOf(id)),
            scanner: board.stateOf(kiosk.scanner),
            terminal: kiosk.terminal === undefined ? undefined : board.stateOf(kiosk.terminal),
          },
        }),
    lanes: (gate?.lanes ?? []).map((lane) => ({ scanner: board.stateOf(lane.scanner), gate: board.stateOf(lane.gate) })),
    pressure: storeKeeping.pressure(),
    closed: closure.closed() !== undefined,
    ...rest,
  };
}
