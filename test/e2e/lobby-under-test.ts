import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type BoxOfficeClient, createBoxOfficeClient } from '#agent/box-office-client/box-office-client.ts';
import { systemTimers } from '#agent/runtime/clock.ts';
import { seconds } from '#core/base/time.ts';
import { DeviceId } from '#core/contract/identifiers.ts';
import { localApi } from '#core/contract/local/api.ts';
import type { BenchDevice } from '#core/contract/local/bench.ts';
import { openBrowser } from '../support/browser.ts';
import { type LobbyOptions, type RunningLobby, startLobby } from '../support/running-lobby.ts';
import { createScreensClient, mustAnswer, type ScreensClient } from '../support/screens-client.ts';
import { shownText } from './guest.ts';
import { MACHINE } from './orders.ts';

/** A real agent and a real browser for all tests of one file. After each test the lobby is put right again: nobody at the kiosk, every device well. */
export interface LobbyUnderTest {
  readonly running: RunningLobby;
  readonly screens: ScreensClient;
  readonly boxOffice: BoxOfficeClient;
  /** A page of the lobby in a browser profile of its own, closed after the test. Errors on its console fail the test. */
  open(path: string, options?: OpenOptions): Promise<Page>;
  present(device: DeviceId, text: string): Promise<void>;
  breakDevice(device: DeviceId, fault: string, on?: boolean): Promise<void>;
  refill(): Promise<void>;
  device<Class extends BenchDevice['class']>(device: DeviceId, kind: Class): Promise<Extract<BenchDevice, { class: Class }>>;
  /** Kills the agent; `back` starts it again on the same data and the same ports. */
  powerCut(): Promise<{ readonly back: () => Promise<void> }>;
}

export interface OpenOptions extends BrowserContextOptions {
  /** What the page's console may say without failing the test. */
  readonly mayComplain?: RegExp;
}

export const PRINTER = DeviceId.parse('ticket-printer');
export const TERMINAL = DeviceId.parse('card-terminal');
export const KIOSK_SCANNER = DeviceId.parse('kiosk-scanner');
export const GATE_SCANNER = DeviceId.parse('gate-scanner');
export const GATE = DeviceId.parse('gate-controller');

/** Chromium writes every answer from 400 up on the console; a refusal that the contract knows is not an error. */
const REFUSED = /status of 409/;

/** What Chromium says of an address at which nobody listens. */
export const NOBODY_THERE = { mayComplain: /ERR_CONNECTION|WebSocket connection|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE/ };

/** The kiosk's own display. */
export const KIOSK_SCREEN = { viewport: { width: 1080, height: 1920 }, hasTouch: true } as const;

export interface LobbyTestOptions extends LobbyOptions {
  /** Further switches of the browser. */
  readonly browser?: readonly string[];
}

export function useLobby({ browser: switches = [], ...options }: LobbyTestOptions = {}): LobbyUnderTest {
  const opened: { readonly page: Page; readonly complaints: string[] }[] = [];
  let browser: Browser | undefined;
  let running: RunningLobby | undefined;
  let screens: ScreensClient | undefined;
  let boxOffice: BoxOfficeClient | undefined;

  const meet = (lobby: RunningLobby): void => {
    running = lobby;
    screens = createScreensClient(lobby.addresses.screens);
    const token = readFileSync(join(lobby.data, 'box-office', 'tokens', MACHINE), 'utf8').trim();
    boxOffice = createBoxOfficeClient({ url: lobby.addresses.boxOffice, token, timeout: seconds(5), timers: systemTimers });
  };

  beforeAll(async () => {
    [browser] = await Promise.all([openBrowser(switches), startLobby(options).then(meet)]);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await tellWhatWasShown(opened, known(running).output());
    const complaints = opened.flatMap((each) => each.complaints);
    await Promise.all(opened.splice(0).map(({ page }) => page.context().close()));
    await putRight(known(screens));
    expect(complaints, 'errors on the console of a page').toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await running?.dispose();
  });

  return {
    get running() {
      return known(running);
    },
    get screens() {
      return known(screens);
    },
    get boxOffice() {
      return known(boxOffice);
    },
    async open(path, { mayComplain, ...context } = {}) {
      // What moves only to please is left out: nothing here looks at it, and a colour that fades in is measured half way.
      const profile = await known(browser).newContext({ ...KIOSK_SCREEN, reducedMotion: 'reduce', ...context });
      profile.setDefaultTimeout(40_000);
      const page = await profile.newPage();
      const complaints: string[] = [];
      const complain = (text: string): void => {
        if (!REFUSED.test(text) && !mayComplain?.test(text)) complaints.push(text);
      };
      page.on('console', (message) => message.type() === 'error' && complain(message.text()));
      page.on('pageerror', (error) => complain(error.message));
      opened.push({ page, complaints });
      await page.goto(new URL(path, known(running).addresses.screens).href);
      return page;
    },
    present: async (device, text) => {
      await mustAnswer(known(screens), localApi.present, { params: { device }, body: { text } });
    },
    breakDevice: async (device, fault, on = true) => {
      await mustAnswer(known(screens), localApi.setFault, { params: { device }, body: { fault, on } });
    },
    refill: async () => {
      await mustAnswer(known(screens), localApi.refillPaper, { params: { device: PRINTER } });
    },
    device: async (device, kind) => {
      const { devices } = await mustAnswer(known(screens), localApi.readBench);
      const found = devices.find((each) => each.device === device);
      if (found?.class !== kind) throw new Error(`the bench has no ${kind} called ${device}`);
      return found as Extract<BenchDevice, { class: typeof kind }>;
    },
    powerCut: async () => {
      const lobby = known(running);
      await lobby.kill();
      return { back: async () => meet(await startLobby({ ...options, configuration: onSamePorts(lobby), data: join(lobby.data, '..') })) };
    },
  };
}

function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the lobby has not started');
  return value;
}

/** The configuration with the ports that the system gave the first time, so that open pages find the agent again. */
function onSamePorts({ data, addresses }: RunningLobby): string {
  const portOf = (url: string): string => new URL(url).port;
  return readFileSync(join(data, '..', 'lobby.yaml'), 'utf8')
    .replace('screens: { port: 0 }', `screens: { port: ${portOf(addresses.screens)} }`)
    .replace('port: 0, payments: 0', `port: ${portOf(addresses.boxOffice)}, payments: ${portOf(addresses.payments)}`)
    .replace('broker: { kind: embedded, port: 0 }', `broker: { kind: embedded, port: ${portOf(addresses.broker)} }`);
}

/** The first question of whoever reads of a failure. */
async function tellWhatWasShown(opened: readonly { readonly page: Page }[], agentSaid: string): Promise<void> {
  for (const { page } of opened) {
    const text = await shownText(page.locator('body'));
    process.stderr.write(`${page.url()} showed:\n${text.replace(/\n+/g, '\n')}\n\n`);
  }
  process.stderr.write(`The agent said at last:\n${agentSaid.split('\n').slice(-30).join('\n')}\n\n`);
}

async function putRight(screens: ScreensClient): Promise<void> {
  await mustAnswer(screens, localApi.leave);
  const { devices, network } = await mustAnswer(screens, localApi.readBench);
  if (!network.broker || !network.boxOffice) await mustAnswer(screens, localApi.setNetwork, { body: { broker: true, boxOffice: true } });
  for (const each of devices) {
    const params = { device: each.device };
    for (const { name, on } of each.faults) {
      if (on) await mustAnswer(screens, localApi.setFault, { params, body: { fault: name, on: false } });
    }
    if (each.class === 'ticket-printer') {
      await mustAnswer(screens, localApi.refillPaper, { params });
      await mustAnswer(screens, localApi.tearOff, { params });
    }
  }
}
