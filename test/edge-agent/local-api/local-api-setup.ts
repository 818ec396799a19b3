import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { createLocalApi, type LocalApi, type LocalApiParts } from '#agent/local-api/local-api.ts';
import { type Log, silentLog } from '#agent/runtime/log.ts';
import type { Verdict } from '#core/contract/admission.ts';
import { DeviceId, LaneId, MachineId } from '#core/contract/identifiers.ts';
import type { KioskSession } from '#core/contract/local/kiosk.ts';
import { type GateView, LiveMessage } from '#core/contract/local/live.ts';
import type { TechnicianState } from '#core/contract/local/technician.ts';
import type { UsherState } from '#core/contract/local/usher.ts';
import { createVirtualTime, type VirtualTime } from '../../support/virtual-time.ts';

/** A local API over a real socket, with sources that write down what they were asked to do. */
export interface LocalApiSetup {
  readonly api: LocalApi;
  readonly port: number;
  /** Of the listener for phones, where there is one. */
  readonly phonesUrl: string | undefined;
  readonly time: VirtualTime;
  /** Every command that reached a source, with what it was given. */
  readonly done: string[];
  readonly errors: unknown[];
  send(options: SendOptions): Promise<Answer>;
  sendTo(port: number, options: SendOptions): Promise<Answer>;
  /** Opens a WebSocket; resolves with the messages that follow, or with the status that refused it. */
  live(query: string, headers?: Record<string, string>): Promise<LiveConnection>;
}

export interface SendOptions {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: () => unknown;
}

export type LiveConnection =
  | { readonly kind: 'refused'; readonly status: number }
  | {
      readonly kind: 'open';
      readonly socket: WebSocket;
      /** Resolves with the next message that has not been taken yet. */
      next(): Promise<LiveMessage>;
      readonly closed: Promise<{ readonly code: number }>;
    };

const PRINTER = DeviceId.parse('ticket-printer');
const SCANNER = DeviceId.parse('kiosk-scanner');
const READER = DeviceId.parse('kiosk-reader');
const GATE = DeviceId.parse('gate-controller');

export const GATE_VIEW: GateView = {
  lane: LaneId.parse('lane-1'),
  name: 'Gate 1',
  state: 'ready',
  barrier: 'closed',
  online: true,
  dataAgeSeconds: 3,
  missingGates: [],
  openConflicts: 0,
  counts: { admitted: 0, passed: 0, refused: 0, notPassed: 0, inside: 0 },
};

/** A value of `undefined` takes the part away. */
type Changes = { readonly [Name in keyof LocalApiParts]?: LocalApiParts[Name] | undefined };

/** @param later told what to do at the end: of the test, unless one server serves several */
export async function setUpLocalApi(changes: Changes = {}, later: (cleanUp: () => Promise<void>) => void = onTestFinished): Promise<LocalApiSetup> {
  const time = createVirtualTime();
  const done: string[] = [];
  const errors: unknown[] = [];
  const uiFolder = mkdtempSync(join(tmpdir(), 'foyer-ui-'));
  later(async () => rmSync(uiFolder, { recursive: true, force: true }));
  mkdirSync(join(uiFolder, 'assets'));
  writeFileSync(join(uiFolder, 'index.html'), '<!doctype html><title>Foyer</title>');
  writeFileSync(join(uiFolder, 'assets', 'main-abc123.js'), 'export {};');
  writeFileSync(join(uiFolder, '.secret'), 'no');
  const parts: LocalApiParts = {
    ...sources(done),
    host: '127.0.0.1',
    port: 0,
    uiFolder,
    gates: () => [GATE_VIEW, { ...GATE_VIEW, lane: LaneId.parse('lane-2') }],
    poster: async () => ({ kind: 'poster', svg: '<svg xmlns="http://www.w3.org/2000/svg"/>' }),
    metrics: [{ name: 'foyer_outbox_waiting', help: 'Events that wait.', labels: ['lane'], read: () => [{ labels: { lane: 'p0' }, value: 7 }] }],
    boot: 'boot-1',
    clock: time.clock,
    timers: time.timers,
    log: { ...silentLog, error: (what: unknown) => errors.push(what), child: () => silentLog } as Log,
  };
  const changed = Object.fromEntries(Object.entries({ ...parts, ...changes }).filter(([, value]) => value !== undefined));
  const api = createLocalApi({ ...pickRequired(parts), ...changed });
  later(() => api.stop());
  const { port, phonesUrl } = await api.start();
  return {
    api,
    port,
    phonesUrl,
    time,
    done,
    errors,
    send: (options) => send(port, options),
    sendTo: send,
    live: (query, headers = {}) => openLive(port, query, headers),
  };
}

/** What every local API has; a change that takes a part away must not leave the original behind. */
function pickRequired({ kiosk: _kiosk, bench: _bench, usher: _usher, staff: _staff, poster: _poster, ...required }: LocalApiParts): LocalApiParts {
  return required;
}

export const IDLE: KioskSession = { phase: 'idle' };

function sources(done: string[]): Pick<LocalApiParts, 'lobby' | 'kiosk' | 'technician' | 'bench' | 'usher' | 'staff'> {
  const outcome = async (what: string) => {
    done.push(what);
    return { reply: { kind: 'session' }, session: IDLE } as const;
  };
  const on = (device: string, wanted: string, what: string): boolean => {
    if (device === wanted) done.push(what);
    return device === wanted;
  };
  return {
    lobby: {
      state: () => ({
        machine: MachineId.parse('lobby-1'),
        roles: ['kiosk', 'gate'],
        lanes: [{ id: 'lane-1', name: 'Gate 1', gate: 'turnstile-1' }],
        simulated: true,
        flows: [],
        pixelsPerMm: 4.03,
      }),
      site: () => null,
      programme: async () => ({ kind: 'read', value: { days: [], films: [], shows: [] } }),
      showSeats: async (showId) => (showId === '4711' ? { kind: 'away' } : { kind: 'none' }),
    },
    kiosk: {
      session: () => IDLE,
      confirmSeats: ({ seats }) => outcome(`seats ${seats.length}`),
      pay: () => outcome('pay'),
      choosePayment: ({ method }) => outcome(`pay by ${method}`),
      back: () => outcome('back'),
      memberCard: () => outcome('member card'),
      memberPin: () => outcome('member PIN'),
      memberConfirm: () => outcome('member confirm'),
      cancel: () => outcome('cancel'),
      lookUp: () => outcome('look-up'),
      print: (ids) => outcome(`print ${ids?.length ?? 'all'}`),
      resume: () => outcome('resume'),
      claimSlip: () => outcome('claim slip'),
      receipt: () => outcome('receipt'),
      leave: () => outcome('leave'),
    },
    usher: fakeUsher(done),
    staff: fakeStaff(done),
    technician: {
      state: () => TECHNICIAN,
      test: (device) => {
        if (device !== PRINTER) return undefined;
        done.push('test');
        return Promise.resolve({ outcome: 'passed', detail: { zh: '已打印', en: 'printed' } });
      },
      assign: (device, path) => {
        done.push(`assign ${device} ${path ?? 'nothing'}`);
        return { outcome: 'passed', detail: { zh: '已指定', en: 'assigned' } };
      },
      trace: (device) =>
        device === PRINTER ? { device, entries: [{ at: '2026-10-31T11:00:00.000Z', direction: 'out', bytes: 3, hex: '100401' }] } : undefined,
    },
    bench: {
      state: () => ({ devices: [], network: { broker: true, boxOffice: true, site: null } }),
      present: (device, bytes) => on(device, SCANNER, `present ${Buffer.from(bytes).toString('hex')}`),
      setFault: (device, fault, isOn) => on(device, PRINTER, `fault ${fault} ${isOn}`),
      setPerson: (device, person) => on(device, GATE, `person ${person}`),
      presentCard: (device, card) => on(device, PRINTER, `card ${card}`),
      showCard: (device, card) => on(device, READER, `show ${card}`),
      refill: (device) => on(device, PRINTER, 'refill'),
      tearOff: (device) => on(device, PRINTER, 'tear-off'),
      takePaper: (device) => on(device, PRINTER, 'take-paper'),
      setNetwork: (wires) => void done.push(`network ${JSON.stringify(wires)}`),
      paperPng: (device, number) => (device === PRINTER && number === 1 ? Uint8Array.of(0x89, 0x50, 0x4e, 0x47) : undefined),
    },
  };
}

/** One PIN, one session, and every command accepted from whoever has it. */
export const USHER_PIN = '424242';
export const USHER_TOKEN = 'usher-token-0000000000';

export const STAFF_TOKEN = 'staff-token-0000000000';

/** Of somebody who may do everything, as soon as he has typed 222222. */
function fakeStaff(done: string[]): NonNullable<LocalApiParts['staff']> {
  const isIn = (token: string | undefined): boolean => token === STAFF_TOKEN && !done.includes('staff sign-out');
  const nobody = { kind: 'refused', refusal: { code: 'not-signed-in' } } as const;
  const act = (token: string | undefined, what: string) => {
    if (!isIn(token)) return nobody;
    done.push(what);
    return { kind: 'done' } as const;
  };
  return {
    state: (token) => ({
      machine: MachineId.parse('lobby-1'),
      staff: isIn(token) ? { name: 'Mei', role: 'duty-manager' } : null,
      rights: [],
      until: null,
      at: '2026-10-31T11:00:00.000Z',
      kiosk: null,
      money: null,
      noted: [],
      locks: null,
    }),
    signIn: async (pin) =>
      pin === '222222' ? { kind: 'done', token: STAFF_TOKEN } : { kind: 'refused', refusal: { code: 'wrong-pin', triesLeft: 4 } },
    signOut: () => {
      done.push('staff sign-out');
    },
    touch: (token) => void done.push(`staff touch ${token === STAFF_TOKEN}`),
    order: async (token) => (isIn(token) ? { kind: 'refused', refusal: { code: 'unknown' } } : nobody),
    find: async (token, code) => (isIn(token) ? { kind: 'refused', refusal: { code: code.length > 20 ? 'other-cinema' : 'no-such-order' } } : nobody),
    awaitScan: (token) => act(token, 'await scan'),
    resolve: async (token, ticketId, why) => act(token, `resolve ${ticketId} ${why}`),
    settle: async (token, orderId, why) => act(token, `settle ${orderId} ${why}`),
    settlePayment: async (token, attemptKey, found) => act(token, `settle payment ${attemptKey} ${found}`),
    resume: async (token, orderId) => act(token, `resume ${orderId}`),
    reprint: async (token, orderId, { reason }) => act(token, `reprint ${orderId} ${reason}`),
    refund: async (token, orderId, { reason }) => act(token, `refund ${orderId} ${reason}`),
    powerCycled: (token, printer) => act(token, `power-cycled ${printer}`),
    setClosed: (token, { closed }) => act(token, `closed ${closed}`),
    releaseLocks: async (token, machine, key) => act(token, `release locks ${machine} ${key}`),
  };
}

function fakeUsher(done: string[]): NonNullable<LocalApiParts['usher']> {
  let isOpen = false;
  const isIn = (token: string | undefined): boolean => isOpen && token === USHER_TOKEN;
  const out = { kind: 'refused', refusal: { code: 'not-signed-in' } } as const;
  const act = <Value extends object>(token: string | undefined, what: string, value: Value) => {
    if (!isIn(token)) return out;
    done.push(what);
    return { kind: 'done', ...value } as const;
  };
  return {
    state: (token) => ({ ...USHER_STATE, staff: isIn(token) ? { name: 'Ann', role: 'usher' } : null }),
    signIn: async (pin) => {
      if (pin !== USHER_PIN) return { kind: 'refused', refusal: { code: 'wrong-pin', triesLeft: 4 } };
      done.push('sign-in');
      isOpen = true;
      return { kind: 'done', token: USHER_TOKEN };
    },
    signOut: (token) => {
      done.push('sign-out');
      if (isIn(token)) isOpen = false;
    },
    check: async (token, { code }) => act(token, `check ${code}`, { verdict: USHER_VERDICT }),
    search: async (token, query) => act(token, `search ${query}`, { found: { kind: 'unknown' as const, tickets: [] } }),
    override: async (token, { why }) => act(token, `override ${why}`, { verdict: USHER_VERDICT }),
    undo: async (token, scanId) => act(token, `undo ${scanId}`, {}),
    markSeen: (token, ticketId) => act(token, `seen ${ticketId}`, {}),
  };
}

const USHER_STATE: UsherState = {
  staff: null,
  lane: LaneId.parse('handheld'),
  online: true,
  dataAgeSeconds: 3,
  unsent: 0,
  site: { state: 'alone', members: [] },
  recent: [],
  conflicts: [],
  halls: [],
};

const USHER_VERDICT: Verdict = {
  scanId: '01J00000000000000000000000',
  kind: 'enter',
  reasons: [],
  direction: 'entry',
  offline: false,
  confirmation: 'alone',
  at: '2026-10-31T11:00:00.000Z',
};

const TECHNICIAN: TechnicianState = {
  machine: 'lobby-1',
  software: '0.1.0',
  startedAt: '2026-10-31T11:00:00.000Z',
  at: '2026-10-31T11:00:00.000Z',
  flows: [],
  devices: [],
  uplink: { state: 'connected', since: '2026-10-31T11:00:00.000Z', broker: 'mqtt://127.0.0.1', notAccepted: false, lanes: [] },
  validity: { version: 1, tickets: 2, ageSeconds: 3 },
  boxOffice: { reachable: true, since: '2026-10-31T11:00:00.000Z', address: 'http://127.0.0.1' },
  storage: { pressure: 'ample', reasons: [], ledgerBytes: 4_096 },
  clock: { offsetMs: null, errorMs: null, widthMs: null, wallOutsideMs: 0, contradicted: false },
  events: [],
};

/** Sent by hand, because `fetch` does not let its caller lie about Host and Origin. */
function send(port: number, { method = 'GET', path, headers = {}, body }: SendOptions): Promise<Answer> {
  const given = Object.entries({ host: `127.0.0.1:${port}`, ...headers }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new Promise((resolve, reject) => {
    const asked = httpRequest(
      { host: '127.0.0.1', port, method, path, headers: Object.fromEntries(given), setHost: false, agent: false },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json: () => JSON.parse(text) });
        });
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

function openLive(port: number, query: string, headers: Record<string, string>): Promise<LiveConnection> {
  const { origin = `http://127.0.0.1:${port}`, ...rest } = headers;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/live${query}`, { headers: rest, ...(origin === '' ? {} : { origin }) });
  onTestFinished(() => socket.terminate());
  const seen: LiveMessage[] = [];
  let taken = 0;
  let wake = (): void => {};
  socket.on('message', (data) => {
    seen.push(LiveMessage.parse(JSON.parse(String(data))));
    wake();
  });
  const closed = new Promise<{ code: number }>((resolve) => {
    socket.on('close', (code) => resolve({ code }));
  });
  const next = async (): Promise<LiveMessage> => {
    for (;;) {
      const message = seen[taken];
      if (message !== undefined) {
        taken++;
        return message;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ kind: 'open', socket, next, closed }));
    socket.once('unexpected-response', (_request, answer) => {
      resolve({ kind: 'refused', status: answer.statusCode ?? 0 });
      answer.resume();
    });
    socket.once('error', (error) => {
      if (!/Unexpected server response/.test(error.message)) reject(error);
    });
  });
}
