import { type Monotonic, milliseconds } from '#core/base/time.ts';
import { counted } from '../cinema/sums.ts';
import type { Finding } from '../judge/finding.ts';
import type { Torture, TortureOptions, TortureSum } from '../torture.ts';
import { DRIVERS } from './every-device.ts';
import { judgePapers, type Planted, printRound } from './printing.ts';
import { unplugRealLines } from './real-lines.ts';
import { judgeRelease, releaseRound } from './releasing.ts';
import { unplugRound } from './unplugging.ts';

/** The product's drivers under the product's device manager, against simulated devices that break in every way they know. */
export const devices: Torture = {
  name: 'devices',
  about:
    'thousands of prints and releases while paper ends, cables are pulled and boards fall silent, and as many unplugs: nothing printed without its echo, nothing opened too late',
  needs: ['socat'],
  amount: 'jobs of a printer, and as many releases and unplugs (10,000)',
  run,
};

const LONG = 10_000;
const SHORT = 240;
const JOBS_A_ROUND = 20;
const RELEASES_A_ROUND = 40;
const UNPLUGS_A_ROUND = 500;
/** Of real lines: each is a second by the clock on the wall. */
const REAL_ROUNDS = { short: 2, long: 50 } as const;

async function run({ short, seed, amount, tell, say }: TortureOptions): Promise<TortureSum> {
  const wanted = amount ?? (short ? SHORT : LONG);
  const findings: Finding[] = [];
  const outcomes: Record<string, number> = {};
  const faults: Record<string, number> = {};
  const add = (sums: Record<string, number>, more: Readonly<Record<string, number>>): void => {
    for (const [name, count] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + count;
  };
  let papers = 0;
  let openings = 0;
  let slowestMs = 0;
  for (let round = 0; round * JOBS_A_ROUND < wanted; round++) {
    const printed = await printRound(`${seed}-print-${round}`, JOBS_A_ROUND);
    add(outcomes, printed.outcomes);
    add(faults, printed.faults);
    papers += printed.papers;
    findings.push(...printed.findings);
    if (round % 25 === 24) say(`${(round + 1) * JOBS_A_ROUND} jobs, ${papers} papers, ${findings.length} findings`);
  }
  tell({ what: 'prints', jobs: wanted, papers, ...outcomes, faults, bad: findings.length });
  const released: Record<string, number> = {};
  for (let round = 0; round * RELEASES_A_ROUND < wanted; round++) {
    const result = await releaseRound(`${seed}-release-${round}`, RELEASES_A_ROUND);
    add(released, result.outcomes);
    openings += result.openings;
    findings.push(...result.findings);
  }
  tell({ what: 'releases', releases: wanted, openings, ...released, bad: findings.length });
  let unplugs = 0;
  while (unplugs < wanted) {
    const result = await unplugRound(`${seed}-unplug-${unplugs}`, Math.min(UNPLUGS_A_ROUND, wanted - unplugs));
    unplugs += result.unplugs;
    slowestMs = Math.max(slowestMs, result.slowestMs);
    findings.push(...result.findings);
  }
  tell({ what: 'unplugs', unplugs, drivers: DRIVERS.length, backAfterMsAtMost: slowestMs, bad: findings.length });
  for (const over of ['pty', 'tcp'] as const) {
    const result = await unplugRealLines(over, short ? REAL_ROUNDS.short : REAL_ROUNDS.long);
    unplugs += result.unplugs;
    findings.push(...result.findings);
    tell({ what: `unplugs over ${over}`, unplugs: result.unplugs, descriptorsMore: result.descriptors, bad: findings.length });
  }
  for (const { kind, what } of findings.slice(0, 20)) say(`${kind}: ${what}`);
  say('now faults are planted');
  return {
    runs: 2 * wanted + unplugs,
    ...counted(findings),
    blind: [...(await blindToPapers(seed)), ...(await blindToBarriers(seed))],
    papers,
    openings,
  };
}

/** Drivers that lie or repeat themselves: the judge has to see each. */
async function blindToPapers(seed: string): Promise<readonly string[]> {
  const plant = (between: Planted['between']) => printRound(`${seed}-planted`, JOBS_A_ROUND, { between, model: 'epson' });
  const twice = await plant((port) => ({
    ...port,
    print: async (job) => {
      const first = await port.print(job);
      return first.kind === 'printed' ? port.print(job) : first;
    },
  }));
  const boasting = await plant((port) => ({
    ...port,
    print: async (job) => {
      const outcome = await port.print(job);
      return outcome.kind === 'uncertain' ? { kind: 'printed', evidence: 'cut-confirmed' } : outcome;
    },
  }));
  const denying = judgePapers([{ code: 'A-TICKET-00000001', outcome: { kind: 'not-printed', fault: FAULT } }], [['A-TICKET-00000001']]);
  const joined = judgePapers([], [['A-TICKET-00000001', 'A-TICKET-00000002']]);
  return [
    ...(twice.findings.some(({ kind }) => kind === 'doubled') ? [] : ['a ticket that was printed twice']),
    ...(boasting.findings.some(({ what }) => /without an echo|on no paper/.test(what)) ? [] : ['a ticket that is called printed without proof']),
    ...(denying.length > 0 ? [] : ['a ticket that is called not printed and lies there']),
    ...(joined.length > 0 ? [] : ['two tickets on one piece of paper']),
  ];
}

async function blindToBarriers(seed: string): Promise<readonly string[]> {
  const late = await releaseRound(`${seed}-planted`, RELEASES_A_ROUND, (port, { timers }) => ({
    ...port,
    // Somebody keeps the command for later and knows nothing of its deadline.
    release: (command) =>
      new Promise((resolve) => {
        timers.after(milliseconds(2_500), () => resolve(port.release({ ...command, deadline: (command.deadline + 10_000) as Monotonic })));
      }),
  }));
  const denied = judgeRelease({
    command: { reason: { kind: 'admission', id: 'scan-1' }, pulse: milliseconds(700), deadline: 2_000 as Monotonic },
    outcome: { kind: 'expired' },
    openings: [1_000 as Monotonic],
    isJammed: false,
  });
  return [
    ...(late.findings.some(({ what }) => what.includes('after its deadline')) ? [] : ['a barrier that opens after its deadline']),
    ...(denied.length > 0 ? [] : ['a barrier that opens although the release had expired']),
  ];
}

const FAULT = { code: 'E-PRN-PAPER', owner: 'device', message: 'planted' } as const;
