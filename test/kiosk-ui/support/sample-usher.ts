import { instant, toIso } from '#core/base/time.ts';
import type { Verdict } from '#core/contract/admission.ts';
import { EventId, LaneId, MachineId, ShowId, TicketId } from '#core/contract/identifiers.ts';
import type { FoundTicket, HallCount, RecentScan, UsherState } from '#core/contract/local/usher.ts';
import type { Conflict, ConflictEntry } from '#core/contract/wire/events.ts';

/** An evening on an usher's page, as its agent would tell it. */

const lane = LaneId.parse('hand-1');

export function scanOf(verdict: Verdict, change: Partial<RecentScan> = {}): RecentScan {
  return { lane, verdict, undone: false, ...change };
}

export function usherState(now: number, change: Partial<UsherState> = {}): UsherState {
  return {
    staff: { name: '林薇', role: 'usher' },
    lane,
    online: true,
    dataAgeSeconds: 4,
    unsent: 0,
    site: { state: 'whole', members: ['gate-01', 'gate-02'].map((id) => ({ machine: MachineId.parse(id), reachable: true, since: at(now, -60) })) },
    recent: [],
    conflicts: [],
    halls: [],
    timeZone: 'Asia/Shanghai',
    ...change,
  };
}

const at = (now: number, minutes: number): string => toIso(instant(now + minutes * 60_000));

export function hallsAt(now: number): HallCount[] {
  const hall = (id: string, zh: string, en: string, film: readonly [string, string], minutes: number, inside: number, sold: number): HallCount => ({
    showId: ShowId.parse(id),
    filmTitle: { zh: film[0], en: film[1] },
    screenName: { zh, en },
    startsAt: at(now, minutes),
    inside,
    sold,
    late: minutes < 0 ? sold - inside : 0,
  });
  return [
    hall('11', '1号激光厅', 'Screen 1 Laser', ['末班绿皮车', 'The Last Green Train'], -8, 143, 156),
    hall('12', '3号 IMAX 厅', 'Screen 3 IMAX', ['深海回声', 'Echoes of the Deep'], 12, 87, 214),
    hall('13', '5号厅', 'Screen 5', ['纸风筝', 'Paper Kites'], 25, 6, 64),
  ];
}

export function conflictAt(now: number, change: Partial<Conflict> = {}): Conflict {
  const entry = (machine: string, minutes: number, scanId: string): ConflictEntry => ({
    scanId: EventId.parse(scanId),
    machine: MachineId.parse(machine),
    lane: LaneId.parse('lane-1'),
    at: at(now, minutes),
    clockErrorMs: 420,
    dataVersion: 812,
    dataAgeSeconds: 340,
    confirmation: 'unconfirmed',
    outcome: 'passed',
  });
  const second = '01K8ZZ0000000000000000000B';
  return {
    ticketId: TicketId.parse('3609070212345678'),
    showId: ShowId.parse('12'),
    admits: 1,
    entries: [entry('gate-01', -14, '01K8ZZ0000000000000000000A'), entry('gate-02', -11, second)],
    second: [EventId.parse(second)],
    state: 'open',
    ...change,
  };
}

export function foundAt(now: number, change: Partial<FoundTicket> = {}): FoundTicket {
  return {
    id: TicketId.parse('3609070212345678'),
    showId: ShowId.parse('12'),
    filmTitle: { zh: '深海回声', en: 'Echoes of the Deep' },
    screenName: { zh: '3号 IMAX 厅', en: 'Screen 3 IMAX' },
    startsAt: at(now, 12),
    seatLabel: '5-08',
    standing: 'valid',
    needsProof: false,
    used: 0,
    admits: 1,
    ...change,
  };
}
