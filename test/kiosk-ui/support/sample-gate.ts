import { instant, toIso } from '#core/base/time.ts';
import { type RefusalReason, VERDICT_OF_REASON, type Verdict } from '#core/contract/admission.ts';
import { LaneId, MachineId, TicketId } from '#core/contract/identifiers.ts';
import type { GateView } from '#core/contract/local/live.ts';

/** What a lane would say, for looking at its screen and for testing what is made of it. 19:10 in Shanghai. */
export const SCANNED_AT = instant(Date.UTC(2026, 1, 17, 11, 10));

const at = (minutes: number): string => toIso(instant(SCANNED_AT + minutes * 60_000));

export const TICKET: NonNullable<Verdict['ticket']> = {
  id: TicketId.parse('3609070212345678'),
  filmTitle: { zh: '末班绿皮车', en: 'The Last Green Train' },
  screenName: { zh: '3号 IMAX 厅', en: 'Screen 3 IMAX' },
  seatLabel: '5-08',
  startsAt: at(60),
  entryFrom: at(20),
  used: 1,
  admits: 1,
};

export function gateView(change: Partial<GateView> = {}): GateView {
  return {
    lane: LaneId.parse('lane-1'),
    name: '1号口 Gate 1',
    state: 'ready',
    barrier: 'closed',
    online: true,
    dataAgeSeconds: 4,
    missingGates: [],
    openConflicts: 0,
    counts: { admitted: 128, passed: 126, refused: 7, notPassed: 2, inside: 119 },
    ...change,
  };
}

let scans = 0;

export function admitted(change: Partial<Verdict> = {}): Verdict {
  scans++;
  return {
    scanId: `01M8000000000000000000${String(scans).padStart(4, '0')}`,
    kind: 'enter',
    reasons: [],
    direction: 'entry',
    offline: false,
    at: at(0),
    ticket: TICKET,
    ...change,
  };
}

/** @param ticket false for a code that is no ticket, or one that nobody knows */
export function refusedFor(reason: RefusalReason, ticket = true): Verdict {
  const { ticket: known, ...verdict } = admitted({ kind: VERDICT_OF_REASON[reason], reason, reasons: [reason] });
  return {
    ...verdict,
    ...(ticket && known && { ticket: known }),
    ...((reason === 'already-used' || reason === 'no-reentry') && {
      usedBefore: { at: at(-3), lane: LaneId.parse('lane-1'), machine: MachineId.parse('kiosk-01') },
    }),
    ...(reason === 'not-home-gate' && { homeGate: MachineId.parse('gate-02') }),
  };
}

export const showing = (verdict: Verdict): GateView => gateView({ state: 'verdict', verdict, until: verdict.at });
