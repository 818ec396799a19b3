import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type BoxOffice, type BoxOfficeOptions, createBoxOffice } from '#agent/box-office/create-box-office.ts';
import { createMemoryBoxOfficeStore } from '#agent/box-office/store/memory/memory-box-office-store.ts';
import { type BoxOfficeClient, createBoxOfficeClient } from '#agent/box-office-client/box-office-client.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { seconds } from '#core/base/time.ts';
import type { Hold, Order } from '#core/contract/box-office/sales.ts';
import { MachineId } from '#core/contract/identifiers.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';
import { createScriptedProvider, type ScriptedProvider } from './scripted-provider.ts';
import { EVENING, smallCinema } from './small-cinema.ts';

export const KIOSK = MachineId.parse('kiosk-1');
export const OTHER_KIOSK = MachineId.parse('kiosk-2');
export const GATE = MachineId.parse('gate-1');

export interface OpenBoxOffice {
  readonly boxOffice: BoxOffice;
  readonly url: string;
  readonly time: VirtualTime;
  readonly provider: ScriptedProvider;
  readonly folder: string;
  /** Speaks for one machine over real HTTP. */
  clientOf(machine: MachineId): BoxOfficeClient;
  readonly kiosk: BoxOfficeClient;
}

/** A box office over HTTP with virtual time, a provider that obeys, and the small cinema. It is stopped with the test. */
export async function openBoxOffice(changes: Partial<BoxOfficeOptions> & { readonly time?: VirtualTime } = {}): Promise<OpenBoxOffice> {
  const { time = createVirtualTime(), ...options } = changes;
  const provider = createScriptedProvider();
  const folder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'foyer-box-office-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const boxOffice = createBoxOffice({
    dataFolder: folder,
    programme: smallCinema(time.clock.wall()),
    drawPoster: (film) => `<svg xmlns="http://www.w3.org/2000/svg"><title>${film.title.en}</title></svg>`,
    clock: time.clock,
    timers: time.timers,
    random: systemRandom,
    log: silentLog,
    port: 0,
    tokens: new Map([KIOSK, OTHER_KIOSK, GATE].map((machine) => [tokenOf(machine), machine])),
    payments: { url: 'http://127.0.0.1:9', apiKey: 'unused' },
    store: createMemoryBoxOfficeStore(),
    provider: provider.provider,
    ...options,
  });
  const { url } = await boxOffice.start();
  onTestFinished(() => boxOffice.stop());
  const clientOf = (machine: MachineId): BoxOfficeClient =>
    createBoxOfficeClient({ url, token: tokenOf(machine), timeout: seconds(60), timers: time.timers });
  return { boxOffice, url, time, provider, folder, clientOf, kiosk: clientOf(KIOSK) };
}

export function tokenOf(machine: MachineId): string {
  return `token-of-${machine}`;
}

let lastKey = 0;
/** A key that no other call of this process uses. */
export function newKey(name: string): string {
  lastKey++;
  return `${name}-${String(lastKey).padStart(8, '0')}`;
}

/** The value of an outcome that has to be good. */
export function good<Value>(outcome: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: unknown }): Value {
  if (!outcome.ok) throw new Error(`expected a value, got ${JSON.stringify(outcome.error)}`);
  return outcome.value;
}

/** The refusal of an outcome that has to be refused. */
export function refusalOf(outcome: { readonly ok: boolean; readonly error?: unknown }): { readonly code: string } & Record<string, unknown> {
  const { error } = outcome;
  if (typeof error === 'object' && error !== null && 'kind' in error && error.kind === 'refused' && 'refusal' in error) {
    return error.refusal as { readonly code: string } & Record<string, unknown>;
  }
  throw new Error(`expected a refusal, got ${JSON.stringify(outcome)}`);
}

/** The code of the fault of an outcome that failed. */
export function faultOf(outcome: { readonly ok: boolean; readonly error?: unknown }): string {
  const { error } = outcome;
  if (typeof error === 'object' && error !== null && 'fault' in error) return (error.fault as { code: string }).code;
  throw new Error(`expected a fault, got ${JSON.stringify(outcome)}`);
}

export async function hold({ kiosk }: OpenBoxOffice, ...seats: readonly string[]): Promise<Hold> {
  return good(await kiosk.holdSeats({ body: { holdKey: newKey('hold'), showId: EVENING, seats: [...seats], machine: KIOSK } }));
}

/** Adults only. */
export async function order(office: OpenBoxOffice, ...seats: readonly string[]): Promise<Order> {
  return orderOf(office, await hold(office, ...seats));
}

export async function orderOf(office: OpenBoxOffice, { id, token, seats }: Hold): Promise<Order> {
  return good(
    await office.kiosk.createOrder({
      body: {
        orderKey: newKey('order'),
        holdId: id,
        holdToken: token,
        lines: seats.map((seatId) => ({ seatId, ticketType: 'adult' })),
        submitTotal: { minor: seats.length * 4_800, currency: 'CNY' },
        machine: KIOSK,
      },
    }),
  );
}

/** Begins to pay and answers the attempt's key. */
export async function startPaying({ kiosk }: OpenBoxOffice, orderId: string): Promise<string> {
  const attemptKey = newKey('attempt');
  good(await kiosk.startPayment({ params: { orderId }, body: { attemptKey, method: 'qr' } }));
  return attemptKey;
}

export async function readOrder({ kiosk }: OpenBoxOffice, orderId: string): Promise<Order> {
  return good(await kiosk.readOrder({ params: { orderId } }));
}

/** A confirmed order. */
export async function sell(office: OpenBoxOffice, ...seats: readonly string[]): Promise<Order> {
  const { id } = await order(office, ...seats);
  const key = await startPaying(office, id);
  office.provider.pay(key);
  await office.time.advance(seconds(3));
  const sold = await readOrder(office, id);
  if (sold.status !== 'confirmed') throw new Error(`the sale ended ${sold.status}`);
  return sold;
}

export async function seatStates({ kiosk }: OpenBoxOffice): Promise<string> {
  return good(await kiosk.readShowSeats({ params: { showId: EVENING } })).picture.states;
}
