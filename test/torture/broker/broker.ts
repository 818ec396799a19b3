import { openLedger } from '#agent/ledger/ledger.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { createUplink, type MachineReports, type Uplink } from '#agent/uplink/create-uplink.ts';
import { LIMITS } from '#core/base/limits.ts';
import { between, type Monotonic, milliseconds, minutes, seconds } from '#core/base/time.ts';
import { MachineId, SiteId } from '#core/contract/identifiers.ts';
import { createVirtualTime, type VirtualTime } from '../../support/virtual-time.ts';
import { counted } from '../cinema/sums.ts';
import { corrupt, type Finding, lost } from '../judge/finding.ts';
import { pace as pause, turnOfTheEventLoop } from '../pace.ts';
import type { Torture, TortureOptions, TortureSum } from '../torture.ts';
import { createReceiver, type Receiver } from './receiver.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';
import { SCRIPTS, type Script, STAYS_AWAY } from './scripts.ts';

/**
 * The machine's end of the wire against a broker that refuses with every reason there is, throttles, lies, doubles, reorders, comes late and breaks off. The
 * lines are real and the clock is virtual: it stands while packets travel, so nothing here depends on how fast this machine is.
 */
export const broker: Torture = {
  name: 'broker',
  about:
    'a scripted MQTT server that refuses with every code, throttles, lies, doubles, reorders and breaks off: nothing is lost, and nobody hurries',
  needs: [],
  amount: 'times that every script is played (1)',
  run,
};

const MACHINE = MachineId.parse('kiosk-01');
const SITE = SiteId.parse('31012345');
const EVENTS = 600;
/** Looks at the lines, one after another and without a packet in any, after which the virtual clock goes on. */
const QUIET_LOOKS = 5;
/** Real milliseconds between two of them. A machine that stood still has slept through one look and not through all. */
const LOOK_EVERY_MS = 5;
/** Scripts that are played side by side: most of the time they wait for quiet. */
const AT_ONCE = 8;
/**
 * When a script has failed. The longest takes 270 looks, most of them at the deadline of a swallowed batch, and three quarters of an hour of the virtual clock,
 * for that of a swallowed health document. A machine that waits in between counts no looks.
 */
const STEPS_MAX = 1_000;
const VIRTUAL_MAX = minutes(90);
/** Real milliseconds at least for an agent that was told to stop, which takes a few packets. */
const STOP_LOOKS_MAX = 20_000;
/** Of one script: where events are lost, all of them are. */
const FINDINGS_TOLD = 3;
const STEP = milliseconds(50);
const STEPS_OF_A_SECOND = 20;
/** Of a machine without devices. */
const REPORTS: MachineReports = { devices: () => [], flows: () => [], readings: () => ({}), clockQuality: () => undefined };

async function run({ amount, tell, say }: TortureOptions): Promise<TortureSum> {
  const findings: Finding[] = [];
  let runs = 0;
  let attempts = 0;
  let deliveries = 0;
  const waiting = Array.from({ length: amount ?? 1 }, () => SCRIPTS).flat();
  let isStuck = false;
  const work = async (): Promise<void> => {
    // Where one waits for what does not come, dozens would, each to its own limit.
    for (let script = waiting.shift(); script !== undefined && !isStuck; script = waiting.shift()) {
      const { findings: found, hasGivenUp, ...played } = await play(script, { isOver: () => isStuck });
      isStuck ||= hasGivenUp;
      for (const { kind, what } of found.slice(0, FINDINGS_TOLD)) say(`${kind}: ${what}`);
      runs += 1;
      attempts += played.attempts;
      deliveries += played.deliveries;
      findings.push(...found);
      tell({ what: script.name, ...played, bad: found.slice(0, FINDINGS_TOLD) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (isStuck) say(`${SCRIPTS.length * (amount ?? 1) - runs} scripts were not played any more, and no faults were planted`);
  else say('the scripts are played; now faults are planted');
  const blind = isStuck ? [] : await canaries();
  return { runs, ...counted(findings), blind, attempts, deliveries, produced: runs * EVENTS };
}

interface Played {
  readonly findings: readonly Finding[];
  /** It waited for something that did not come. */
  readonly hasGivenUp: boolean;
  readonly attempts: number;
  readonly deliveries: number;
  readonly virtualSeconds: number;
}

interface Bench {
  readonly time: VirtualTime;
  readonly uplink: Uplink;
  readonly server: ScriptedServer;
  /** Every wait that ended: why, and how long it was. */
  readonly waits: { readonly fault: string; readonly ms: number }[];
}

interface Play {
  /** A fault of ours between the machine and the judge. */
  readonly plant?: (receiver: Receiver) => Receiver;
  /** Another script has given up: this one need not go on. */
  readonly isOver?: () => boolean;
}

async function play(script: Script, { plant = (receiver) => receiver, isOver = () => false }: Play = {}): Promise<Played> {
  const time = createVirtualTime();
  const receiver = plant(createReceiver());
  const server = await startScriptedServer(MACHINE, script, receiver);
  const random = { bytes: systemRandom.bytes, uniform: () => 0 };
  const ledger = openLedger(':memory:', { clock: time.clock, random: systemRandom, boot: 'boot-1' });
  const uplink = createUplink({
    broker: { url: server.url, version: '5' },
    ...{ machine: MACHINE, site: SITE, ledger, clock: time.clock, timers: time.timers, log: silentLog, software: '0.0.0-torture', boot: 'boot-1' },
    // Whoever draws nothing but the shortest wait is the first of a fleet to come back.
    random,
    validity: () => null,
    onValidityHead: () => undefined,
    onValidityDelta: () => undefined,
    ...(script.swallows === 'health' ? { reports: REPORTS } : {}),
  });
  const sent = ledger.transaction(() =>
    Array.from({ length: EVENTS }, (_, n) => ledger.append({ t: 'sale', d: { saleId: `sale-${n}`, step: 'held' } })),
  );
  const bench: Bench = { time, uplink, server, waits: [] };
  const from = time.clock.monotonic();
  const findings: Finding[] = [];
  let end: Driven = 'done';
  try {
    uplink.start();
    end = await drive(bench, script, isOver);
    if (end === 'over') return { findings, hasGivenUp: false, attempts: 0, deliveries: 0, virtualSeconds: 0 };
    if (end === 'untold') findings.push(corrupt(`${script.name}: nobody was told that nothing is accepted`));
    if (end === 'given-up') findings.push(lost(`${script.name}: given up ${waitedFor(bench, script, from)}`));
    const ids = ledger.database.prepare<[], string>("SELECT event_id FROM outbox WHERE lane = 'p0' ORDER BY seq").pluck().all();
    if (ids.length !== sent.length) findings.push(lost(`${script.name}: ${sent.length - ids.length} events are not in the ledger`));
    findings.push(
      ...receiver.judge(ids).map(({ kind, what }) => ({ kind, what: `${script.name}: ${what}` })),
      ...judgeManners(server, bench.waits, script),
    );
    const virtualSeconds = Math.round(between(from, time.clock.monotonic()) / 1_000);
    return { findings, hasGivenUp: end === 'given-up', attempts: server.counts.connections, deliveries: receiver.deliveries, virtualSeconds };
  } finally {
    if (!(await stops(bench))) findings.push(lost(`${script.name}: the machine was told to stop, and has not`));
    ledger.close();
    await server.close();
  }
}

async function stops({ uplink, time }: Bench): Promise<boolean> {
  let isStopped = false;
  const stopped = uplink.stop().then(() => {
    isStopped = true;
  });
  for (let look = 0; look < STOP_LOOKS_MAX && !isStopped; look++) {
    await time.advance(seconds(1));
    await pause(1);
  }
  if (isStopped) await stopped;
  return isStopped;
}

/** `untold`: everything has arrived, and nobody was told that for a while nothing was accepted. `over`: it was not wanted any more. */
type Driven = 'done' | 'untold' | 'given-up' | 'over';

/** Until nothing waits: lets packets travel while there are some, and time pass when there are none. */
async function drive({ time, uplink, server, waits }: Bench, script: Script, isOver: () => boolean): Promise<Driven> {
  const isDone = (): boolean => hasDrained(uplink) && (script.swallows !== 'health' || server.counts.connections > script.times);
  const from = time.clock.monotonic();
  let isMute = script.mute === true;
  for (let step = 0; step < STEPS_MAX && between(from, time.clock.monotonic()) < VIRTUAL_MAX; step++) {
    if (isOver()) return 'over';
    if (isDone()) return isMute ? 'untold' : 'done';
    if (isMute && uplink.status().notAccepted) {
      server.behave();
      isMute = false;
    }
    const { state, lastFault = '' } = uplink.status();
    if (state === 'waiting') {
      const since = time.clock.monotonic();
      while (uplink.status().state === 'waiting' && between(from, time.clock.monotonic()) < VIRTUAL_MAX) await time.advance(STEP);
      waits.push({ fault: lastFault, ms: between(since, time.clock.monotonic()) });
    } else if (await isQuiet(server)) {
      // In steps shorter than the shortest wait, so that none is missed, unless a connection has long to stand.
      const isLong = isMute || standsFor(uplink, time) < patienceWith(script) - minutes(2);
      for (let part = 0; part < STEPS_OF_A_SECOND && uplink.status().state !== 'waiting'; part++) await time.advance(isLong ? seconds(3) : STEP);
    } else await time.settle();
  }
  return 'given-up';
}

const hasDrained = (uplink: Uplink): boolean => uplink.status().state === 'connected' && uplink.status().lanes.every(({ waiting }) => waiting === 0);

/** How long a connection stands before the machine ends it for what the script swallows. */
function patienceWith({ batches, swallows }: Script): number {
  if (batches === 'swallow') return LIMITS.outbox.notAcceptedAfter;
  return swallows === 'health' ? LIMITS.uplink.healthTakenWithin : 0;
}

/** For whoever has to find out why it has not come. */
function waitedFor({ uplink, server, time, waits }: Bench, script: Script, from: Monotonic): string {
  const { state, lastFault = 'none', lanes } = uplink.status();
  const awaited = [
    ...(state === 'connected' ? [] : [`a connection (it is ${state})`]),
    ...lanes.filter(({ waiting }) => waiting > 0).map(({ lane, waiting }) => `${waiting} events of ${lane} to be acknowledged`),
    ...(script.mute === true && !uplink.status().notAccepted ? ['the word that nothing is accepted'] : []),
    ...(hasDrained(uplink) && script.swallows === 'health' ? ['the end of a connection on which no health document was taken'] : []),
  ];
  const { connections, packets } = server.counts;
  const minutesGone = Math.round(between(from, time.clock.monotonic()) / 60_000);
  return `after ${minutesGone} minutes of the virtual clock, ${connections} connections, ${packets} packets and ${waits.length} waits; it waited for ${awaited.join(', ')}; last fault: ${lastFault}`;
}

function standsFor(uplink: Uplink, { clock }: VirtualTime): number {
  return clock.wall() - Date.parse(uplink.status().since);
}

/** Whether no packet came for a while. */
async function isQuiet({ counts }: ScriptedServer): Promise<boolean> {
  const { packets, connections } = counts;
  for (let look = 0; look < QUIET_LOOKS; look++) {
    await pause(LOOK_EVERY_MS);
    // Timers come before sockets in a turn of the event loop: what arrived during the pause is read after this.
    await turnOfTheEventLoop();
    if (counts.packets !== packets || counts.connections !== connections) return false;
  }
  return true;
}

/** Nobody hurries, everybody is told why, and what the server granted is kept. */
function judgeManners({ counts }: Pick<ScriptedServer, 'counts'>, waits: Bench['waits'], { name, alarm, times, grant }: Script): readonly Finding[] {
  const findings: Finding[] = [];
  const told = waits.filter(({ fault }) => alarm !== undefined && fault.startsWith(alarm));
  if (alarm !== undefined && told.length < times)
    findings.push(corrupt(`${name}: ${alarm} was told ${told.length} times, not ${times}; the ends: ${waits.map(({ fault }) => fault).join(' ')}`));
  const hasty = alarm === undefined ? undefined : told.find(({ ms }) => ms + STEP < STAYS_AWAY[alarm]);
  if (hasty !== undefined) findings.push(corrupt(`${name}: it came back after ${hasty.ms} ms`));
  // A connection that nobody ended stays; each that ended is followed by one attempt.
  if (counts.connections > waits.length + 1) findings.push(corrupt(`${name}: ${counts.connections} connections after ${waits.length} waits`));
  if (waits.length > times) findings.push(corrupt(`${name}: ${waits.length} waits, and ${times} connections were ended`));
  if (grant?.receiveMaximum !== undefined && counts.unconfirmed > grant.receiveMaximum) {
    findings.push(corrupt(`${name}: ${counts.unconfirmed} messages were on their way`));
  }
  if (grant?.maximumPacketSize !== undefined && counts.largest > grant.maximumPacketSize) findings.push(corrupt(`${name}: ${counts.largest} bytes`));
  if (counts.unconfirmed > LIMITS.outbox.windowBatches + 2) findings.push(corrupt(`${name}: ${counts.unconfirmed} messages were on their way`));
  return findings;
}

/** A server that acknowledges what it did not keep, or keeps what came twice: the judge has to see it. */
async function canaries(): Promise<readonly string[]> {
  const plain: Script = { name: 'planted', times: 0 };
  const losing = await play(plain, {
    plant: (receiver) => ({ ...receiver, judge: (sent) => receiver.judge([...sent, 'an event that never travelled']) }),
  });
  const hasty = judgeManners({ counts: { connections: 9, packets: 0, unconfirmed: 0, largest: 0 } }, [{ fault: 'E-NET-BUSY: no', ms: 10 }], {
    name: 'planted',
    times: 1,
    alarm: 'E-NET-BUSY',
  });
  return [
    ...(losing.findings.some(({ kind }) => kind === 'lost') ? [] : ['an event that the box office never got']),
    ...(hasty.length >= 2 ? [] : ['a machine that comes back at once, and too often']),
  ];
}
