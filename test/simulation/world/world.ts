import { days, minutes, seconds } from '#core/base/time.ts';
import type { ValidityOp } from '#core/contract/box-office/validity.ts';
import { isEndOfLife } from '../kernel/life.ts';
import { createNetwork } from '../kernel/network.ts';
import { createPrng } from '../kernel/prng.ts';
import { createTimeline, type Timeline, turn } from '../kernel/timeline.ts';
import { planAccidents } from './accidents.ts';
import { planAttacks } from './attackers.ts';
import { OPENING, type StockTicket } from './cinema.ts';
import type { Collaborators } from './collaborators.ts';
import { planFamilies } from './families.ts';
import { createGateLines } from './gate-lines.ts';
import { createGuests, EVENING_END, planOddities } from './guests.ts';
import { createMachineHost } from './machine-host.ts';
import type { Checker, CheckerContext, Hook, WorldView } from './observation.ts';
import { createSimulatedOffice } from './office.ts';
import { createOfficeCalls } from './office-calls.ts';
import { type OfficeRecord, readOffice } from './office-record.ts';
import type { Plan } from './plan.ts';
import { planSales } from './sales.ts';
import type { Stage } from './stage.ts';
import { createBroker } from './uplink.ts';

/** Everything that is in one seed, and the order of its evening: the house opens, things go wrong, they stop going wrong, and all must be well again. */
export interface World {
  readonly timeline: Timeline;
  run(): Promise<void>;
}

export interface WorldOptions {
  readonly plan: Plan;
  readonly collaborators: Collaborators;
  readonly checkers: readonly ((context: CheckerContext) => Checker)[];
  readonly reached: (mark: string) => void;
  readonly failed: (checker: string, how: string) => void;
}

const CALM_MINUTES = 2;
/** The house was closed for weeks, and what it had to tell still waits. */
const CLOSED_FOR = days(16);

export function createWorld({ plan, collaborators, checkers: makers, reached, failed }: WorldOptions): World {
  const chance = createPrng(plan.seed);
  const wasClosed = plan.faults.has('weeks-off');
  const start = wasClosed ? OPENING - CLOSED_FOR : OPENING - minutes(1);
  const timeline = createTimeline(start, (cause) => {
    if (!isEndOfLife(cause)) throw cause;
  });
  let isFaulty = false;
  let isBroken = false;
  const weather = { dropChance: plan.dropChance, duplicateChance: plan.duplicateChance, slowChance: plan.faults.has('delay') ? 0.05 : 0 };
  const network = createNetwork(timeline, chance.fork('network'), weather, (fault) => reached(`fault ${fault}`));
  const office = createSimulatedOffice(timeline, chance.fork('office'));
  const lines = createGateLines(timeline, network, chance.fork('lines'));
  const broker = createBroker(timeline, network, chance.fork('broker'), office);
  const calls = createOfficeCalls(timeline, network, office);
  const names = plan.gates.map(({ machine }) => machine);
  let record: OfficeRecord = { kept: [], conflicts: [] };

  const fail = (checker: string, how: string): void => {
    isBroken = true;
    timeline.stop();
    timeline.note(`${checker} broken: ${how}`);
    failed(checker, how);
  };
  const checkers: Checker[] = [];
  /** By what they listen to: most of them have nothing to say to what happens most often. */
  const listeners = new Map<Hook, readonly Checker[]>();
  const tell = (hook: Hook, say: (checker: Checker) => void): void => {
    if (isBroken) return;
    const those = listeners.get(hook) ?? checkers.filter((checker) => checker[hook] !== undefined);
    listeners.set(hook, those);
    for (const checker of those) say(checker);
  };
  const hosts = plan.gates.map((gate) =>
    createMachineHost(
      gate,
      names.filter((name) => name !== gate.machine),
      {
        plan,
        timeline,
        network,
        chance: chance.fork('machines'),
        lines,
        broker,
        calls,
        collaborators,
        isFaulty: () => isFaulty,
        reached,
        tell,
        failed: (cause) => {
          if (!isEndOfLife(cause)) throw cause;
        },
      },
    ),
  );
  const view: WorldView = {
    plan,
    now: timeline.now,
    machines: hosts.map((host) => host.view),
    machine: (name) => {
      const host = hosts.find((each) => each.view.machine === name);
      if (host === undefined) throw new RangeError(`there is no ${name}`);
      return host.view;
    },
    office: { kept: () => record.kept, conflicts: () => record.conflicts },
    lastTrouble: network.lastTrouble,
  };
  for (const make of makers) {
    const checker: Checker = make({ world: view, broken: (how) => fail(checker.name, how), reached });
    checkers.push(checker);
  }
  const decide = (ops: readonly ValidityOp[]): void => {
    void office.decide(ops).then(() => {
      for (const op of ops) {
        if (op.op === 'put-ticket') tell('revised', (checker) => checker.revised?.(op.ticket.id, op.ticket.standing, office.version()));
      }
    });
  };
  const stage: Stage = {
    plan,
    timeline,
    network,
    lanes: hosts.flatMap((host) => host.lanes),
    machines: hosts.map((host) => host.stage),
    decide,
    offerOldData: calls.replay,
    reached: (what) => reached(what.startsWith('guest') ? what : `fault ${what}`),
  };

  const openHouse = (): void => {
    for (const host of hosts) host.start();
  };
  /** A last evening before the house closed, on which the box office could not be reached by all. */
  const closeForWeeks = async (sold: readonly StockTicket[], moved: ReadonlySet<StockTicket>): Promise<void> => {
    reached('fault weeks-off');
    const guests = createGuests(stage, chance.fork('last evening'), start + minutes(3), moved);
    openHouse();
    const cut = names[0] ?? '';
    network.cut(cut, 'office');
    for (const ticket of sold.slice(0, 6)) {
      timeline.at(start + chance.between(seconds(20), minutes(2)), 'a guest of the last evening', () => {
        const lane = stage.lanes[0];
        if (lane !== undefined) guests.present(lane, ticket, ticket.paper, 'comes weeks before');
      });
    }
    await timeline.runUntil(start + minutes(3));
    for (const host of hosts) host.shutDown();
    network.mend(cut, 'office');
    await timeline.runUntil(OPENING - minutes(1));
  };

  return {
    timeline,
    run: async () => {
      await office.begin();
      const sales = planSales(stage, chance.fork('sales'));
      await turn();
      if (wasClosed) await closeForWeeks(sales.sold(), sales.moved);
      openHouse();
      // Some gates come back without their box office: what they hold is weeks old.
      const late = wasClosed ? names.filter(() => chance.chance(0.5)) : [];
      for (const name of late) network.cut(name, 'office');
      timeline.at(OPENING + minutes(3), 'the box office is reached', () => {
        for (const name of late) network.mend(name, 'office');
      });
      const guests = createGuests(stage, chance.fork('guests'), EVENING_END, sales.moved);
      sales.begin(guests, OPENING, EVENING_END);
      planFamilies(stage, guests, chance.fork('families'), sales, OPENING, EVENING_END);
      planOddities(stage, chance.fork('oddities'), OPENING, EVENING_END);
      planAttacks(stage, guests, chance.fork('attackers'), sales, OPENING, EVENING_END);
      planAccidents(stage, chance.fork('accidents'), OPENING, EVENING_END);
      await timeline.runUntil(OPENING);
      await calls.record();
      isFaulty = true;
      await timeline.runUntil(EVENING_END);
      isFaulty = false;
      network.heal();
      timeline.note('from here on nothing goes wrong');
      tell('healed', (checker) => checker.healed?.());
      for (let minute = 1; minute <= CALM_MINUTES && !isBroken; minute++) {
        await timeline.runUntil(EVENING_END + minutes(minute));
        tell('minute', (checker) => checker.minute?.(minute));
      }
      record = await readOffice(office, names);
      tell('finished', (checker) => checker.finished?.());
      for (const host of hosts) host.shutDown();
      await turn();
      await turn();
      for (const host of hosts) host.giveBack();
    },
  };
}
