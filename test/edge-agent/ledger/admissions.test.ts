import { describe, expect, it, onTestFinished } from 'vitest';
import { createAdmissions } from '#agent/ledger/admissions.ts';
import { openLedger } from '#agent/ledger/ledger.ts';
import { createSiteRows } from '#agent/ledger/site-rows.ts';
import { InvariantError } from '#core/base/fault.ts';
import { instant } from '#core/base/time.ts';
import type { PassageOutcome } from '#core/contract/admission.ts';
import type { EventId, LaneId, MachineId, ShowId, TicketId } from '#core/contract/identifiers.ts';
import type { SiteRow } from '#core/contract/wire/site.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { testRandom } from '../validity/scratch-ledger.ts';

const TICKET = '3609070200000001' as TicketId;
const OTHER_TICKET = '3609070200000002' as TicketId;
const [SHOW, LATER_SHOW] = ['100' as ShowId, '200' as ShowId];
const LANE = 'lane-1' as LaneId;
const HERE = 'gate-a' as MachineId;
const scan = (number: number): EventId => `01ARZ3NDEKTSV4RRFFQ69G${1_000 + number}` as EventId;

function machine() {
  const ledger = openLedger(':memory:', { clock: createVirtualTime().clock, random: testRandom, boot: 'boot-1' });
  onTestFinished(() => ledger.close());
  const admissions = createAdmissions(ledger, HERE);
  const admit = (
    scanId: EventId,
    change: { readonly ticketId?: TicketId; readonly step?: number; readonly show?: ShowId; readonly at?: number } = {},
  ): void => {
    const { ticketId = TICKET, step, show = SHOW, at = 5_000 } = change;
    admissions.recordScan(
      {
        ...{ scanId, lane: LANE, direction: 'entry', verdict: 'admit', reasons: [], ticketId, showId: show, codeHash: 'abcdef' },
        ...{ dataVersion: 1, dataAgeSeconds: 3, clockErrorMs: 20, offline: false, confirmation: 'alone' },
      },
      { scanId, ticketId, lane: LANE, direction: 'entry', at: instant(at), admits: 1, reentry: false, ...(step === undefined ? {} : { step }) },
    );
  };
  const resolve = (scanId: EventId, outcome: PassageOutcome, by?: string): void =>
    admissions.recordPassage({ scanId, ticketId: TICKET, lane: LANE, direction: 'entry', outcome, ...(by === undefined ? {} : { by }) });
  return { ledger, admissions, rows: createSiteRows(ledger, admissions), admit, resolve };
}

const foreign = (change: Partial<SiteRow> = {}): SiteRow => ({
  ...{ machine: 'gate-b' as MachineId, epoch: '0011223344556677', n: 1, rev: 0, scanId: scan(50), ticketId: TICKET, showId: SHOW, lane: LANE },
  ...{ direction: 'entry', at: 9_000, outcome: null, admits: 1, reentry: false, clockErrorMs: 20, dataVersion: 1, dataAgeSeconds: 1 },
  ...{ confirmation: 'unconfirmed', step: null, override: null },
  ...change,
});

describe('the history of a ticket', () => {
  it('counts rows of every gate, and an admission that is both written and still claimed once', () => {
    const { admissions, rows, admit } = machine();
    admit(scan(1), { step: 77 });
    rows.merge([foreign()]);
    const pending = [scan(1), scan(60)].map((scanId) => ({ scanId, at: instant(9_500), lane: LANE, machine: 'gate-c' as MachineId }));
    expect(admissions.history(TICKET, pending)).toEqual({ entries: 3, exits: 0, lastEntry: pending[1], lastStep: 77 });
    expect(admissions.history(TICKET).lastEntry).toEqual({ scanId: scan(50), at: 9_000, lane: LANE, machine: 'gate-b' });
  });

  it('forgets an admission that was taken back, and the step of its code with it', () => {
    const { admissions, admit, resolve } = machine();
    admit(scan(1), { step: 77 });
    resolve(scan(1), 'not-passed');
    expect(admissions.history(TICKET)).toEqual({ entries: 0, exits: 0 });
  });
});

describe('an outcome', () => {
  it('is written once, but a person may take back who has passed', () => {
    const { admissions, admit, resolve } = machine();
    admit(scan(1));
    resolve(scan(1), 'passed');
    expect(() => resolve(scan(1), 'not-passed')).toThrow(InvariantError);
    resolve(scan(1), 'not-passed', 'Li Wei');
    expect(admissions.history(TICKET).entries).toBe(0);
    expect(() => resolve(scan(1), 'not-passed', 'Li Wei')).toThrow(InvariantError);
  });

  it('moves the row to the end of what others have to hear', () => {
    const { rows, admit, resolve } = machine();
    admit(scan(1));
    admit(scan(2), { ticketId: OTHER_TICKET });
    resolve(scan(1), 'passed');
    const { rows: changes, through } = rows.changes(rows.origin(), 0, 10);
    expect(changes.map(({ scanId, n, rev }) => ({ scanId, n, rev }))).toEqual([
      { scanId: scan(2), n: 2, rev: 0 },
      { scanId: scan(1), n: 3, rev: 1 },
    ]);
    expect(through).toBe(3);
  });
});

describe('a passage that a full disk has kept back', () => {
  const passages = (ledger: ReturnType<typeof machine>['ledger']) =>
    ledger.database
      .prepare<[], string>(`SELECT body FROM outbox WHERE type = 'passage' ORDER BY seq`)
      .pluck()
      .all()
      .map((body) => JSON.parse(body));

  it('tells what the other gates know by then of an admission that this restored disk had left open', () => {
    const { ledger, admissions, rows, admit, resolve } = machine();
    admit(scan(1));
    const epoch = rows.origin().epoch;
    rows.beginAgain('gate-b knows more');
    const ours = { machine: HERE, epoch, n: 2, rev: 1, scanId: scan(1), at: 5_000, confirmation: 'alone' } as const;
    rows.mergeRange({ machine: HERE, epoch }, 0, 2, [foreign({ ...ours, outcome: 'not-passed' })]);
    resolve(scan(1), 'unconfirmed');
    expect(passages(ledger)).toMatchObject([{ scanId: scan(1), outcome: 'not-passed' }]);
    expect(admissions.history(TICKET).entries).toBe(0);
    expect(admissions.inHall(SHOW)).toBe(createAdmissions(ledger, HERE).inHall(SHOW));
  });

  it('is kept though its admission has gone with the show', () => {
    const { ledger, admissions, rows, admit, resolve } = machine();
    admit(scan(1), { at: 1 });
    expect(rows.prune(instant(10_000), () => true, 10)).toBe(true);
    resolve(scan(1), 'passed');
    expect(passages(ledger)).toMatchObject([{ scanId: scan(1), outcome: 'passed' }]);
    expect(admissions.history(TICKET).entries).toBe(0);
  });
});

describe('what this gate knew under a name that it uses no more', () => {
  it('is taken from every gate, however far another one has told of it, and told under the new name', () => {
    const { admissions, rows, admit } = machine();
    admit(scan(1));
    const former = rows.origin();
    rows.beginAgain('gate-b knows more');
    expect(rows.isFormer(former)).toBe(true);
    const own = (n: number, ticketId: TicketId): SiteRow => foreign({ ...former, n, ticketId, scanId: scan(10 + n) });
    rows.mergeRange(former, 0, 9, [own(9, TICKET)]);
    // The same numbers with other rows, from a gate that knew the ledger before the disk was restored.
    rows.mergeRange(former, 0, 3, [own(3, OTHER_TICKET)]);
    expect(admissions.history(OTHER_TICKET).entries).toBe(1);
    const before = rows.vector().find((entry) => entry.machine === HERE && entry.through === 3);
    if (before === undefined) expect.unreachable('an origin for what was before');
    expect(rows.isFormer(before)).toBe(false);
    expect(rows.changes(before, 0, 10).rows.map(({ scanId, n }) => [scanId, n])).toEqual([
      [scan(1), 1],
      [scan(19), 2],
      [scan(13), 3],
    ]);
    // Told again, it is no news.
    expect(rows.mergeRange(former, 0, 9, [own(3, OTHER_TICKET), own(9, TICKET)]).changed).toEqual([]);
  });
});

describe('the hall', () => {
  it('counts who is in by every gate, also after a restart', () => {
    const { ledger, admissions, rows, admit, resolve } = machine();
    admit(scan(1));
    admit(scan(2), { ticketId: OTHER_TICKET });
    rows.merge([foreign(), foreign({ scanId: scan(51), n: 2, direction: 'exit' })]);
    resolve(scan(1), 'not-passed');
    expect(admissions.inHall(SHOW)).toBe(1);
    expect(createAdmissions(ledger, HERE).inHall(SHOW)).toBe(1);
    rows.merge([foreign({ rev: 1, outcome: 'not-passed', n: 3 })]);
    expect(admissions.inHall(SHOW)).toBe(createAdmissions(ledger, HERE).inHall(SHOW));
  });
});

describe('rows of others', () => {
  it('are taken in ranges without a gap', () => {
    const { admissions, rows } = machine();
    const origin = { machine: 'gate-b' as MachineId, epoch: '0011223344556677' };
    expect(rows.mergeRange(origin, 4, 9, [foreign({ n: 9 })]).entry.through).toBe(0);
    expect(admissions.history(TICKET).entries).toBe(0);
    expect(rows.mergeRange(origin, 0, 9, [foreign({ n: 9 })]).entry.through).toBe(9);
    expect(rows.mergeRange(origin, 4, 7, []).entry.through).toBe(9);
    expect(admissions.history(TICKET).entries).toBe(1);
  });

  it('change nothing that this gate knows of itself', () => {
    const { admissions, rows, admit } = machine();
    admit(scan(1));
    rows.merge([foreign({ ...rows.origin(), scanId: scan(1), rev: 5, outcome: 'not-passed', n: 900 })]);
    expect(admissions.history(TICKET).entries).toBe(1);
  });
});

describe('pruning', () => {
  it('takes away rows of shows that are over, however wrong their clocks were, and no others', () => {
    const { admissions, rows, admit } = machine();
    admit(scan(1), { at: 1 });
    admit(scan(2), { ticketId: OTHER_TICKET, show: LATER_SHOW, at: 1 });
    const before = instant(10_000);
    let rounds = 0;
    while (!rows.prune(before, (show) => show === SHOW, 1)) rounds += 1;
    expect(rounds).toBe(2);
    expect([admissions.history(TICKET).entries, admissions.history(OTHER_TICKET).entries]).toEqual([0, 1]);
    while (!rows.prune(instant(0), () => true, 1)) rounds += 1;
    expect(admissions.history(OTHER_TICKET).entries).toBe(1);
  });
});
