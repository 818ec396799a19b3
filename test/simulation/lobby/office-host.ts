import { receiveBatch } from '#agent/box-office/events/receive.ts';
import { applyStranded } from '#agent/box-office/events/stranded.ts';
import { createOperations, type Operations } from '#agent/box-office/http/operations.ts';
import { seedDemoMembers } from '#agent/box-office/members/demo-members.ts';
import type { Office } from '#agent/box-office/office.ts';
import { createPaymentDriver } from '#agent/box-office/payments/payment-driver.ts';
import type { ProviderList } from '#agent/box-office/payments/provider-list.ts';
import { keepProgramme } from '#agent/box-office/programme-keeper.ts';
import { expireLapsed } from '#agent/box-office/sales/release.ts';
import type { BoxOfficeStore } from '#agent/box-office/store/box-office-store.ts';
import { createMemoryBoxOfficeStore } from '#agent/box-office/store/memory/memory-box-office-store.ts';
import { createUnits } from '#agent/box-office/unit-of-work.ts';
import { signGateSecrets } from '#agent/box-office/validity/gate-secrets.ts';
import { createValidityJournal } from '#agent/box-office/validity/validity-journal.ts';
import { createMachineRegister, type MachineRegister } from '#agent/box-office/wire/machine-register.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Duration, seconds } from '#core/base/time.ts';
import { isEndOfLife, type Life } from '../kernel/life.ts';
import { createMachineTime } from '../kernel/machine-time.ts';
import type { Prng } from '../kernel/prng.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { LobbyCollaborators, Receive } from './collaborators.ts';
import { HOUSE, HOUSE_KEYS, HOUSE_PINS } from './house.ts';
import type { OfficeBooks } from './observation.ts';
import { type OfficeDiskWatch, storeOfLife, watchStore } from './office-store.ts';
import type { ProviderWorld } from './provider-world.ts';

/**
 * The box office of a lobby: the product's operations, payments and receiver, put together as `create-box-office.ts` does it, over its store in memory, which
 * outlives the lives of its program as a disk does.
 */
export interface OfficeHost {
  readonly books: OfficeBooks;
  readonly store: BoxOfficeStore;
  /** Undefined while it is down. */
  program(): OfficeProgram | undefined;
  start(): void;
  kill(downFor: number | undefined): void;
  life(): Life;
}

export interface OfficeProgram {
  readonly life: Life;
  readonly operations: Operations;
  readonly receive: Receive;
  /** What the wire of this start remembers. */
  readonly register: MachineRegister;
}

export interface OfficeSurroundings {
  readonly timeline: Timeline;
  readonly chance: Prng;
  readonly holdFor: number;
  readonly hasMembers: boolean;
  readonly provider: ProviderWorld;
  readonly collaborators: LobbyCollaborators;
  readonly commitFault: OfficeDiskWatch['commitFault'];
  readonly committed: (freed: readonly string[]) => void;
  /** Something went wrong that no accident explains. */
  readonly failed: (cause: unknown) => void;
}

export const OFFICE = 'office';
const EPOCH = '00000000000000b1';
const SECRETS = signGateSecrets(HOUSE_KEYS, HOUSE.site.id);
const RESTARTS_AFTER = [seconds(1), seconds(8)] as const;

export function createOfficeHost(around: OfficeSurroundings): OfficeHost {
  const { timeline, chance, collaborators } = around;
  const time = createMachineTime(OFFICE, timeline, 0, chance.between(-50, 50));
  const watched = watchStore(createMemoryBoxOfficeStore(), around.committed);
  let life: Life = { machine: OFFICE, number: 0, isOver: true };
  let program: OfficeProgram | undefined;

  const end = (ended: Life, downFor: number | undefined): void => {
    if (ended.isOver || ended !== life) return;
    ended.isOver = true;
    program = undefined;
    timeline.note('the box office ends');
    if (downFor === undefined) return;
    timeline.at(timeline.now() + downFor, 'the box office starts', () => {
      if (life === ended) start();
    });
  };

  const start = (): void => {
    if (!life.isOver) return;
    life = { machine: OFFICE, number: life.number + 1, isOver: false };
    timeline.note(`the box office starts, life ${life.number}`);
    const mine = life;
    begin(mine).catch((cause: unknown) => {
      // A disk that cannot be written now: whoever started it starts it again.
      if (cause instanceof FaultError) end(mine, chance.between(...RESTARTS_AFTER));
      else if (!isEndOfLife(cause)) around.failed(cause);
    });
    timeline.yieldTurns(2);
  };

  const begin = async (mine: Life): Promise<void> => {
    const { clock } = time;
    const timers = time.timersOf(mine);
    const driverTime = { ...timers, clock, timers };
    const seen = collaborators.store?.(watched.store) ?? watched.store;
    const store = storeOfLife(seen, mine, {
      commitFault: around.commitFault,
      ends: (ended) => end(ended, chance.between(...RESTARTS_AFTER)),
    });
    const journal = createValidityJournal(HOUSE.site.id, HOUSE_KEYS.data, () => SECRETS.hash);
    const run = createUnits(store, clock, journal, () => undefined);
    const realProvider = around.provider.portOf(mine);
    const provider = collaborators.provider?.(realProvider) ?? realProvider;
    const providers: ProviderList = [{ id: 'simulated', name: { zh: '模拟支付', en: 'Simulated payment' }, schemes: ['wechat', 'alipay'], provider }];
    const office: Office = {
      run,
      programme: HOUSE,
      random: chance,
      keys: HOUSE_KEYS,
      log: silentLog,
      providers,
      holdFor: seconds(around.holdFor),
      pins: HOUSE_PINS,
    };
    const driver = createPaymentDriver(office, providers, driverTime);
    const noShards = { manifest: () => Promise.reject(new RangeError('nobody asks for shards')), shard: () => Promise.resolve(undefined) };
    const operations = createOperations({ office, driver, journal, shards: noShards });
    const receive: Receive = (machine, batch) => receiveBatch(office, machine, batch);
    await run(async (unit) => {
      if ((await unit.tx.validity.mark()) === undefined) await journal.begin(unit.tx, EPOCH, unit.now);
    });
    await run(expireLapsed);
    await keepProgramme(office);
    if (around.hasMembers) await seedDemoMembers(office);
    const every = (period: Duration, work: () => Promise<unknown>): void => {
      timers.after(period, () => {
        work()
          .catch((cause: unknown) => {
            if (!(cause instanceof FaultError)) throw cause;
          })
          .then(
            () => every(period, work),
            (cause: unknown) => {
              if (!isEndOfLife(cause)) around.failed(cause);
            },
          );
      });
    };
    every(LIMITS.boxOffice.sweepEvery, () => office.run(expireLapsed));
    every(LIMITS.boxOffice.strandedEvery, () => applyStranded(office));
    program = {
      life: mine,
      operations,
      receive: collaborators.receive?.(receive, store) ?? receive,
      register: createMachineRegister(silentLog),
    };
    await driver.resume();
  };

  return {
    books: watched.books,
    store: watched.store,
    program: () => program,
    start,
    kill: (downFor) => end(life, downFor),
    life: () => life,
  };
}
