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
    const { ledger, rows, admit } = machine();
    admit(scan(1));
    const former = rows.origin();
    const again = { ...ledger, epoch: ledger.epoch, boot: 'boot-2' };
    const after = createAdmissions(again, HERE);
    const ours = { ...former, n: 2, rev: 1, scanId: scan(1), at: 5_000, confirmation: 'alone' } as const;
    createSiteRows(again, after).mergeRanges([{ ...former, after: 1, through: 2 }], [foreign({ ...ours, outcome: 'not-passed' })]);
    after.recordPassage({ scanId: scan(1), ticketId: TICKET, lane: LANE, direction: 'entry', outcome: 'unconfirmed' });
    expect(passages(ledger)).toMatchObject([{ scanId: scan(1), outcome: 'not-passed' }]);
    expect(after.history(TICKET).entries).toBe(0);
    expect(after.inHall(SHOW)).toBe(createAdmissions(ledger, HERE).inHall(SHOW));
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

describe('every start of a program', () => {
  it('tells its admissions under a name of its own, from its first one on', () => {
    const { ledger, rows, admit } = machine();
    admit(scan(1));
    admit(scan(2), { ticketId: OTHER_TICKET });
    const again = { ...ledger, epoch: ledger.epoch, boot: 'boot-2' };
    const admissions = createAdmissions(again, HERE);
    const after = createSiteRows(again, admissions);
    expect(after.origin().epoch).not.toBe(rows.origin().epoch);
    expect(after.vector()).toEqual([{ ...rows.origin(), through: 2 }]);
    admissions.recordPassage({ scanId: scan(1), ticketId: TICKET, lane: LANE, direction: 'entry', outcome: 'unconfirmed' });
    expect(after.vector()).toEqual([
      { ...rows.origin(), through: 2 },
      { ...after.origin(), through: 1 },
    ]);
    expect(after.changes(after.origin(), 0, 10).rows).toMatchObject([{ scanId: scan(1), n: 1, rev: 1, outcome: 'unconfirmed' }]);
    expect(after.changes(rows.origin(), 0, 10)).toMatchObject({ rows: [{ scanId: scan(2) }], through: 2 });
  });

  it('takes back what an earlier one has told others and this disk has lost, as from anybody', () => {
    const { ledger, rows, admit } = machine();
    admit(scan(1));
    const former = rows.origin();
    const again = { ...ledger, epoch: ledger.epoch, boot: 'boot-2' };
    const admissions = createAdmissions(again, HERE);
    const after = createSiteRows(again, admissions);
    const { changed, entries } = after.mergeRanges([{ ...former, after: 1, through: 3 }], [foreign({ ...former, n: 3, scanId: scan(3) })]);
    expect(changed).toHaveLength(1);
    expect(entries).toEqual([{ ...former, through: 3 }]);
    expect(admissions.history(TICKET).entries).toBe(2);
  });

  it('gives no place twice after a commit that a full disk has refused', () => {
    const { ledger, rows, admit } = machine();
    admit(scan(1));
    let isFull = true;
    const again = {
      ...ledger,
      epoch: ledger.epoch,
      boot: 'boot-2',
      transaction: <T>(work: () => T): T =>
        ledger.transaction(() => {
          const done = work();
          if (isFull) throw new RangeError('full');
          return done;
        }),
    };
    const admissions = createAdmissions(again, HERE);
    const after = createSiteRows(again, admissions);
    const resolve = (): void => admissions.recordPassage({ scanId: scan(1), ticketId: TICKET, lane: LANE, direction: 'entry', outcome: 'passed' });
    expect(resolve).toThrow(RangeError);
    expect(after.vector()).toEqual([{ ...rows.origin(), through: 1 }]);
    isFull = false;
    resolve();
    expect(after.vector().at(-1)).toEqual({ ...after.origin(), through: 1 });
  });
});

describe('a rehearsed scan', () => {
  it('leaves no row, no event and no place behind, before the first admission and after it', () => {
    const { ledger, admissions, rows, admit } = machine();
    const rehearse = (): void =>
      admissions.rehearseScan(
        {
          ...{ scanId: scan(9), lane: LANE, direction: 'entry', verdict: 'admit', reasons: [], ticketId: TICKET, showId: SHOW, codeHash: 'abcdef' },
          ...{ dataVersion: 1, dataAgeSeconds: 3, clockErrorMs: 20, offline: false, confirmation: 'alone' },
        },
        { scanId: scan(9), ticketId: TICKET, lane: LANE, direction: 'entry', at: instant(5_000), admits: 1, reentry: false },
      );
    rehearse();
    expect(rows.vector()).toEqual([]);
    admit(scan(1));
    const [vector, history, changes] = [rows.vector(), admissions.history(TICKET), ledger.database.prepare('SELECT total_changes()').pluck()];
    const before = changes.get();
    rehearse();
    expect(changes.get(), 'it goes the whole way').toBeGreaterThan(Number(before));
    expect(rows.vector(), 'the other gates hear of nothing').toBe(vector);
    expect(admissions.history(TICKET)).toEqual(history);
    expect(admissions.inHall(SHOW)).toBe(1);
    expect(ledger.next('p0')).toBe(2);
    admit(scan(2), { ticketId: OTHER_TICKET });
    expect(rows.vector()).toEqual([{ ...rows.origin(), through: 2 }]);
    expect(ledger.check('p0', 1, 10)).toMatchObject({ kind: 'sound' });
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
  it('count as known in ranges without a gap alone', () => {
    const { admissions, rows } = machine();
    const origin = { machine: 'gate-b' as MachineId, epoch: '0011223344556677' };
    const reached = (after: number, through: number, told: readonly SiteRow[]) =>
      rows.mergeRanges([{ ...origin, after, through }], told).entries[0]?.through;
    expect(reached(4, 9, [foreign({ n: 9 })])).toBe(0);
    // What has come is kept all the same, but is not passed on as if it were all.
    expect(admissions.history(TICKET).entries).toBe(1);
    expect(rows.changes(origin, 0, 10)).toEqual({ rows: [], through: 0 });
    expect(reached(0, 9, [foreign({ n: 9 })])).toBe(9);
    expect(reached(4, 7, [])).toBe(9);
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
