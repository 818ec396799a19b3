import { openLedger } from '#agent/ledger/ledger.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { createUplink, type Uplink } from '#agent/uplink/create-uplink.ts';
import { LIMITS } from '#core/base/limits.ts';
import { between, milliseconds, minutes, seconds } from '#core/base/time.ts';
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
const STEPS_MAX = 4_000;
const STEP = milliseconds(50);
const STEPS_OF_A_SECOND = 20;

async function run({ amount, tell, say }: TortureOptions): Promise<TortureSum> {
  const findings: Finding[] = [];
  let runs = 0;
  let attempts = 0;
  let deliveries = 0;
  const waiting = Array.from({ length: amount ?? 1 }, () => SCRIPTS).flat();
  const work = async (): Promise<void> => {
    for (let script = waiting.shift(); script !== undefined; script = waiting.shift()) {
      const { findings: found, ...played } = await play(script);
      runs += 1;
      attempts += played.attempts;
      deliveries += played.deliveries;
      findings.push(...found);
      tell({ what: script.name, ...played, bad: found });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const { kind, what } of findings.slice(0, 20)) say(`${kind}: ${what}`);
  say('the scripts are played; now faults are planted');
  const blind = await canaries();
  return { runs, ...counted(findings), blind, attempts, deliveries, produced: runs * EVENTS };
}

interface Played {
  readonly findings: readonly Finding[];
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

/** @param plant a fault of ours between the machine and the judge */
async function play(script: Script, plant: (receiver: Receiver) => Receiver = (receiver) => receiver): Promise<Played> {
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
  });
  const sent = ledger.transaction(() =>
    Array.from({ length: EVENTS }, (_, n) => ledger.append({ t: 'sale', d: { saleId: `sale-${n}`, step: 'held' } })),
  );
  const bench: Bench = { time, uplink, server, waits: [] };
  const from = time.clock.monotonic();
  try {
    uplink.start();
    const findings = await drive(bench, script);
    const ids = ledger.database.prepare<[], string>("SELECT event_id FROM outbox WHERE lane = 'p0' ORDER BY seq").pluck().all();
    if (ids.length !== sent.length) findings.push(lost(`${script.name}: ${sent.length - ids.length} events are not in the ledger`));
    findings.push(
      ...receiver.judge(ids).map(({ kind, what }) => ({ kind, what: `${script.name}: ${what}` })),
      ...judgeManners(server, bench.waits, script),
    );
    const virtualSeconds = Math.round(between(from, time.clock.monotonic()) / 1_000);
    return { findings, attempts: server.counts.connections, deliveries: receiver.deliveries, virtualSeconds };
  } finally {
    let isStopped = false;
    const stopped = uplink.stop().then(() => {
      isStopped = true;
    });
    while (!isStopped) {
      await time.advance(seconds(1));
      await pause(1);
    }
    await stopped;
    ledger.close();
    await server.close();
  }
}

/** Until nothing waits: lets packets travel while there are some, and time pass when there are none. */
async function drive({ time, uplink, server, waits }: Bench, script: Script): Promise<Finding[]> {
  const isDone = (): boolean => uplink.status().state === 'connected' && uplink.status().lanes.every(({ waiting }) => waiting === 0);
  let isMute = script.mute === true;
  for (let step = 0; step < STEPS_MAX; step++) {
    if (isDone()) return isMute ? [corrupt(`${script.name}: nobody was told that nothing is accepted`)] : [];
    if (isMute && uplink.status().notAccepted) {
      server.behave();
      isMute = false;
    }
    const { state, lastFault = '' } = uplink.status();
    if (state === 'waiting') {
      const from = time.clock.monotonic();
      while (uplink.status().state === 'waiting') await time.advance(STEP);
      waits.push({ fault: lastFault, ms: between(from, time.clock.monotonic()) });
    } else if (await isQuiet(server)) {
      // In steps shorter than the shortest wait, so that none is missed, unless a connection has long to stand.
      const isLong = isMute || (script.batches === 'swallow' && standsFor(uplink, time) < LIMITS.outbox.notAcceptedAfter - minutes(2));
      for (let part = 0; part < STEPS_OF_A_SECOND && uplink.status().state !== 'waiting'; part++) await time.advance(isLong ? seconds(3) : STEP);
    } else await time.settle();
  }
  return [lost(`${script.name}: it never drained: ${JSON.stringify(uplink.status())}`)];
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
  if (alarm !== undefined && told.length < times) findings.push(corrupt(`${name}: ${alarm} was told ${told.length} times, not ${times}`));
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
  const losing = await play(plain, (receiver) => ({ ...receiver, judge: (sent) => receiver.judge([...sent, 'an event that never travelled']) }));
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
