import { join } from 'node:path';
import { type ClaimedCheckOptions, createClaimedCheck } from '#agent/lanes/claimed-check.ts';
import { checkCode, recogniseCode } from '#agent/lanes/gather-facts.ts';
import { createHandheldCheck } from '#agent/lanes/handheld-check.ts';
import { createScanCheck } from '#agent/lanes/scan-check.ts';
import { createAdmissions } from '#agent/ledger/admissions.ts';
import type { Ledger } from '#agent/ledger/ledger.ts';
import { memoryValidityFiles } from '#agent/ledger/validity-files.ts';
import { createValidityStore } from '#agent/ledger/validity-store.ts';
import type { Log } from '#agent/runtime/log.ts';
import { createTicketVerifier } from '#agent/runtime/ticket-crypto.ts';
import { createRoster } from '#agent/staff/roster.ts';
import { createSessions } from '#agent/staff/sessions.ts';
import { createStaff } from '#agent/staff/staff.ts';
import { createConflictBook } from '#agent/usher/conflict-book.ts';
import { createHallCounter } from '#agent/usher/hall-counter.ts';
import { createScanLog } from '#agent/usher/scan-log.ts';
import { createTicketFinder, type FinderSources } from '#agent/usher/ticket-finder.ts';
import { createUsherDesk } from '#agent/usher/usher-desk.ts';
import type { ValidityTicket } from '#core/contract/box-office/validity.ts';
import type { EventId, LaneId, MachineId } from '#core/contract/identifiers.ts';
import type { Conflict } from '#core/contract/wire/events.ts';
import { type ClaimOutcome, type ClaimRequest, NO_OTHER_GATES } from '#core/site/site-claims.ts';
import { NO_SECRETS } from '#core/ticket/code-secrets.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { installSnapshot } from '#test/support/validity-snapshot.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { codeOf } from '../lanes/gate-world.ts';
import { ANN, auditOf, eventsOf, failing, lowerBound, MEI, quickPins } from '../staff/staff-world.ts';
import { createFakeBoxOffice, putShow, SITE, ticketRow } from '../validity/fake-box-office.ts';
import { scratchLedger, testRandom } from '../validity/scratch-ledger.ts';

/** The usher's desk with everything behind it: a real ledger, real validity data, the check of every lane. Other gates, the box office and the disk are the test's. */

export const HANDHELD = 'handheld' as LaneId;
export const GATE_1 = 'gate-1' as LaneId;
const MACHINE = 'gate-a' as MachineId;

type ReadOrder = FinderSources['boxOffice']['readOrder'];
const AWAY: Awaited<ReturnType<ReadOrder>> = {
  ok: false,
  error: { kind: 'unreachable', fault: { code: 'E-BOX-UNREACHABLE', owner: 'network', message: 'The box office did not answer.' } },
};

export async function usherWorld({ hasLane = true }: { readonly hasLane?: boolean } = {}) {
  const time = createVirtualTime();
  const boxOffice = createFakeBoxOffice(time.clock);
  const scratch = scratchLedger(time.clock);
  const files = memoryValidityFiles();
  const file = join(scratchFolder(), 'staff.json');
  const pins = quickPins(ANN[2], MEI[2]);
  const roster = createRoster(file, pins);
  await roster.add(ANN[0], ANN[1]);
  await roster.add(MEI[0], MEI[1]);
  const bound = lowerBound(time);
  const outside = {
    disk: { isFull: false },
    online: true,
    readOrder: (async () => AWAY) as ReadOrder,
    /** What the other gates say; undefined while there are none. */
    claim: undefined as ((request: ClaimRequest) => ClaimOutcome | Promise<ClaimOutcome>) | undefined,
    withdrawn: [] as EventId[],
    conflicts: [] as Conflict[],
    conflictChanges: 0,
    seen: 0,
    logged: [] as unknown[],
  };
  const keep = (...words: unknown[]) => void outside.logged.push(words);
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep, child: () => log };
  const claims: ClaimedCheckOptions['claims'] = {
    ...NO_OTHER_GATES,
    claim: (request, answered) => {
      const outcome = outside.claim?.(request) ?? { kind: 'alone' };
      if (outcome instanceof Promise) void outcome.then(answered);
      else answered(outcome);
    },
    withdraw: (scanId) => void outside.withdrawn.push(scanId),
  };

  const open = (ledger: Ledger) => {
    const store = createValidityStore(ledger, files);
    const written = failing(ledger, outside.disk);
    const admissions = createAdmissions(written, MACHINE);
    const sources = {
      siteId: SITE,
      validity: store,
      admissions,
      verify: createTicketVerifier((id) => store.key(id)?.publicKey),
      secrets: NO_SECRETS,
    };
    const siteTime = () => ({ earliest: time.clock.wall(), latest: time.clock.wall(), now: time.clock.wall() });
    const checkOf = (lane: LaneId) =>
      createClaimedCheck({
        machine: MACHINE,
        admissions,
        claims,
        now: time.clock.wall,
        scanCheck: (history) =>
          createScanCheck({
            ...sources,
            machine: MACHINE,
            lane,
            direction: 'entry',
            screens: undefined,
            classes: undefined,
            admissions: history,
            clock: siteTime,
          }),
      });
    const staff = createStaff({ file, pins, clock: time.clock, lowerBound: bound, ledger: written });
    const conflicts = createConflictBook(written, { newest: () => outside.conflictChanges, list: () => outside.conflicts });
    const desk = createUsherDesk({
      staff,
      sessions: createSessions({ clock: time.clock, random: testRandom, holder: staff.holder }),
      scans: createScanLog(ledger),
      finder: createTicketFinder({
        siteId: SITE,
        validity: store,
        history: (id) => admissions.history(id),
        checkCode: (bytes) => checkCode(recogniseCode(bytes, sources), sources),
        boxOffice: { readOrder: (input) => outside.readOrder(input) },
      }),
      conflicts,
      halls: createHallCounter({
        clock: time.clock,
        openShows: () => store.openShows(time.clock.wall()).map((show) => ({ show, sold: store.sold(show.id) })),
        attendance: ({ id }) => ({ inside: admissions.parts.halls.inside(id), came: admissions.parts.halls.entered(id) }),
      }),
      check: hasLane
        ? createHandheldCheck({
            lane: HANDHELD,
            ledger: written,
            check: checkOf(HANDHELD),
            admissions,
            claims,
            clock: time.clock,
            random: testRandom,
            online: () => outside.online,
            onCannotVerify: () => undefined,
            log,
          })
        : undefined,
      admissions,
      ledger: written,
      isReentry: (id) => store.show(id)?.reentry ?? false,
      basis: () => ({ dataVersion: 1, dataAgeSeconds: 0, clockErrorMs: 0 }),
      surroundings: () => ({ online: outside.online, dataAgeSeconds: 0, unsent: 0, site: { state: 'alone', members: [] } }),
      onConflictSeen: () => void outside.seen++,
      clock: time.clock,
      log,
    });
    return { ledger, store, admissions, desk, conflicts, gate1: checkOf(GATE_1) };
  };
  let opened = open(scratch.open());

  const publish = async (...tickets: readonly ValidityTicket[]): Promise<void> => {
    boxOffice.change(putShow(), ...tickets.map((ticket) => ({ op: 'put-ticket' as const, ticket })));
    await installSnapshot(opened.store, boxOffice.snapshot());
  };
  const signIn = async (pin: string): Promise<string> => {
    const answer = await opened.desk.signIn(pin);
    if (answer.kind !== 'done') throw new Error(`not signed in: ${JSON.stringify(answer)}`);
    return answer.token;
  };
  await publish(ticketRow(1));
  return {
    time,
    outside,
    roster,
    publish,
    signIn,
    desk: () => opened.desk,
    store: () => opened.store,
    admissions: () => opened.admissions,
    conflicts: () => opened.conflicts,
    /** The gates have found one, or know more about one. */
    findConflict: (found: Conflict) => {
      outside.conflicts = [found];
      outside.conflictChanges++;
    },
    code: (row: ValidityTicket) => codeOf(row, boxOffice.ticketSigner),
    /** A turnstile of the same machine takes a code, and its guest goes through. */
    atGate1: async (code: string) => {
      const scan = {
        scanId: `01J${testRandom.bytes(12).reduce((text, byte) => text + (byte % 10), '')}00000000000` as EventId,
        bytes: Buffer.from(code),
      };
      opened.gate1.decide(scan, (decision, at) => {
        opened.gate1.scans.record(scan, decision, false, at);
      });
      await time.settle();
      return scan.scanId;
    },
    /** Ends the process without a word and starts it again on the same disk. */
    restart: () => {
      opened.ledger.close();
      opened = open(scratch.open());
    },
    events: () => eventsOf(opened.ledger),
    audit: () => auditOf(opened.ledger),
  };
}
export type UsherWorld = Awaited<ReturnType<typeof usherWorld>>;
