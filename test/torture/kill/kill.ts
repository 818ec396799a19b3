import { blindTo, CANARY_COUNT } from '../cinema/canaries.ts';
import { type BrokerOfCinema, type Cinema, startCinema } from '../cinema/cinema.ts';
import { closeEvening } from '../cinema/close-evening.ts';
import { buyByPhone, type Guests, sendGuests } from '../cinema/guests.ts';
import { judgeCinema } from '../cinema/judge-cinema.ts';
import { POINTS, type Point } from '../cinema/outside-log.ts';
import { seeded } from '../cinema/seeded.ts';
import { counted, percentiles } from '../cinema/sums.ts';
import { pace as pause } from '../pace.ts';
import type { Torture, TortureOptions, TortureSum } from '../torture.ts';
import { startRabbitMq, whyNoRabbitMq } from './rabbitmq-process.ts';

/**
 * The real agent, the real box office and a real Mosquitto with guests at the gate and at the kiosk; one of the three is killed again and again, at random and
 * right after the outside has seen something. In the end every event is at the box office once, the barrier opened for nobody without a row, no ticket came
 * out twice, and the money adds up.
 */
export const kill: Torture = {
  name: 'kill',
  about:
    'SIGKILL of agent, broker and box office under load, at random and at named points: every event is there exactly once, and the money adds up',
  needs: ['mosquitto'],
  amount: 'kills (60)',
  run: (options) => torment(options),
};

/** The same with RabbitMQ, which speaks MQTT 3.1.1 alone: no reason codes, no window, no expiry. It belongs to no test, and is left out loudly where it is not installed. */
export const killOnRabbitMq: Torture = {
  name: 'kill-rabbitmq',
  about: 'the same with RabbitMQ and MQTT 3.1.1 as the broker; wants the Debian package rabbitmq-server, which nobody installs for it',
  needs: [],
  amount: 'kills (60)',
  run: async (options) => {
    const missing = whyNoRabbitMq();
    if (missing !== undefined) return { runs: 0, lost: 0, doubled: 0, corrupt: 0, blind: [], skipped: missing };
    return torment(options, { start: startRabbitMq, version: '3.1.1' });
  },
};

type Victim = 'agent' | 'office' | 'broker';
interface PlannedKill {
  readonly victim: Victim;
  readonly at: Point | 'random';
}

/** The form of npm test: where a fact has just left and its commit has to hold. */
const SHORT: readonly PlannedKill[] = [
  { victim: 'agent', at: 'released' },
  { victim: 'agent', at: 'paid' },
  { victim: 'office', at: 'event-on-wire' },
  { victim: 'agent', at: 'print-begun' },
  { victim: 'broker', at: 'random' },
];
const KILLS = 60;
/** A point that is not reached by then is left out: nobody is at the kiosk, say, because it sells nothing. In the short form each has to be reached, on a busy machine too. */
const POINT_WITHIN_MS = { short: 120_000, long: 20_000 } as const;
const RANDOM_WITHIN_MS = 1_500;
/** In a long night tickets have to last. */
const FRESH_ONE_OF = 6;
const ORDERS = { short: 3, ofAKill: 0.5 } as const;

async function torment({ short, seed, amount, scratch, say, tell }: TortureOptions, broker?: BrokerOfCinema): Promise<TortureSum> {
  const kills = short ? SHORT : planned(amount ?? KILLS, seed);
  const chance = seeded(seed);
  const cinema = await startCinema(scratch, undefined, broker);
  try {
    const codes = await buyByPhone(cinema, short ? ORDERS.short : Math.max(ORDERS.short, Math.ceil(kills.length * ORDERS.ofAKill)));
    const guests = sendGuests(cinema, codes, short ? 1 : FRESH_ONE_OF);
    const recoveries: Record<Victim, number[]> = { agent: [], office: [], broker: [] };
    const missed: string[] = [];
    for (const planned of kills) {
      guests.wait(planned.at);
      const took = await Promise.race([killAt(cinema, planned, chance, POINT_WITHIN_MS[short ? 'short' : 'long']), cinema.fallen]);
      if (took === undefined) missed.push(`${planned.victim} at ${planned.at}`);
      else recoveries[planned.victim].push(took);
      tell({ what: `${planned.victim} at ${planned.at}`, recoveredMs: took ?? 'not reached' });
    }
    await lastSale(guests);
    await guests.goHome();
    say('the guests are gone; the evening is closed and judged');
    const evidence = { agent: cinema.agent.data, office: cinema.office.data, seen: cinema.log.seen };
    const closing = await closeEvening(cinema);
    const { findings, ...figures } = await judgeCinema(evidence);
    const all = [...closing, ...findings];
    for (const { kind, what } of all.slice(0, 20)) say(`${kind}: ${what}`);
    const blind = await blindTo(evidence, scratch);
    return {
      runs: kills.length - missed.length,
      ...counted(all),
      blind: short ? [...blind, ...missed.map((what) => `${what} was not reached`)] : blind,
      ...figures,
      sales: guests.done.sales,
      brokenSales: guests.done.brokenSales,
      scans: guests.done.scans,
      fresh: guests.done.fresh,
      notReached: missed.length,
      canaries: `${CANARY_COUNT - blind.length} of ${CANARY_COUNT}`,
      recoveryMs: { agent: percentiles(recoveries.agent), office: percentiles(recoveries.office), broker: percentiles(recoveries.broker) },
    };
  } finally {
    await cinema.dispose();
  }
}

/** Kills at the point, starts again at once, and says after how many milliseconds it serves again: a program when it is ready, the broker when the machine has greeted. */
async function killAt(cinema: Cinema, { victim, at }: PlannedKill, chance: () => number, withinMs: number): Promise<number | undefined> {
  const end = (): Promise<void> => cinema[victim].kill();
  let gone: Promise<void> | undefined;
  let from = 0;
  const strike = (): void => {
    from = performance.now();
    gone = end();
  };
  if (at === 'random') {
    await pause(chance() * RANDOM_WITHIN_MS);
    strike();
  } else if (!(await reached(cinema, at, strike, withinMs))) return undefined;
  await gone;
  if (victim === 'broker') {
    const greeted = cinema.tap.hello();
    await cinema.broker.revive();
    await greeted;
  } else await cinema[victim].revive();
  return Math.round(performance.now() - from);
}

/** `strike` is called in the very moment in which the outside sees it. */
function reached({ log }: Cinema, wanted: Point, strike: () => void, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    let isOver = false;
    const over = (found: boolean): void => {
      isOver = true;
      clearTimeout(limit);
      resolve(found);
    };
    const limit = setTimeout(() => over(false), withinMs);
    log.onPoint((point) => {
      if (isOver || point !== wanted) return;
      strike();
      over(true);
    });
  });
}

const SALE_WITHIN_LOOKS = 1_500;

/** After the last kill the kiosk sells again. */
async function lastSale({ done }: Guests): Promise<void> {
  const before = done.sales;
  for (let look = 0; look < SALE_WITHIN_LOOKS && done.sales === before; look++) await pause(20);
}

function planned(count: number, seed: string): readonly PlannedKill[] {
  const chance = seeded(`${seed} plan`);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(chance() * items.length)] as Item;
  // The agent is what is tortured; the others are its surroundings.
  return Array.from({ length: count }, () => ({
    victim: pick(['agent', 'agent', 'office', 'broker'] as const),
    at: pick([...POINTS, 'random' as const]),
  }));
}
