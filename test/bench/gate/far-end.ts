import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { sealFrame } from '#drivers/modbus-gate/codec.ts';
import { EXCEPTION, READ_COILS, READ_INPUTS, WRITE_COIL } from '#drivers/modbus-gate/frame.ts';
import { createUnitDecoder, type UnitEvent } from '#drivers/modbus-gate/unit-decoder.ts';
import { serveOverPty } from '#drivers/simulation/serve-over-pty.ts';
import type { DeviceLine, SimulatedDevice } from '#drivers/simulation/simulated-device.ts';
import { type GateSetup, SAYS } from './gate-setup.ts';
import type { BenchTickets } from './tickets.ts';

/** A gate program in a process of its own, and the other ends of its two cables in this one. */
export interface GateUnderTest {
  /**
   * Shows a code and resolves, when the lane is free again, with the milliseconds from its bytes in to the first byte of the release out.
   * @param lineMs how long the line takes to carry a code: its first byte comes so much earlier than the rest, and the time counts from the rest. 0: all at once
   */
  scan(code: string, lineMs?: number): Promise<number>;
  stop(): Promise<void>;
}

export type GateCommand = readonly [string, ...string[]];

const UNIT = 1;
const BAUD_RATE = 115_200;
/** For a program that hangs; a machine with other work may take seconds to start one. */
const ANSWER_WITHIN_MS = 30_000;
/** A stack with its message. */
const LAST_WORDS = 2_000;

/**
 * @param command a gate program, which takes the file of its setup as its last argument
 * @param prepared a data folder that is there already; an empty one otherwise
 */
export async function startGate([program, ...args]: GateCommand, { snapshot, publicKey }: BenchTickets, prepared?: string): Promise<GateUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
  const data = prepared ?? join(folder, 'data');
  mkdirSync(data, { recursive: true });
  let onRelease: () => void = () => undefined;
  const scanner = silentDevice('scanner');
  const board = answeringBoard(() => onRelease());
  const [scannerPort, gatePort] = await Promise.all([serve(scanner.device), serve(board.device)]);
  const setup: GateSetup = { scanner: scannerPort.path, gate: gatePort.path, baudRate: BAUD_RATE, data, publicKey, snapshot };
  const file = join(folder, 'setup.json');
  writeFileSync(file, JSON.stringify(setup));
  const child = spawn(program, [...args, file], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const said = listenTo(child);
  // The cables see that a port was opened some time after the program that has opened it.
  await Promise.all([said(SAYS.ready), scanner.plugged, board.plugged]);
  return {
    scan: async (code, lineMs = 0) => {
      let released = Number.NaN;
      onRelease = () => {
        released = performance.now();
      };
      const free = said(SAYS.free);
      const bytes = Buffer.from(`${code}\r`, 'latin1');
      const head = lineMs > 0 ? 1 : 0;
      if (head > 0) {
        scanner.write(bytes.subarray(0, head));
        await pass(lineMs);
      }
      const shown = performance.now();
      scanner.write(bytes.subarray(head));
      await free;
      if (Number.isNaN(released)) throw new Error('the lane is free again and has not released');
      return released - shown;
    },
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      await Promise.all([scannerPort.close(), gatePort.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function serve(device: SimulatedDevice) {
  const served = await serveOverPty(device);
  if (!served.ok) throw new Error(`${served.error.message} ${served.error.remedy ?? ''}`);
  return served.value;
}

/** Resolves at the next such byte of the child's output; rejects, with what it has said of it, when the child ends, and when nothing comes. */
function listenTo(child: ChildProcess): (word: string) => Promise<void> {
  let waiting: { readonly word: string; readonly resolve: () => void; readonly reject: (cause: Error) => void } | undefined;
  child.stdout?.on('data', (bytes: Buffer) => {
    if (waiting === undefined || !bytes.toString('latin1').includes(waiting.word)) return;
    waiting.resolve();
    waiting = undefined;
  });
  let lastWords = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    lastWords = (lastWords + bytes.toString()).slice(-LAST_WORDS);
  });
  child.once('close', (status) => waiting?.reject(new Error(`the gate program ended with status ${status}: ${lastWords}`)));
  return (word) =>
    new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`the gate program did not say "${word}" within ${ANSWER_WITHIN_MS} ms`)), ANSWER_WITHIN_MS);
      waiting = {
        word,
        resolve: () => {
          clearTimeout(limit);
          resolve();
        },
        reject,
      };
    });
}

interface FarEnd {
  readonly device: SimulatedDevice;
  /** Resolves when a program has opened the port. */
  readonly plugged: Promise<void>;
}

/** The scanner's end of its cable. */
function silentDevice(kind: SimulatedDevice['class']): FarEnd & { write(bytes: Uint8Array): void } {
  let line: DeviceLine | undefined;
  return {
    ...plainDevice(kind, (opened) => {
      line = opened;
      return () => undefined;
    }),
    write: (bytes) => line?.write(bytes),
  };
}

/**
 * A board that refuses every release with exception 4, "server device failure" (MODBUS Application Protocol V1.1b3, clause 7), so that the lane is free for
 * the next guest at once and hundreds of scans fit a benchmark. Up to the first byte of the command nothing differs from a release that is carried out.
 */
function answeringBoard(onRelease: () => void): FarEnd {
  return plainDevice('gate-controller', (line) => {
    const decoder = createUnitDecoder(UNIT);
    const answer = (event: UnitEvent): Uint8Array => {
      if (event.kind === 'exception') return sealFrame([UNIT, EXCEPTION | event.to, event.code]);
      switch (event.request.kind) {
        case 'flash-on':
          return sealFrame([UNIT, EXCEPTION | WRITE_COIL, 4]);
        case 'write-coil':
          return event.frame;
        case 'read-inputs':
          return sealFrame([UNIT, READ_INPUTS, 1, 0]);
        case 'read-coils':
          return sealFrame([UNIT, READ_COILS, 1, 0]);
      }
    };
    return (bytes) => {
      if (bytes[1] === WRITE_COIL && bytes[2] === 2) onRelease();
      for (const event of decoder.push(bytes)) line.write(answer(event));
    };
  });
}

/** A device that never fails: one cable, whoever opens it. */
function plainDevice(kind: SimulatedDevice['class'], connected: (line: DeviceLine) => (bytes: Uint8Array) => void): FarEnd {
  let plug = (): void => undefined;
  const plugged = new Promise<void>((resolve) => {
    plug = resolve;
  });
  const connect: SimulatedDevice['connect'] = (line) => {
    plug();
    return { receive: connected(line), closed: () => undefined };
  };
  return { device: { class: kind, faults: [], isOn: () => false, setFault: () => undefined, onChange: () => undefined, connect }, plugged };
}
