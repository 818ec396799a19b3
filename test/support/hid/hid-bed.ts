import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fromHex, toHex } from '#core/base/bytes.ts';
import { assert, type Fault } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Link, LinkEvents, Transport } from '#core/ports/link.ts';
import type { DeviceEnd, SimulatedDevice } from '#drivers/simulation/simulated-device.ts';
import { type HidDevice, type HidPlace, hidTransport } from '#drivers/transport/hid.ts';
import type { HidrawAnswer, HidrawCall } from './hidraw-in-child.ts';

/**
 * A kernel with HID devices that are not there: umockdev's test bed in one process, node-hid with our HID transport in another, and here the simulators that
 * stand behind the nodes. What a driver sends goes through node-hid, hidapi and a `/dev/hidraw` of which the kernel's calls are answered by umockdev.
 */
export interface HidBed {
  /** Puts a simulated device behind a node; plugged and unplugged as its `unplugged` switch says. */
  serve(device: SimulatedDevice, model: HidModel): Promise<ServedOverHidraw>;
  /** The HID transport of the other process. */
  transport(place: HidPlace): Transport;
  list(): Promise<readonly HidDevice[]>;
  /** What any other program needs in its environment to see these devices and no others. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface HidModel {
  /** Four hexadecimal digits each. */
  readonly vendorId: string;
  readonly productId: string;
  readonly manufacturer: string;
  readonly product: string;
  readonly serial: string;
  /** The report descriptor in hexadecimal. */
  readonly descriptor: string;
}

/** A scanner in HID-POS mode: usage page 8C, usage 02, input report 2 of 63 bytes, feature report FE of one. */
export const HID_POS_MODEL: HidModel = {
  ...{ vendorId: '0c2e', productId: '0b01', manufacturer: 'Honeywell', product: 'Scanner', serial: 'S1' },
  descriptor: '058c 0902 a101 150026ff00 7508 8502 0903 953f 8102 85fe 0904 9501 b102 c0',
};

export interface ServedOverHidraw {
  /** Of the node; another one each time the device is plugged in. */
  path(): string;
  close(): Promise<void>;
}

interface BedLine {
  readonly event: 'ready' | 'done' | 'opened' | 'closed' | 'output' | 'feature' | 'feature-wanted';
  readonly root?: string;
  readonly path?: string;
  readonly device?: string;
  readonly report?: string;
  readonly number?: number;
}

const PRELOAD = 'libumockdev-preload.so.0';
const bytesOf = (hex: string | undefined): Uint8Array => fromHex(hex ?? '') ?? new Uint8Array();

export async function startHidBed(): Promise<HidBed> {
  const bed = spawn('/usr/bin/python3', [join(import.meta.dirname, 'hid-bed.py')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, LD_PRELOAD: PRELOAD },
  });
  let said = '';
  bed.stderr.on('data', (text: Buffer) => {
    said = (said + text.toString()).slice(-2_000);
  });
  const served = new Map<string, Served>();
  const waiting: { readonly resolve: (path: string) => void; readonly refuse: (why: Error) => void }[] = [];
  let whenReady: (root: string) => void = () => undefined;
  const ready = new Promise<string>((resolve, reject) => {
    whenReady = resolve;
    const ended = (detail: string): void => {
      const why = new Error(`the bed of HID devices ended; it needs gir1.2-umockdev-1.0 and python3-gi: ${detail}`);
      reject(why);
      for (const { refuse } of waiting.splice(0)) refuse(why);
    };
    bed.once('exit', () => ended(said));
    bed.once('error', (error) => ended(error.message));
  });
  /** Orders are carried out one after another, and each is answered by `done`. */
  const order = (what: object): Promise<string> =>
    new Promise((resolve, refuse) => {
      waiting.push({ resolve, refuse });
      bed.stdin.write(`${JSON.stringify(what)}\n`);
    });
  createInterface({ input: bed.stdout }).on('line', (text) => {
    if (!text.startsWith('{')) {
      // GLib's last words.
      said += text;
      return;
    }
    const line: BedLine = JSON.parse(text);
    if (line.event === 'ready') whenReady(line.root ?? '');
    else if (line.event === 'done') waiting.shift()?.resolve(line.path ?? '');
    else served.get(line.device ?? '')?.hear(line);
  });
  const root = await ready;
  const environment = { LD_PRELOAD: PRELOAD, UMOCKDEV_DIR: root };
  const child = createHidrawChild(environment);

  return {
    serve: async (device, model) => {
      const name = `device-${served.size}`;
      const behind = createServed(name, device, model, order);
      served.set(name, behind);
      await behind.reconcile();
      return behind;
    },
    transport: child.transport,
    list: child.list,
    environment,
    close: async () => {
      await child.close();
      const gone = once(bed, 'exit');
      bed.stdin.end();
      await gone;
    },
  };
}

interface Served extends ServedOverHidraw {
  hear(line: BedLine): void;
  /** Wanted against actual. */
  reconcile(): Promise<void>;
}

function createServed(name: string, device: SimulatedDevice, model: HidModel, order: (what: object) => Promise<string>): Served {
  let isServed = true;
  let isPlugged = false;
  let path = '';
  let host: DeviceEnd | undefined;
  const reconcile = async (): Promise<void> => {
    const wanted = isServed && !device.isOn('unplugged');
    if (wanted === isPlugged) return;
    isPlugged = wanted;
    if (!wanted) host = undefined;
    path = await order(wanted ? { order: 'plug', device: name, model } : { order: 'unplug', device: name });
  };
  device.onChange(() => void reconcile());
  const answer = (report: Uint8Array | undefined): Promise<string> =>
    order({ order: 'feature-answer', device: name, report: report === undefined ? null : toHex(report) });
  return {
    hear: (line) => {
      const report = bytesOf(line.report);
      if (line.event === 'opened') {
        host = device.connect({
          write: (bytes) => {
            if (isPlugged) void order({ order: 'input', device: name, report: toHex(bytes) });
          },
          drop: () => void reconcile(),
        });
      }
      if (line.event === 'closed') {
        host?.closed();
        host = undefined;
      }
      if (line.event === 'output') host?.receive(report);
      if (line.event === 'feature') void answer(host?.features?.send(report) === true ? report : undefined);
      if (line.event === 'feature-wanted') void answer(host?.features?.read(line.number ?? 0));
    },
    path: () => path,
    reconcile,
    close: async () => {
      isServed = false;
      await reconcile();
    },
  };
}

function createHidrawChild(environment: HidBed['environment']) {
  const child: ChildProcess = fork(join(import.meta.dirname, 'hidraw-in-child.ts'), [], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, ...environment },
  });
  let calls = 0;
  const waiting = new Map<number, (answer: HidrawAnswer & { kind: 'answer' }) => void>();
  const links = new Map<number, { readonly events: LinkEvents; isOpen: boolean }>();
  child.on('message', (answer: HidrawAnswer) => {
    if (answer.kind === 'answer') {
      waiting.get(answer.id)?.(answer);
      waiting.delete(answer.id);
      return;
    }
    const link = links.get(answer.link);
    assert(link !== undefined, 'only an open link speaks');
    if (answer.kind === 'bytes') link.events.bytes(Uint8Array.from(answer.bytes));
    else {
      link.isOpen = false;
      link.events.closed(answer.fault ?? undefined);
    }
  });
  const ask = (asked: HidrawCall, id = calls++): Promise<HidrawAnswer & { kind: 'answer' }> =>
    new Promise((resolve) => {
      waiting.set(id, resolve);
      child.send({ id, asked });
    });
  const done = async (asked: HidrawCall): Promise<Result<void, Fault>> => {
    const { outcome } = await ask(asked);
    return outcome.ok ? ok() : outcome;
  };

  const linkOf = (number: number, state: { isOpen: boolean }): Link => ({
    get isOpen() {
      return state.isOpen;
    },
    write: (bytes) => done({ call: 'write', link: number, bytes: [...bytes] }),
    close: async () => {
      await done({ call: 'close', link: number });
      state.isOpen = false;
    },
    features: {
      send: (report) => done({ call: 'feature-send', link: number, bytes: [...report] }),
      read: async (report, bytes) => {
        const { outcome } = await ask({ call: 'feature-read', link: number, number: report, bytes });
        return outcome.ok ? ok(Uint8Array.from(outcome.value)) : outcome;
      },
    },
  });

  return {
    transport: (place: HidPlace): Transport => ({
      place: hidTransport(place).place,
      open: async (events) => {
        const id = calls++;
        const state = { events, isOpen: true };
        links.set(id, state);
        const { outcome } = await ask({ call: 'open', place }, id);
        return outcome.ok ? ok(linkOf(id, state)) : err(outcome.error);
      },
    }),
    list: async (): Promise<readonly HidDevice[]> => (await ask({ call: 'list' })).devices ?? [],
    close: async (): Promise<void> => {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
