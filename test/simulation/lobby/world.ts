import { minutes, seconds } from '#core/base/time.ts';
import type { CommitFault } from '../kernel/disk.ts';
import { isEndOfLife, type Life } from '../kernel/life.ts';
import { createNetwork } from '../kernel/network.ts';
import { createPrng } from '../kernel/prng.ts';
import { createTimeline, type Timeline, turn } from '../kernel/timeline.ts';
import { OPENING } from '../world/cinema.ts';
import { planLobbyAccidents } from './accidents.ts';
import { createLobbyBroker } from './broker.ts';
import type { LobbyCollaborators } from './collaborators.ts';
import { planGuests } from './guests.ts';
import { createKioskHost, type KioskHost } from './kiosk-host.ts';
import { createMoney } from './money.ts';
import type { KeptEvent, LobbyChecker, LobbyCheckerContext, LobbyView, Paper } from './observation.ts';
import { createLobbyCalls } from './office-calls.ts';
import { createOfficeHost, OFFICE, type OfficeHost } from './office-host.ts';
import type { LobbyFault, LobbyPlan } from './plan.ts';
import { createPrinterDevice } from './printer-device.ts';
import { createProviderWorld } from './provider-world.ts';
import { createDiskRoom } from './room.ts';
import { planStaff } from './staff.ts';
import { createTerminalDevice, type TerminalDevice } from './terminal-device.ts';

/** Everything that is in one lobby's seed: the house opens, guests buy, things go wrong, they stop going wrong, and in the end all the books must agree. */
export interface LobbyWorld {
  readonly timeline: Timeline;
  run(): Promise<void>;
}

export interface LobbyWorldOptions {
  readonly plan: LobbyPlan;
  readonly collaborators: LobbyCollaborators;
  readonly checkers: readonly ((context: LobbyCheckerContext) => LobbyChecker)[];
  readonly reached: (mark: string) => void;
  readonly failed: (checker: string, how: string) => void;
}

export const EVENING_MINUTES = 6;
/** Until the last question about a payment that may have come late has been asked: 375 s after its closing, and closed 150 s after the last guest. */
export const CALM_MINUTES = 11;
const EVENING_END = OPENING + minutes(EVENING_MINUTES);
/** The last guest comes while there is time left for things to go wrong. */
const LAST_GUEST = OPENING + minutes(4.5);

export function createLobbyWorld({ plan, collaborators, checkers: makers, reached, failed }: LobbyWorldOptions): LobbyWorld {
  const chance = createPrng(`${plan.seed}/lobby`);
  const start = OPENING - seconds(20);
  const timeline = createTimeline(start, (cause) => {
    if (!isEndOfLife(cause)) throw cause;
  });
  const draws = chance.fork('faults');
  let isFaulty = false;
  let isBroken = false;
  const papers: Paper[] = [];
  const terminals: TerminalDevice[] = [];
  let kept: readonly KeptEvent[] = [];

  const happens = (fault: LobbyFault, often: number): boolean => {
    if (!isFaulty || !plan.faults.has(fault) || !draws.chance(often)) return false;
    reached(`fault ${fault}`);
    return true;
  };
  const crashes = (life: Life, where: string): boolean => {
    const name: LobbyFault = life.machine === OFFICE ? 'office-crash' : 'crash';
    if (!plan.faults.has(name) || !isFaulty || !draws.chance(plan.crashChance)) return false;
    reached(`crash ${where.split(' ').slice(0, 2).join(' ')}`);
    timeline.note(`${life.machine} is cut off ${where}`);
    if (life.machine === OFFICE) office.kill(draws.between(seconds(1), seconds(8)));
    else kiosks.find(({ machine }) => machine === life.machine)?.crash(life);
    return true;
  };
  const commitFault =
    (who: string, crash: LobbyFault, full: LobbyFault, unknown: LobbyFault): (() => CommitFault) =>
    () => {
      const fault = drawCommitFault(crash, full, unknown);
      if (fault !== 'none') {
        reached(`${who} commit ${fault}`);
        reached(`fault ${fault === 'full' ? full : fault.startsWith('unknown') ? unknown : crash}`);
        timeline.note(`${who} commit: ${fault}`);
      }
      return fault;
    };
  const drawCommitFault = (crash: LobbyFault, full: LobbyFault, unknown: LobbyFault): CommitFault => {
    if (!isFaulty) return 'none';
    if (plan.faults.has(crash) && draws.chance(plan.crashChance)) {
      return draws.pick(['crash-before', 'crash-in-kept', 'crash-in-lost', 'crash-after']);
    }
    if (plan.faults.has(full) && draws.chance(0.02)) return 'full';
    if (plan.faults.has(unknown) && draws.chance(0.006)) return draws.pick(['unknown-kept', 'unknown-lost']);
    return 'none';
  };

  const fail = (checker: string, how: string): void => {
    isBroken = true;
    timeline.stop();
    timeline.note(`${checker} broken: ${how}`);
    failed(checker, how);
  };
  const defect = (cause: unknown): void => {
    if (!isEndOfLife(cause)) fail('fault', cause instanceof Error ? `${cause.stack ?? cause.message}` : String(cause));
  };
  const checkers: LobbyChecker[] = [];
  const tell = (say: (checker: LobbyChecker) => void): void => {
    if (!isBroken) for (const checker of checkers) say(checker);
  };

  const weather = { dropChance: plan.dropChance, duplicateChance: plan.duplicateChance, slowChance: plan.faults.has('delay') ? 0.05 : 0 };
  const network = createNetwork(timeline, chance.fork('network'), weather, (fault) => reached(`fault ${fault}`));
  const provider = createProviderWorld({ timeline, chance: chance.fork('provider'), happens, crashes });
  const office: OfficeHost = createOfficeHost({
    timeline,
    chance: chance.fork('office'),
    holdFor: plan.holdSeconds,
    hasMembers: plan.isFull,
    provider,
    collaborators,
    commitFault: commitFault('office', 'office-crash', 'office-disk-full', 'office-disk-unknown'),
    committed: (freed) => tell((checker) => checker.office?.(freed)),
    failed: defect,
  });
  const calls = createLobbyCalls({ timeline, network, office, crashes, failed: defect });
  const broker = createLobbyBroker({
    timeline,
    network,
    chance: chance.fork('broker'),
    office,
    happens,
    wrap: (line, acknowledged) => collaborators.line?.(line, acknowledged) ?? line,
    failed: defect,
  });
  const kioskCommit = commitFault('kiosk', 'crash', 'disk-full', 'disk-unknown');
  const kiosks: readonly KioskHost[] = plan.kiosks.map((kiosk) => {
    if (kiosk.drift !== 0) reached('fault drift');
    const printers = Array.from({ length: kiosk.printers }, (_, index) =>
      createPrinterDevice({
        id: index === 0 ? 'printer' : `printer-${index + 1}`,
        machine: kiosk.machine,
        timeline,
        chance: chance.fork(`${kiosk.machine}/printer${index === 0 ? '' : index + 1}`),
        happens,
        crashes,
        printed: (paper) => {
          if (index > 0) reached('prints at the second printer');
          papers.push(paper);
          tell((checker) => checker.paper?.(paper));
        },
      }),
    );
    const terminal = kiosk.hasTerminal
      ? createTerminalDevice({ machine: kiosk.machine, timeline, chance: chance.fork(`${kiosk.machine}/terminal`), happens, reached })
      : undefined;
    if (terminal !== undefined) terminals.push(terminal);
    return createKioskHost(kiosk, {
      timeline,
      chance,
      broker,
      printers,
      terminal,
      clientOf: calls.clientOf,
      collaborators,
      room: createDiskRoom(timeline.now, reached),
      commitFault: kioskCommit,
      committed: (event) => {
        markEvent(event.body, reached);
        tell((checker) => checker.committed?.(event));
      },
      restored: (machine) => tell((checker) => checker.restored?.(machine)),
      failed: defect,
    });
  });
  const money = createMoney(provider, terminals, office.books);
  const view: LobbyView = {
    plan,
    now: timeline.now,
    kiosks: kiosks.map((kiosk) => kiosk.view),
    books: office.books,
    kept: () => kept,
    charges: money.charges,
    charge: money.charge,
    chargeOf: ({ paidBy }) => {
      const attempt = paidBy === undefined ? undefined : office.books.attempts.get(paidBy);
      return attempt === undefined ? undefined : money.charge(attempt.merchantOrder);
    },
    papers: () => papers,
    isLeftToPerson: (attemptKey) => {
      const attempt = office.books.attempts.get(attemptKey);
      const kiosk = kiosks.find(({ machine }) => machine === attempt?.machine)?.view;
      if (attempt?.method !== 'card-terminal' || kiosk === undefined) return false;
      const cannotTell = attempt.state.phase === 'unknown' && (kiosk.wasRestored() || plan.faults.has('clock-jump'));
      return cannotTell || kiosk.leftToPerson().some((key) => key === attemptKey);
    },
  };
  for (const make of makers) {
    const checker: LobbyChecker = make({ world: view, broken: (how) => fail(checker.name, how) });
    checkers.push(checker);
  }

  return {
    timeline,
    run: async () => {
      office.start();
      for (const kiosk of kiosks) kiosk.start();
      planGuests(
        { timeline, chance: chance.fork('guests'), kiosks, books: office.books, provider, plan, until: EVENING_END, happens, reached },
        plan.guests,
        OPENING,
        LAST_GUEST,
      );
      if (plan.isFull)
        planStaff(
          { timeline, chance: chance.fork('staff'), kiosks, books: office.books, terminals, papers: () => papers, happens, reached },
          OPENING,
          EVENING_END,
        );
      planLobbyAccidents({ plan, timeline, network, kiosks, office, broker, provider, reached }, chance.fork('accidents'), OPENING, EVENING_END);
      await timeline.runUntil(OPENING);
      isFaulty = true;
      await timeline.runUntil(EVENING_END);
      isFaulty = false;
      network.heal();
      provider.setAway(false);
      provider.refuseRefunds(false);
      for (const { printers, room } of kiosks) {
        room.clear();
        for (const printer of printers) printer.repair();
      }
      timeline.note('from here on nothing goes wrong');
      for (let minute = 1; minute <= CALM_MINUTES && !isBroken; minute++) {
        await timeline.runUntil(EVENING_END + minutes(minute));
        tell((checker) => checker.minute?.(minute));
      }
      kept = await readKept(office, kiosks);
      for (const order of office.books.orders.values()) reached(`order ${order.status}`);
      for (const attempt of office.books.attempts.values()) reached(`attempt ${attempt.state.phase}`);
      if (office.books.memberEntries.some(({ kind }) => kind === 'refund')) reached('charge of a member given back');
      for (const ticket of office.books.tickets.values()) reached(`print ${ticket.print.state}`);
      for (const { view: kiosk } of kiosks) for (const sale of kiosk.sales()) reached(`sale ${sale.ending ?? sale.stage}`);
      tell((checker) => checker.finished?.());
      for (const kiosk of kiosks) kiosk.kill(true, undefined);
      office.kill(undefined);
      await turn();
      await turn();
      for (const kiosk of kiosks) kiosk.giveBack();
    },
  };
}

function markEvent(body: { readonly t: string; readonly d: unknown }, reached: (mark: string) => void): void {
  const d = body.d as { readonly step?: string; readonly outcome?: string };
  if (body.t === 'sale') reached(`step ${d.step}`);
  if (body.t === 'print') reached(`job ${d.outcome}`);
}

async function readKept({ store }: OfficeHost, kiosks: readonly KioskHost[]): Promise<readonly KeptEvent[]> {
  return store.transaction(async ({ events }) => {
    const kept: KeptEvent[] = [];
    for (const { machine } of kiosks) {
      for (const { epoch, lane, seq, id, type, disposition, body } of await events.ofMachine(machine, 0, Number.MAX_SAFE_INTEGER)) {
        kept.push({ machine, epoch, lane, seq, id, disposition, text: `${id} ${type} ${JSON.stringify(JSON.parse(body).d)}` });
      }
    }
    return kept;
  });
}
