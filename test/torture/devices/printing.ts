import { createDeviceManager, type DeviceManager } from '#agent/devices/device-manager.ts';
import { managedPrinter } from '#agent/devices/managed-device.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { assert } from '#core/base/fault.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import { layOutTicket } from '#core/paper/ticket.ts';
import type { PrintOutcome, TicketPrinter } from '#core/ports/ticket-printer.ts';
import { SIMULATED_MODELS, type SimulatedModel } from '#drivers/escpos-printer/simulator/printer-models.ts';
import { createPrinterSimulator } from '#drivers/escpos-printer/simulator.ts';
import { SIMULATED_STARS, type SimulatedStar } from '#drivers/star-printer/simulator.ts';
import { ticketPrinterDriver } from '#drivers/ticket-printer/driver.ts';
import type { PrinterSimulator } from '#drivers/ticket-printer/simulator/simulated-printer.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { SAMPLE_CODE, SAMPLE_FACE, SAMPLE_TICKET_ID } from '#test/core/paper/sample-face.ts';
import type { PrinterPlug } from '#test/device-drivers/escpos-printer/printer-bench.ts';
import { createKeptMemory, languageOf, profileOf } from '#test/device-drivers/escpos-printer/printer-parts.ts';
import { starPlug } from '#test/device-drivers/star-printer/star-parts.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';
import { codesOn } from '../cinema/devices.ts';
import { corrupt, doubled, type Finding, lost } from '../judge/finding.ts';
import { type Chance, createChance, endInVirtualTime } from './chance.ts';
import { type Ear, hasEcho, listenTo } from './ear.ts';

/** What came of some jobs at one printer. */
export interface PrintingRound {
  readonly findings: readonly Finding[];
  readonly outcomes: Readonly<Record<PrintOutcome['kind'], number>>;
  readonly papers: number;
  /** How often each fault was switched on. */
  readonly faults: Readonly<Record<string, number>>;
}

/** What the judge has to see: who stands between the lobby and its printer, and which printer it is. */
export interface Planted {
  readonly between: (port: TicketPrinter) => TicketPrinter;
  readonly model: AnyModel;
}

type AnyModel = SimulatedModel | SimulatedStar;

const PLUGS = new Map<AnyModel, PrinterPlug>([
  ...(Object.keys(SIMULATED_MODELS) as SimulatedModel[]).map((model) => [model, escposPlug(model)] as const),
  ...(Object.keys(SIMULATED_STARS) as SimulatedStar[]).map((model) => [model, starPlug(model)] as const),
]);
const MODELS = [...PLUGS.keys()];

function escposPlug(model: SimulatedModel): PrinterPlug {
  return { language: languageOf(profileOf(model)), simulate: (machine) => createPrinterSimulator({ ...machine, model }) };
}

/** A ticket that was not printed is tried so often, as a kiosk would. */
const TRIES = 3;
const FAULTY_JOBS = 60;
/** Somebody who mends a printer and leaves what hangs in it. */
const LEAVES_PAPER = 30;
const OUTCOME_WITHIN_S = 120;
const WELL_WITHIN_S = 180;

interface Bench {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly printer: PrinterSimulator;
  readonly manager: DeviceManager;
  readonly ear: Ear;
  readonly faults: Record<string, number>;
}

interface Attempt {
  readonly code: string;
  readonly outcome: PrintOutcome;
}

/** Prints tickets, each with a code of its own, while things go wrong; then reads every paper that came out. */
export async function printRound(seed: string, jobs: number, planted?: Planted): Promise<PrintingRound> {
  const chance = createChance(seed);
  const model = planted?.model ?? chance.pick(MODELS);
  const time = createVirtualTime();
  const plug = PLUGS.get(model);
  assert(plug !== undefined, `${model} is simulated`);
  const printer = plug.simulate({ ...time, random: chance.random, mmPerSecond: 250 });
  const papers = collectPapers(printer);
  const ear = listenTo(memoryTransport(printer));
  const wanted = managedPrinter({
    id: 'printer',
    driver: ticketPrinterDriver,
    options: { columns: 48, language: plug.language, memory: createKeptMemory() },
    transport: ear.transport,
  });
  const manager = createDeviceManager({ devices: [wanted], ...time, random: chance.random, log: silentLog, onHealth: () => undefined });
  const bench: Bench = { time, chance, printer, manager, ear, faults: {} };
  const findings: Finding[] = [];
  const attempts: Attempt[] = [];
  const outcomes = { printed: 0, 'not-printed': 0, uncertain: 0 };
  manager.start();
  await time.advance(seconds(6));
  const port = planted?.between(manager.printer('printer')) ?? manager.printer('printer');
  for (let job = 0; job < jobs; job++) {
    const code = `${SAMPLE_CODE.slice(0, -8)}${String(job).padStart(8, '0')}`;
    for (let tries = 0; tries < TRIES; tries++) {
      const { outcome, bad } = await printOnce(bench, port, `${job}-${tries}`, code);
      findings.push(...bad.map((what) => corrupt(`${seed} ${model} job ${job}: ${what}`)));
      if (outcome === undefined) break;
      attempts.push({ code, outcome });
      outcomes[outcome.kind] += 1;
      const well = await putRight(bench, outcome);
      if (!well) {
        findings.push(corrupt(`${seed} ${model} job ${job}: the printer was put right and is not well: ${JSON.stringify(stateOf(bench))}`));
        return { findings, outcomes, papers: papers.count(), faults: bench.faults };
      }
      if (outcome.kind !== 'not-printed') break;
    }
  }
  printer.tearOff();
  await endInVirtualTime(time, () => manager.stop());
  if (time.pendingTimers() > 8) findings.push(corrupt(`${seed} ${model}: ${time.pendingTimers()} timers are left after the end`));
  findings.push(...judgePapers(attempts, papers.read()).map(({ kind, what }) => ({ kind, what: `${seed} ${model}: ${what}` })));
  return { findings, outcomes, papers: papers.count(), faults: bench.faults };
}

async function printOnce({ time, chance, printer, ear, faults }: Bench, port: TicketPrinter, jobId: string, code: string) {
  const bad: string[] = [];
  const document = layOutTicket(SAMPLE_FACE, code, { columns: 48, layout: 'cn', ticketId: SAMPLE_TICKET_ID });
  if (chance.percent(FAULTY_JOBS)) {
    const fault = chance.pick(printer.faults).name;
    faults[fault] = (faults[fault] ?? 0) + 1;
    // Before the job, while its bytes travel, while it is printed, or after it.
    time.timers.after(chance.span(milliseconds(2_500)), () => printer.setFault(fault, true));
    if (chance.percent(50)) await time.advance(chance.span(milliseconds(2_500)));
  }
  ear.take();
  let outcome: PrintOutcome | undefined;
  let isAllowed = false;
  void port
    .print({
      jobId,
      document,
      beforeFirstByte: () => {
        isAllowed = true;
      },
    })
    .then((result) => {
      outcome = result;
    });
  for (let second = 0; second < OUTCOME_WITHIN_S && outcome === undefined; second++) await time.advance(seconds(1));
  if (outcome === undefined) bad.push(`no outcome within ${OUTCOME_WITHIN_S} s`);
  const heard = ear.take();
  const isSent = new TextDecoder('latin1').decode(heard.sent).includes(code);
  if (isSent && !isAllowed) bad.push('bytes of the ticket left before they were written down');
  if (outcome?.kind === 'not-printed' && isSent) bad.push('called not printed, and its bytes had left');
  if (outcome?.kind === 'printed' && heard.got.length === 0) bad.push('called printed, and the printer had not said a word');
  if (outcome?.kind === 'printed' && asksForIds(heard.sent) && !hasEcho(heard)) bad.push('called printed without an echo');
  return { outcome, bad };
}

const asksForIds = (sent: Uint8Array): boolean => new TextDecoder('latin1').decode(sent).includes('\x1d(H\x06\x0000');

const stateOf = ({ manager }: Bench) => manager.health()[0]?.state;
const isWell = (bench: Bench): boolean => ['ready', 'degraded'].includes(stateOf(bench)?.kind ?? 'absent');

/** Somebody comes: mends what is broken, looks whether it is well again, and switches it off and on when it asks for that. */
async function putRight(bench: Bench, outcome: PrintOutcome): Promise<boolean> {
  const { time, printer, manager, chance } = bench;
  const isBroken = printer.faults.some(({ name }) => printer.isOn(name));
  if (!isBroken && outcome.kind === 'printed' && isWell(bench)) return true;
  const mend = (): void => {
    for (const { name, kind } of printer.faults) if (kind === 'switch' && printer.isOn(name)) printer.setFault(name, false);
    printer.refill();
  };
  mend();
  await time.advance(seconds(3));
  if (!chance.percent(LEAVES_PAPER)) printer.tearOff();
  for (let second = 0; second < WELL_WITHIN_S; second++) {
    if (isWell(bench)) return true;
    if (stateOf(bench)?.reasons.some((reason) => reason === 'needs-power-cycle')) {
      printer.setFault('power-cut', true);
      await time.advance(seconds(1));
      manager.printer('printer').powerCycled();
    }
    mend();
    printer.tearOff();
    await time.advance(seconds(1));
  }
  return false;
}

/** Every piece that was cut or torn off, with its picture at that moment. */
function collectPapers(printer: PrinterSimulator) {
  const pictures: Uint8Array[] = [];
  let seen = 0;
  printer.onChange(() => {
    for (const { number, cut } of printer.papers()) {
      if (number <= seen || !cut) continue;
      seen = number;
      const picture = printer.paperPng(number);
      if (picture !== undefined) pictures.push(picture);
    }
  });
  return { count: () => pictures.length, read: () => pictures.map(codesOn) };
}

/** @param papers the codes on each piece */
export function judgePapers(attempts: readonly Attempt[], papers: readonly (readonly string[])[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (const codes of papers)
    if (codes.length > 1) findings.push(corrupt(`tickets ${codes.map((code) => code.slice(-8)).join(' and ')} are on one piece of paper`));
  for (const code of new Set(attempts.map((attempt) => attempt.code))) {
    const kinds = attempts.filter((attempt) => attempt.code === code).map(({ outcome }) => outcome.kind);
    const onPaper = papers.filter((codes) => codes.includes(code)).length;
    const number = code.slice(-8);
    if (onPaper > 1) findings.push(doubled(`ticket ${number} is on ${onPaper} papers`));
    if (kinds.at(-1) === 'printed' && onPaper === 0) findings.push(lost(`ticket ${number} is called printed and on no paper`));
    if (kinds.every((kind) => kind === 'not-printed') && onPaper > 0)
      findings.push(corrupt(`ticket ${number} is called not printed and is on paper`));
  }
  return findings;
}
