import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '#agent/runtime/clock.ts';
import { toHex } from '#core/base/bytes.ts';
import { NO_TRAFFIC } from '#core/ports/health.ts';
import type { Link, Transport } from '#core/ports/link.ts';
import { createRtuLine } from '#drivers/modbus-gate/rtu-line.ts';
import { ALONE } from '#drivers/modbus-gate/wire-turns.ts';
import { createOsdpLine } from '#drivers/osdp/osdp-line.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { laySerialPair } from '#test/support/serial-pair.ts';
import { buildProgram } from './build-program.ts';
import { BAUD_RATE, REPLY_BYTES, REQUEST_BYTES } from './bus/bus-setup.ts';
import { type Benchmark, type Measurement, percentile, rounded } from './measurement.ts';

const ROUNDS = 12;
const EXCHANGES_A_ROUND = 150;

export const bus: Benchmark = {
  name: 'bus',
  what: 'questions and answers on a line, one at a time, beside a bare echo over the same kind of PTY; and from the answer’s last byte to what is known by it',
  run: async (report) => {
    const pairs = await Promise.all([laySerialPair(), laySerialPair(), laySerialPair(), laySerialPair()]);
    const [echo, modbus, clear, secret] = pairs.map(({ ours }) => ours);
    const key = new Uint8Array(randomBytes(16));
    const program = await buildProgram('bus/far-devices.ts');
    const far = spawn(process.execPath, [program, ...pairs.map(({ theirs }) => theirs), toHex(key)], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(far.stdout, 'data');
      const floor = await bareEcho(echo ?? '');
      const cases = [
        { name: 'Modbus poll', exchange: await modbusPolls(modbus ?? '') },
        { name: 'OSDP poll, in the clear', exchange: await osdpPolls(clear ?? '', undefined) },
        { name: 'OSDP poll, in secret', exchange: await osdpPolls(secret ?? '', key) },
      ];
      for (const { name, exchange } of cases) await compare(name, exchange, floor, report);
    } finally {
      far.kill('SIGKILL');
      await Promise.all(pairs.map(({ close }) => close()));
    }
  },
};

/** One question and its answer. Gives when the answer's last byte was in. */
type Exchange = () => Promise<number>;

/** The two take turns, so that whatever else the machine does meets both. */
async function compare(name: string, product: Exchange, floor: Exchange, report: (measurement: Measurement) => void): Promise<void> {
  const own = newTimes();
  const plain = newTimes();
  for (let round = 0; round <= ROUNDS; round++) {
    // The first round warms both up.
    for (const [exchange, times] of [
      [floor, round === 0 ? newTimes() : plain],
      [product, round === 0 ? newTimes() : own],
    ] as const) {
      for (let n = 0; n < EXCHANGES_A_ROUND; n++) {
        const begun = performance.now();
        const answeredAt = await exchange();
        const done = performance.now();
        times.whole.push(done - begun);
        times.decision.push((done - answeredAt) * 1_000);
      }
    }
  }
  const rate = ({ whole }: Times): number => Math.round(1_000 / (whole.reduce((sum, time) => sum + time, 0) / whole.length));
  const perSecond = { value: rate(own), floor: rate(plain) };
  report({
    bench: 'bus',
    case: name,
    metric: 'polls a second',
    unit: 'count',
    ...perSecond,
    ...(name.startsWith('OSDP') ? { aim: '2 ms lie between two questions' } : {}),
    ratio: rounded(perSecond.value / perSecond.floor),
  });
  for (const share of [0.5, 0.99]) {
    const decision = { value: rounded(percentile(own.decision, share)), floor: rounded(percentile(plain.decision, share)) };
    report({
      bench: 'bus',
      case: name,
      metric: `answer to known, p${share * 100}`,
      unit: 'µs',
      ...decision,
      ratio: rounded(decision.value / decision.floor),
    });
  }
}

interface Times {
  readonly whole: number[];
  readonly decision: number[];
}
const newTimes = (): Times => ({ whole: [], decision: [] });

async function open(transport: Transport, bytes: (chunk: Uint8Array) => void): Promise<Link> {
  const opened = await transport.open({ bytes, closed: () => undefined });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

async function bareEcho(path: string): Promise<Exchange> {
  const request = new Uint8Array(REQUEST_BYTES);
  let missing = 0;
  let answered: (at: number) => void = () => undefined;
  const link = await open(serialTransport({ path, baudRate: BAUD_RATE }), (chunk) => {
    missing -= chunk.length;
    if (missing <= 0) answered(performance.now());
  });
  return () =>
    new Promise((resolve) => {
      missing = REPLY_BYTES;
      answered = resolve;
      void link.write(request);
    });
}

async function modbusPolls(path: string): Promise<Exchange> {
  let lastByteAt = 0;
  const link = await open(serialTransport({ path, baudRate: BAUD_RATE }), (chunk) => {
    lastByteAt = performance.now();
    line.bytes(chunk);
  });
  const line = createRtuLine({
    turn: ALONE,
    unit: 1,
    fence: { kind: 'read-coils', first: 0, count: 1 },
    replyBytesMax: 8,
    timers,
    write: (bytes) => link.write(bytes),
    onMisses: () => undefined,
    onLost: (fault) => {
      throw new Error(fault.message);
    },
    counted: { ...NO_TRAFFIC },
  });
  return async () => {
    const { kind } = await line.exchange({ kind: 'read-inputs', first: 0, count: 8 });
    if (kind !== 'answered') throw new Error(`the board's answer was ${kind}`);
    return lastByteAt;
  };
}

async function osdpPolls(path: string, key: Uint8Array | undefined): Promise<Exchange> {
  let lastByteAt = 0;
  const serial = serialTransport({ path, baudRate: BAUD_RATE });
  const heard: Transport = {
    place: serial.place,
    open: ({ bytes, closed }) =>
      serial.open({
        bytes: (chunk) => {
          lastByteAt = performance.now();
          bytes(chunk);
        },
        closed,
      }),
  };
  const pd = createOsdpLine({ transport: heard, clock, timers, random }).pd({
    address: 0,
    check: 'crc',
    key,
    isInstalling: false,
    watchesInputs: false,
  });
  const online = new Promise<void>((resolve) => {
    pd.listen(({ kind }) => kind === 'online' && resolve());
  });
  await open(pd.transport, () => undefined);
  await online;
  return async () => {
    const { kind } = await pd.order({ kind: 'poll' });
    if (kind !== 'done') throw new Error(`the device's answer was ${kind}`);
    return lastByteAt;
  };
}
