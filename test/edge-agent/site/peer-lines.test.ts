import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock, systemTimers } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { createPeerLines, type PeerLines } from '#agent/site/peer-lines.ts';
import { LINE_SECURITY } from '#agent/site/peer-link.ts';
import { siteKey } from '#agent/site/site-key.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { MachineId, SiteId } from '#core/contract/identifiers.ts';
import { eventually } from '#test/support/eventually.ts';
import { patientWith } from '#test/support/patient-timers.ts';
import { testRandom } from '../validity/scratch-ledger.ts';
import { openTestGate, SITE, type TestGate, ticket } from './site-world.ts';

const SECRET = Buffer.alloc(32, 7);
const ONE = ticket(1);
const HOST = '127.0.0.1';

interface LinesOptions {
  readonly secret?: Buffer;
  readonly site?: SiteId;
  readonly port?: number;
  readonly members?: readonly string[];
}

function linesOf(name: string, peer: string, { secret = SECRET, site = SITE, port, members = [] }: LinesOptions = {}): PeerLines {
  return createPeerLines({
    machine: name as MachineId,
    key: siteKey(secret, site),
    listen: { host: HOST, port: 0 },
    peers: port === undefined ? [] : [{ machine: peer as MachineId, host: HOST, port }],
    members: [peer, ...members].map((member) => member as MachineId),
    timers: systemTimers,
    random: testRandom,
    log: silentLog,
  });
}

function gateOver(name: string, peers: readonly string[], lines: PeerLines): TestGate {
  return openTestGate({ name, members: peers, lines, clock: systemClock, timers: patientWith(LIMITS.site.claimBudget) });
}

/** gate-a dials gate-b, as its name comes first. */
async function pair(dialler: LinesOptions = {}) {
  const linesB = linesOf('gate-b', 'gate-a');
  const b = gateOver('gate-b', ['gate-a'], linesB);
  await b.network.start();
  const linesA = linesOf('gate-a', 'gate-b', { port: linesB.port(), ...dialler });
  const a = gateOver('gate-a', ['gate-b'], linesA);
  await a.network.start();
  return { a, b, linesA, linesB };
}

const whole = ({ network }: TestGate): boolean => network.view().state === 'whole';

describe('two gates over a real line', () => {
  it('let a ticket in at exactly one of them', async () => {
    const { a, b } = await pair();
    await eventually('both see each other', () => whole(a) && whole(b));
    const asked = [a.claim(ONE), b.claim(ONE)];
    await eventually('both have an answer', () => asked.every(({ outcome }) => outcome !== undefined));
    expect(asked.map(({ outcome }) => outcome?.kind).toSorted()).toEqual(['granted', 'taken']);
    await eventually('both know of it', () => a.entries(ONE) === 1 && b.entries(ONE) === 1);
  });

  it('know at once when the line is cut, and take it up again by themselves with what was missed', async () => {
    const { a, b, linesA } = await pair();
    await eventually('both see each other', () => whole(a) && whole(b));
    linesA.setJoined(false);
    await eventually('both know', () => !whole(a) && !whole(b));
    expect(a.claim(ONE).outcome?.kind).toBe('unanswered');
    expect(b.claim(ONE).outcome?.kind).toBe('unanswered');
    linesA.setJoined(true);
    await eventually('the double is found on both sides', () => a.events('conflict').length === 1 && b.events('conflict').length === 1);
    expect(a.events('conflict')).toEqual(b.events('conflict'));
  });

  it.each([
    ['with another key', { secret: Buffer.alloc(32, 8) }],
    ['with the key of another site', { site: '36090703' as SiteId }],
  ] as readonly (readonly [string, LinesOptions])[])('do not speak %s', async (_, dialler) => {
    const { a, b, linesB } = await pair(dialler);
    expect(
      await refusedBy(
        linesB.port(),
        'gate-a',
        siteKey(dialler.secret ?? SECRET, dialler.site ?? SITE).lineBetween('gate-a' as MachineId, 'gate-b' as MachineId),
      ),
    ).toBe(true);
    expect([whole(a), whole(b)]).toEqual([false, false]);
  });

  it('do not take a line from somebody whom the configuration does not name', async () => {
    const { linesB } = await pair();
    const key = siteKey(SECRET, SITE).lineBetween('gate-0' as MachineId, 'gate-b' as MachineId);
    expect(await refusedBy(linesB.port(), 'gate-0', key)).toBe(true);
  });
});

describe('hostile bytes on the port', () => {
  it('end their own connection and nothing else', async () => {
    const { a, b, linesB } = await pair();
    await eventually('both see each other', () => whole(a) && whole(b));
    const garbage = [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(100_000, 0xff), Buffer.from([0x16, 3, 1, 0xff, 0xff]), Buffer.alloc(1)];
    for (const bytes of garbage) await rawConnection(linesB.port(), bytes);
    expect([whole(a), whole(b)]).toEqual([true, true]);
    const asked = a.claim(ONE);
    await eventually('an answer', () => asked.outcome);
    expect(asked.outcome?.kind).toBe('granted');
  });

  it.each([
    ['a message that is far too long', Buffer.from([0x7f, 0xff, 0xff, 0xff])],
    ['an empty message', Buffer.alloc(4)],
    ['something that is not JSON', framed('{"t":')],
    ['something that nobody says', framed('{"t":"open-the-door"}')],
    ['a claim before a hello', framed('{"t":"pong","k":1}')],
    ['a prototype', framed('{"t":"pong","k":1,"__proto__":{"admits":true}}')],
  ])('are cut off by a member that holds the key: %s', async (_, bytes) => {
    const linesB = linesOf('gate-b', 'gate-a');
    const b = gateOver('gate-b', ['gate-a'], linesB);
    await b.network.start();
    const key = siteKey(SECRET, SITE).lineBetween('gate-a' as MachineId, 'gate-b' as MachineId);
    const socket = connectTls({
      ...LINE_SECURITY,
      host: HOST,
      port: linesB.port(),
      pskCallback: () => ({ psk: key, identity: 'gate-a' }),
      checkServerIdentity: () => undefined,
    });
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    socket.once('secureConnect', () => socket.write(bytes));
    socket.resume();
    await eventually('the line ends', () => socket.destroyed);
    expect(b.network.view().members).toMatchObject([{ machine: 'gate-a', reachable: false }]);
  });

  it('a flood of connections that say nothing does not keep a gate out', async () => {
    const linesB = linesOf('gate-b', 'gate-a');
    const b = gateOver('gate-b', ['gate-a'], linesB);
    await b.network.start();
    const idle = Array.from({ length: 60 }, () => connect({ host: HOST, port: linesB.port() }).on('error', () => undefined));
    onTestFinished(() => {
      for (const socket of idle) socket.destroy();
    });
    const a = gateOver('gate-a', ['gate-b'], linesOf('gate-a', 'gate-b', { port: linesB.port() }));
    await a.network.start();
    await eventually('both see each other', () => whole(a) && whole(b));
    expect(whole(a)).toBe(true);
  });
});

function framed(text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

function rawConnection(port: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port }, () => {
      socket.end(bytes);
    });
    socket.on('error', () => undefined);
    socket.resume();
    socket.once('close', () => resolve());
  });
}

function refusedBy(port: number, identity: string, psk: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTls(
      { ...LINE_SECURITY, host: HOST, port, pskCallback: () => ({ psk, identity }), checkServerIdentity: () => undefined },
      () => {
        resolve(false);
        socket.destroy();
      },
    );
    socket.once('error', () => resolve(true));
  });
}
