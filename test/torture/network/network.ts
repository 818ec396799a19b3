import { blindTo, CANARY_COUNT } from '../cinema/canaries.ts';
import { type Cinema, startCinema } from '../cinema/cinema.ts';
import { closeEvening } from '../cinema/close-evening.ts';
import { buyByPhone, sendGuests } from '../cinema/guests.ts';
import { judgeCinema } from '../cinema/judge-cinema.ts';
import { counted, percentiles } from '../cinema/sums.ts';
import { pace as pause } from '../pace.ts';
import type { Torture, TortureOptions, TortureSum } from '../torture.ts';
import { type BadLine, type Fault, layBadLine } from './bad-line.ts';
import { heal, inOwnNetwork, isInOwnNetwork, KERNEL_FAULTS, type KernelFault, raiseLoopback, spoil } from './own-network.ts';

/**
 * The machine on one side, the broker and the box office on the other, and a network between them that drops, answers in one direction only, keeps dead lines
 * open, or crawls. Guests go on meanwhile. Judged as `kill` is.
 */
export const network: Torture = {
  name: 'network',
  about:
    'a network that drops, is open one way, keeps dead lines open or crawls, between the machine and broker and box office: nothing is lost, nobody hurries',
  needs: ['mosquitto'],
  amount: 'rounds of all faults in a network namespace of its own (1); wants root and nft',
  run,
};

/** Which line, what becomes of it, and whether it comes back by itself or with a reset. */
interface Trouble {
  readonly line: 'broker' | 'box-office' | 'both';
  readonly fault: Exclude<Fault, 'well'>;
  readonly ends: 'heals' | 'reset';
}

const SHORT: readonly Trouble[] = [
  { line: 'both', fault: 'slow', ends: 'heals' },
  { line: 'broker', fault: 'one-way-down', ends: 'heals' },
  { line: 'box-office', fault: 'one-way-down', ends: 'reset' },
  { line: 'broker', fault: 'half-open', ends: 'reset' },
  { line: 'both', fault: 'drop', ends: 'heals' },
];
const ORDERS = 3;
/** The machine and its guests get so many scans and this long in each trouble. */
const SCANS_IN_TROUBLE = 2;
const LOOK_MS = 20;
const LOOKS_MAX = 150;
/** One connection after a fault, and one for each that broke before it stood. */
const CONNECTIONS_PER_TROUBLE_MAX = 4;

async function run(options: TortureOptions): Promise<TortureSum> {
  if (options.short) return runWithProxies(options);
  if (isInOwnNetwork()) return runInOwnNetwork(options);
  const sum = await inOwnNetwork(['network', '--amount', `${options.amount ?? 1}`], options.tell);
  if (typeof sum !== 'string') return sum;
  return { runs: 0, lost: 0, doubled: 0, corrupt: 0, blind: [], skipped: `No network namespace can be made here: ${sum}.` };
}

/** Longer than the keep-alive of MQTT and half of it again: nobody believes in a dead line for ever. */
const DEAD_FOR_MS = 100_000;
const SPOILT_FOR_MS = 12_000;
const RECOVERED_WITHIN_MS = 400_000;
/** How each fault is played: most are over before anybody gives up, and one is not. */
const LONG: readonly (readonly [KernelFault, number])[] = [
  ...(Object.keys(KERNEL_FAULTS) as KernelFault[]).map((fault) => [fault, SPOILT_FOR_MS] as const),
  ['drop', DEAD_FOR_MS],
];

async function runInOwnNetwork(options: TortureOptions): Promise<TortureSum> {
  const { scratch, amount, tell } = options;
  raiseLoopback();
  const ports = new Map<'broker' | 'box-office', number>();
  const seen =
    (name: 'broker' | 'box-office') =>
    async (url: string): Promise<string> => {
      ports.set(name, Number(new URL(url).port));
      return url;
    };
  const cinema = await startCinema(scratch, { broker: seen('broker'), boxOffice: seen('box-office') });
  try {
    const guests = sendGuests(cinema, await buyByPhone(cinema, ORDERS * LONG.length));
    const recoveries: number[] = [];
    const rounds = Array.from({ length: amount ?? 1 }, () => LONG).flat();
    for (const [fault, ms] of rounds) {
      spoil(fault, [...ports.values()]);
      await pause(ms);
      const acknowledged = nextAcknowledgement(cinema);
      heal();
      const took = await acknowledged;
      recoveries.push(took);
      tell({ what: `${fault} for ${ms / 1_000} s`, recoveredMs: took, scans: guests.done.scans, sales: guests.done.sales });
    }
    await guests.goHome();
    const { scans, sales } = guests.done;
    return await judged(cinema, options, { runs: rounds.length, hasty: [], scans, sales, recoveries });
  } finally {
    await cinema.dispose();
  }
}

/** Milliseconds until the box office says again that it has kept something. */
function nextAcknowledgement({ log }: Cinema): Promise<number> {
  const from = performance.now();
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error('nothing was acknowledged after the network was well again')), RECOVERED_WITHIN_MS);
    log.onPoint((point) => {
      if (point !== 'acknowledged') return;
      clearTimeout(limit);
      resolve(Math.round(performance.now() - from));
    });
  });
}

async function runWithProxies({ scratch, tell, say }: TortureOptions): Promise<TortureSum> {
  const lines = new Map<'broker' | 'box-office', BadLine>();
  const through =
    (name: 'broker' | 'box-office') =>
    async (url: string): Promise<string> => {
      const { protocol, hostname, port } = new URL(url);
      const line = await layBadLine({ host: hostname, port: Number(port) });
      lines.set(name, line);
      return `${protocol}//127.0.0.1:${line.port}`;
    };
  const cinema = await startCinema(scratch, { broker: through('broker'), boxOffice: through('box-office') });
  try {
    const codes = await buyByPhone(cinema, ORDERS);
    const guests = sendGuests(cinema, codes);
    const hasty: string[] = [];
    for (const { line, fault, ends } of SHORT) {
      const troubled = [...lines].filter(([name]) => line === 'both' || line === name).map(([, one]) => one);
      const before = lines.get('broker')?.laid ?? 0;
      for (const one of troubled) one.become(fault);
      await someScans(guests.done);
      for (const one of troubled) {
        one.become('well');
        if (ends === 'reset') one.reset();
      }
      await someScans(guests.done);
      const connections = (lines.get('broker')?.laid ?? 0) - before;
      if (connections > CONNECTIONS_PER_TROUBLE_MAX) hasty.push(`${line} ${fault}: ${connections} connections to the broker`);
      tell({ what: `${line}: ${fault}, ${ends}`, scans: guests.done.scans, sales: guests.done.sales, connections });
    }
    await guests.goHome();
    return await judged(cinema, { scratch, say }, { runs: SHORT.length, hasty, scans: guests.done.scans, sales: guests.done.sales });
  } finally {
    await cinema.dispose();
    for (const line of lines.values()) await line.close();
  }
}

/** At least so many guests have come since. */
async function someScans(done: { readonly scans: number }): Promise<void> {
  const wanted = done.scans + SCANS_IN_TROUBLE;
  for (let look = 0; look < LOOKS_MAX && done.scans < wanted; look++) await pause(LOOK_MS);
}

interface Figures {
  readonly runs: number;
  readonly hasty: readonly string[];
  readonly scans: number;
  readonly sales: number;
  readonly recoveries?: readonly number[];
}

async function judged(cinema: Cinema, { scratch, say }: Pick<TortureOptions, 'scratch' | 'say'>, figures: Figures): Promise<TortureSum> {
  const evidence = { agent: cinema.agent.data, office: cinema.office.data, seen: cinema.log.seen };
  const closing = await closeEvening(cinema);
  const { findings, ...more } = await judgeCinema(evidence);
  const all = [...closing, ...findings, ...figures.hasty.map((what) => ({ kind: 'corrupt' as const, what }))];
  for (const { kind, what } of all.slice(0, 20)) say(`${kind}: ${what}`);
  const blind = await blindTo(evidence, scratch);
  const { runs, scans, sales, recoveries = [] } = figures;
  const canaries = `${CANARY_COUNT - blind.length} of ${CANARY_COUNT}`;
  return {
    ...{ runs, ...counted(all), blind, ...more, scans, sales, canaries },
    ...(recoveries.length === 0 ? {} : { recoveryMs: percentiles(recoveries) }),
  };
}
