import { onTestFinished } from 'vitest';
import { type Admissions, createAdmissions, type NewAdmission } from '#agent/ledger/admissions.ts';
import { type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { silentLog } from '#agent/runtime/log.ts';
import type { SiteLines } from '#agent/site/site-lines.ts';
import { createSiteNetwork, type SiteNetwork } from '#agent/site/site-network.ts';
import { instant, milliseconds } from '#core/base/time.ts';
import { ulid } from '#core/base/ulid.ts';
import type { PassageOutcome } from '#core/contract/admission.ts';
import type { EventId, LaneId, MachineId, ShowId, SiteId, TicketId } from '#core/contract/identifiers.ts';
import { EventBody } from '#core/contract/wire/events.ts';
import type { Clock, Timers } from '#core/ports/clock.ts';
import type { ClaimOutcome } from '#core/site/site-claims.ts';
import { testRandom } from '../validity/scratch-ledger.ts';

/** A gate of a site without its lanes: a real ledger in memory, the site's network, and hands that let people in. */

export const SITE = '36090702' as SiteId;
export const ticket = (number: number): TicketId => `36090702${String(number).padStart(8, '0')}` as TicketId;
const SHOW = '100' as ShowId;

export interface TestGate {
  readonly machine: MachineId;
  readonly ledger: Ledger;
  readonly network: SiteNetwork;
  readonly admissions: Admissions;
  /** Claims and, unless it was taken, lets in. */
  claim(of: TicketId, options?: { readonly admits?: number; readonly write?: boolean }): { readonly scanId: EventId; outcome?: ClaimOutcome };
  /** Lets in without a word to anybody. */
  admit(of: TicketId, change?: Partial<NewAdmission>): EventId;
  resolve(scanId: EventId, of: TicketId, outcome: PassageOutcome): void;
  entries(of: TicketId): number;
  events(type: EventBody['t']): readonly EventBody[];
}

export interface TestGateOptions {
  readonly name: string;
  readonly members: readonly string[];
  readonly lines: SiteLines;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly path?: string;
  readonly admits?: boolean;
  readonly takesFound?: boolean;
}

let starts = 0;

export function openTestGate({
  name,
  members,
  lines,
  clock,
  timers,
  path = ':memory:',
  admits = true,
  takesFound = false,
}: TestGateOptions): TestGate {
  const machine = name as MachineId;
  starts += 1;
  const boot = `boot-${starts}`;
  const ledger = openLedger(path, { clock, random: testRandom, boot });
  const admissions = createAdmissions(ledger, machine);
  const network = createSiteNetwork({
    machine,
    site: SITE,
    session: boot,
    software: '1.0.0-test',
    admits,
    members: members.map((member) => member as MachineId),
    takesFound,
    lines,
    ledger,
    admissions,
    clock,
    timers,
    log: silentLog,
    isShowOver: () => true,
    onChanged: () => undefined,
  });
  onTestFinished(async () => {
    await network.stop();
    if (ledger.database.open) ledger.close();
  });
  const newScan = (): EventId => ulid(clock.wall(), testRandom.bytes(10)) as EventId;
  const write = (scanId: EventId, of: TicketId, outcome: ClaimOutcome['kind'], change: Partial<NewAdmission> = {}): void => {
    const lane = 'lane-1' as LaneId;
    const confirmation = outcome === 'granted' ? 'confirmed' : outcome === 'alone' ? 'alone' : 'unconfirmed';
    admissions.recordScan(
      {
        ...{ scanId, lane, direction: 'entry', verdict: 'admit', reasons: [], ticketId: of, showId: SHOW, codeHash: 'abcdef' },
        ...{ dataVersion: 1, dataAgeSeconds: 3, clockErrorMs: 20, offline: false, confirmation },
      },
      { scanId, ticketId: of, lane, direction: 'entry', at: instant(clock.wall()), admits: 1, reentry: false, ...change },
    );
  };
  return {
    machine,
    ledger,
    network,
    admissions,
    claim: (of, { admits: places = 1, write: mayWrite = true } = {}) => {
      const scanId = newScan();
      const asked: { readonly scanId: EventId; outcome?: ClaimOutcome } = { scanId };
      const request = { scanId, ticketId: of, lane: 'lane-1' as LaneId, at: clock.wall(), admits: places, reentry: false };
      network.claims.claim(request, (outcome) => {
        asked.outcome = outcome;
        if (outcome.kind === 'taken' || !mayWrite) return;
        if (outcome.kind === 'unanswered' && outcome.mustRefuse) network.claims.withdraw(scanId);
        else write(scanId, of, outcome.kind, { admits: places });
      });
      return asked;
    },
    admit: (of, change) => {
      const scanId = newScan();
      write(scanId, of, 'unanswered', change);
      return scanId;
    },
    resolve: (scanId, of, outcome) => admissions.recordPassage({ scanId, ticketId: of, lane: 'lane-1' as LaneId, direction: 'entry', outcome }),
    entries: (of) => admissions.history(of).entries,
    events: (type) =>
      ledger.database
        .prepare<[string], { type: string; body: string }>('SELECT type, body FROM outbox WHERE type = ? ORDER BY lane, seq')
        .all(type)
        .map((row) => EventBody.parse({ t: row.type, d: JSON.parse(row.body) })),
  };
}

export const HOP = milliseconds(1);
