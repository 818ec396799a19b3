import { onTestFinished } from 'vitest';
import { createKeptTimeStore } from '#agent/clock/kept-time-store.ts';
import { createSiteClock, type KeptSiteClock } from '#agent/clock/site-clock.ts';
import type { LaneConfiguration } from '#agent/configuration/schema.ts';
import { createGateLane, type GateLaneOptions } from '#agent/lanes/gate-lane.ts';
import { createAdmissions } from '#agent/ledger/admissions.ts';
import type { Ledger } from '#agent/ledger/ledger.ts';
import { memoryValidityFiles } from '#agent/ledger/validity-files.ts';
import { createValidityStore } from '#agent/ledger/validity-store.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { createTicketVerifier, type Ed25519Signer } from '#agent/runtime/ticket-crypto.ts';
import { type Instant, instant, milliseconds } from '#core/base/time.ts';
import type { ValidityShow, ValidityTicket } from '#core/contract/box-office/validity.ts';
import type { DeviceId, LaneId, MachineId, ScreenId } from '#core/contract/identifiers.ts';
import type { GateView } from '#core/contract/local/live.ts';
import { EventBody } from '#core/contract/wire/events.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { GateController, GateInput, ReleaseCommand, ReleaseOutcome } from '#core/ports/gate-controller.ts';
import type { ScannedCode, Scanner } from '#core/ports/scanner.ts';
import { encodePayload, type TicketPayload } from '#core/ticket/payload.ts';
import { signedBytes, ticketText } from '#core/ticket/ticket-text.ts';
import { installSnapshot } from '#test/support/validity-snapshot.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { createFakeBoxOffice, putShow, SITE } from '../validity/fake-box-office.ts';
import { scratchLedger, testRandom } from '../validity/scratch-ledger.ts';

/** A gate lane over a real ledger, with a scanner and a barrier in the test's hands and time that stands still. */

export function fakeScanner(clock: Pick<Clock, 'monotonic'>) {
  let onCode: (code: ScannedCode) => void = () => undefined;
  let onFirstByte = (): void => undefined;
  let hasBegun = false;
  const scanner: Scanner = {
    onCode: (listen) => {
      onCode = listen;
    },
    onFirstByte: (listen) => {
      onFirstByte = listen;
    },
  };
  return {
    scanner,
    /** The first byte of a code, whose end `read` is: without it all comes at once. */
    begin: () => {
      hasBegun = true;
      onFirstByte();
    },
    read: (text: string) => {
      if (!hasBegun) onFirstByte();
      hasBegun = false;
      onCode({ bytes: Buffer.from(text, 'latin1'), at: clock.monotonic() });
    },
  };
}

export function fakeGate(ledger: () => Ledger) {
  const released: ReleaseCommand[] = [];
  let onInput: (input: GateInput) => void = () => undefined;
  const behaviour: { answer: ReleaseOutcome | Promise<ReleaseOutcome> } = { answer: { kind: 'released' } };
  /** Scans whose admission was not on the disk when the release came: there may be none. */
  const unwritten: string[] = [];
  const expected: number[] = [];
  const gate: GateController = {
    expectRelease: (within) => void expected.push(within),
    release: async (command) => {
      released.push(command);
      const database = ledger().database;
      const row = database.prepare('SELECT 1 FROM admission WHERE scan_id = ?').get(command.reason.id);
      if (row === undefined || database.inTransaction) unwritten.push(command.reason.id);
      return behaviour.answer;
    },
    secure: async () => ({ ok: true, value: undefined }),
    onInput: (listen) => {
      onInput = listen;
    },
  };
  return {
    gate,
    released,
    /** In how long a release might be wanted, as the lane said. */
    expected,
    unwritten,
    behaviour,
    tell: (input: GateInput) => onInput(input),
    pass: (direction: 'entry' | 'exit' = 'entry') => onInput({ kind: 'passed', direction }),
  };
}

type Hardware = ReturnType<typeof fakeScanner> & ReturnType<typeof fakeGate>;

export interface GateWorldOptions {
  readonly lane?: Partial<LaneConfiguration>;
  readonly options?: Partial<GateLaneOptions>;
  /** What is special about the show. */
  readonly show?: Partial<ValidityShow>;
  /** When it all begins, by every clock. */
  readonly startsAt?: Instant;
}

const gate1: LaneConfiguration = {
  id: 'gate-1' as LaneId,
  name: 'Gate 1',
  direction: 'entry',
  scanner: 'scanner-1' as DeviceId,
  gate: 'turnstile-1' as DeviceId,
};

export async function gateWorld({ lane: laneChange = {}, options: change = {}, show, startsAt }: GateWorldOptions = {}) {
  const time = createVirtualTime(startsAt);
  let jumped = 0;
  /** The box office's clock, which nobody moves. */
  const truth = (): Instant => instant(time.clock.wall() - jumped);
  const boxOffice = createFakeBoxOffice({ ...time.clock, wall: truth });
  const scratch = scratchLedger(time.clock);
  let ledger = scratch.open();
  const files = memoryValidityFiles();
  let store = createValidityStore(ledger, files);
  const network = { online: true };
  /** Which start of the machine this is. */
  let boot = 1;
  let siteClock: KeptSiteClock;
  const startClock = (): void => {
    siteClock = createSiteClock({
      clock: time.clock,
      timers: time.timers,
      machine: { read: () => ({ boot: `boot-${boot}`, uptime: milliseconds(time.clock.monotonic()) }) },
      store: createKeptTimeStore(ledger),
      log: silentLog,
    });
  };
  startClock();
  const askTime = (): void => siteClock.learnAsked(truth(), time.clock.monotonic(), time.clock.monotonic());
  /** Set, every transaction of the lanes fails with it, and nothing is written. */
  const disk: { failure: Error | undefined } = { failure: undefined };

  /** The box office's data, as a gate that is in step has them. */
  const publish = async (...tickets: readonly ValidityTicket[]): Promise<void> => {
    boxOffice.change(putShow(show), ...tickets.map((ticket) => ({ op: 'put-ticket' as const, ticket })));
    await installSnapshot(store, boxOffice.snapshot());
    siteClock.learnSigned(truth());
    askTime();
  };
  const openAdmissions = () =>
    createAdmissions(
      {
        ...ledger,
        epoch: ledger.epoch,
        transaction: (work) => {
          if (disk.failure !== undefined) throw disk.failure;
          return ledger.transaction(work);
        },
      },
      'gate-a' as MachineId,
    );
  let admissions = openAdmissions();
  const startLane = (configuration: LaneConfiguration, hardware: Hardware, views: GateView[]) => {
    const lane = createGateLane({
      machine: 'gate-a' as MachineId,
      configuration,
      siteId: SITE,
      admissions,
      validity: store,
      scanner: hardware.scanner,
      gate: hardware.gate,
      clock: time.clock,
      siteClock: { now: () => siteClock.now() },
      timers: time.timers,
      random: testRandom,
      log: silentLog,
      verify: createTicketVerifier((keyId) => store.key(keyId)?.publicKey),
      online: () => network.online,
      onView: (view) => views.push(view),
      ...change,
    });
    lane.start();
    lane.setDeviceHealth('scanner', { kind: 'ready', reasons: [] });
    lane.setDeviceHealth('gate', { kind: 'ready', reasons: [] });
    onTestFinished(() => lane.stop());
    return lane;
  };
  /** One lane with its own scanner and barrier, over the machine's one ledger. */
  const openLane = (laneChange: Partial<LaneConfiguration>) => {
    const hardware: Hardware = { ...fakeScanner(time.clock), ...fakeGate(() => ledger) };
    const views: GateView[] = [];
    const configuration = { ...gate1, ...laneChange };
    const opened = {
      hardware,
      views,
      lane: startLane(configuration, hardware, views),
      restart: () => {
        admissions = openAdmissions();
        opened.lane = startLane(configuration, hardware, views);
      },
      view: () => opened.lane.view(),
      /** Presents a code and lets the barrier answer. */
      present: async (text: string) => {
        hardware.read(text);
        await time.settle();
        return opened.lane.view();
      },
      pass: async (direction: 'entry' | 'exit' = 'entry') => {
        hardware.pass(direction);
        await time.settle();
      },
    };
    return opened;
  };
  await publish();
  const first = openLane(laneChange);
  const events = (): readonly EventBody[] =>
    ledger.database
      .prepare<[], { type: string; body: string }>('SELECT type, body FROM outbox ORDER BY lane, seq')
      .all()
      .map(({ type, body }) => EventBody.parse({ t: type, d: JSON.parse(body) }));
  return {
    ...first,
    time,
    boxOffice,
    network,
    disk,
    publish,
    openLane,
    truth,
    /** The lane that runs now. */
    current: () => first.lane,
    siteClock: () => siteClock,
    /** The box office answers what time it is. */
    askTime,
    /** Somebody sets the machine's clock; the box office's stays right. */
    jumpWall: (by: number) => {
      jumped += by;
      time.jumpWall(milliseconds(by));
    },
    ledger: (): Ledger => ledger,
    /** Ends the process without a word and starts it again on the same disk. */
    powerCut: () => {
      first.lane.stop();
      ledger.close();
      ledger = scratch.open();
      boot++;
      startClock();
      store = createValidityStore(ledger, files);
      first.restart();
    },
    code: (row: ValidityTicket, payload: Partial<TicketPayload> = {}) => codeOf(row, boxOffice.ticketSigner, payload),
    /** Everything that this machine has told the box office, in order. */
    events,
    told: () => events().map(({ t, d }) => (t === 'scan' ? d.verdict : t === 'passage' ? d.outcome : t)),
  };
}
export type GateWorld = Awaited<ReturnType<typeof gateWorld>>;

const VALID_FROM = instant(Date.UTC(2026, 9, 31, 10, 50));
const VALID_UNTIL: Instant = instant(Date.UTC(2026, 9, 31, 12, 30));
const ISSUED = instant(Date.UTC(2026, 9, 31, 10));

/** The text of a ticket's code, signed by `signer` with key 1. */
export function codeOf(row: ValidityTicket, signer: Ed25519Signer, change: Partial<TicketPayload> = {}): string {
  const payload = encodePayload({
    keyId: 1,
    siteId: SITE,
    ticketId: row.id,
    showId: row.showId,
    screenId: '3' as ScreenId,
    seat: row.seat ?? undefined,
    admits: row.admits,
    ticketClass: 'standard',
    needsProof: row.needsProof,
    validFrom: VALID_FROM,
    validUntil: VALID_UNTIL,
    issuedAt: ISSUED,
    ...change,
  });
  return ticketText(payload, signer.sign(signedBytes(payload)));
}
