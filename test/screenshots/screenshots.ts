import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { createBoxOfficeClient } from '#agent/box-office-client/box-office-client.ts';
import { systemClock, systemTimers } from '#agent/runtime/clock.ts';
import { seconds } from '#core/base/time.ts';
import type { Show } from '#core/contract/box-office/programme.ts';
import { DeviceId } from '#core/contract/identifiers.ts';
import { localApi } from '#core/contract/local/api.ts';
import { filmCode, filmWall } from '../e2e/camera-film.ts';
import {
  approach,
  askForPaymentCode,
  browseToSeats,
  button,
  confirmSeats,
  filmButton,
  type Guest,
  heading,
  showButton,
  siteTime,
} from '../e2e/guest.ts';
import { type Counter, codesOf, findShow, MACHINE, orderByPhone, showWithOpenDoors } from '../e2e/orders.ts';
import { EN, ZH } from '../e2e/words.ts';
import { openBrowser } from '../support/browser.ts';
import { payByPhone } from '../support/phone.ts';
import { lobbyConfiguration, type RunningLobby, startLobby } from '../support/running-lobby.ts';
import { createScreensClient, mustAnswer } from '../support/screens-client.ts';

/** The pictures of the README, taken of a lobby that is played through. They are small enough to be kept beside the code. */
const BYTES_MAX = 190_000;

const KIOSK = { viewport: { width: 1080, height: 1920 }, hasTouch: true } as const;
const LAPTOP = { viewport: { width: 1440, height: 1000 } } as const;
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, permissions: ['camera'], deviceScaleFactor: 2 };
const GATE_DISPLAY = { viewport: { width: 800, height: 1280 } } as const;

const PRINTER = DeviceId.parse('ticket-printer');
const GATE_SCANNER = DeviceId.parse('gate-scanner');

interface Studio extends Counter {
  readonly lobby: RunningLobby;
  open(path: string, screen: BrowserContextOptions): Promise<Page>;
  /** @param name of the file, without its ending */
  take(page: Page, name: string): Promise<void>;
}

export async function takeScreenshots(folder: string, say: (line: string) => void): Promise<void> {
  await mkdir(folder, { recursive: true });
  const film = join(mkdtempSync(join(tmpdir(), 'foyer-film-')), 'camera.y4m');
  filmWall(film);
  const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${film}`];
  const configuration = lobbyConfiguration().replace('gate:\n', 'gate:\n  handheld: { id: hand-1, name: Hand-held }\n');
  const [browser, lobby] = await Promise.all([openBrowser(camera), startLobby({ configuration })]);
  try {
    const studio = furnish(browser, lobby, folder, say);
    await buyInChinese(studio);
    await buyInEnglish(studio);
    await passTheGate(studio);
    await checkByHand(studio, film);
    await lookAfterIt(studio);
  } finally {
    await browser.close();
    await lobby.dispose();
    rmSync(dirname(film), { recursive: true, force: true });
  }
}

function furnish(browser: Browser, lobby: RunningLobby, folder: string, say: (line: string) => void): Studio {
  const token = readFileSync(join(lobby.data, 'box-office', 'tokens', MACHINE), 'utf8').trim();
  return {
    lobby,
    screens: createScreensClient(lobby.addresses.screens),
    boxOffice: createBoxOfficeClient({ url: lobby.addresses.boxOffice, token, timeout: seconds(5), timers: systemTimers }),
    open: async (path, screen) => {
      const page = await (await browser.newContext(screen)).newPage();
      await page.goto(`${lobby.addresses.screens}${path}`);
      return page;
    },
    take: async (page, name) => {
      await page.evaluate('Promise.all([...document.images].map((image) => { image.loading = "eager"; return image.decode(); }))');
      // What moves once has arrived; what moves for ever is stopped by the camera.
      await page.evaluate(
        'Promise.allSettled(document.getAnimations().filter((a) => a.effect?.getTiming().iterations !== Infinity).map((a) => a.finished))',
      );
      for (let quality = 88; ; quality -= 8) {
        const picture = await page.screenshot({ type: 'jpeg', quality, animations: 'disabled' });
        if (picture.byteLength > BYTES_MAX && quality > 40) continue;
        await writeFile(join(folder, `${name}.jpg`), picture);
        say(`${name}.jpg ${Math.round(picture.byteLength / 1_000)} kB`);
        return;
      }
    },
  };
}

async function buyInChinese({ take, open, ...counter }: Studio): Promise<void> {
  const page = await open('/', KIOSK);
  const guest = await approach(page, ZH);
  await page.locator('main img').first().waitFor();
  await take(page, 'attract-zh');
  await button(guest, /^购票/).click();
  await heading(guest, ZH.films).waitFor();
  await take(page, 'films-zh');
  const where = await showWithOpenDoors(counter);
  await filmButton(guest, where.film.title.zh).click();
  await showButton(guest, where).click();
  await button(guest, ZH.pick(2)).click();
  await confirmSeats(guest);
  await take(page, 'review-zh');
  const phone = await askForPaymentCode(guest);
  // Confirmations that get lost keep the first ticket in the printer.
  await mustAnswer(counter.screens, localApi.setFault, { params: { device: PRINTER }, body: { fault: 'echo-lost', on: true } });
  await payByPhone(phone, 'pay');
  await heading(guest, /^正在出票/).waitFor();
  await take(page, 'printing-zh');
  await mustAnswer(counter.screens, localApi.setFault, { params: { device: PRINTER }, body: { fault: 'paper-out', on: true } });
  await heading(guest, '票还没有打出来').waitFor();
  await take(page, 'recovery-zh');
  await leave(guest);
  await mustAnswer(counter.screens, localApi.setFault, { params: { device: PRINTER }, body: { fault: 'echo-lost', on: false } });
  await mustAnswer(counter.screens, localApi.refillPaper, { params: { device: PRINTER } });
  await mustAnswer(counter.screens, localApi.tearOff, { params: { device: PRINTER } });
}

async function buyInEnglish({ take, open, ...counter }: Studio): Promise<void> {
  const page = await open('/', KIOSK);
  const guest = await approach(page, EN);
  const where = await findShow(counter, 'in the largest room, tomorrow evening', isTomorrowEvening);
  await browseToSeats(guest, where);
  await button(guest, EN.pick(3)).click();
  await take(page, 'seats-en');
  await confirmSeats(guest);
  const phone = await askForPaymentCode(guest);
  await take(page, 'pay-en');
  await payByPhone(phone, 'pay');
  await heading(guest, EN.done).waitFor();
  await take(page, 'done-en');
  await leave(guest);
}

/** The evening after this one, in the largest room: what most guests buy. */
function isTomorrowEvening({ screenId, startsAt }: Show): boolean {
  const hoursAway = (Date.parse(startsAt) - systemClock.wall()) / 3_600_000;
  return screenId === '1' && hoursAway > 12 && hoursAway < 42 && siteTime(startsAt) >= '18:00' && siteTime(startsAt) < '22:00';
}

async function leave({ page, words }: Guest): Promise<void> {
  await page.getByRole('button', { name: words.finish, exact: true }).click();
  await page.context().close();
}

async function passTheGate({ take, open, ...counter }: Studio): Promise<void> {
  const order = await orderByPhone(counter, await showWithOpenDoors(counter), 1);
  const [code = ''] = await codesOf(counter, order);
  const page = await open('/gate', GATE_DISPLAY);
  const present = () => mustAnswer(counter.screens, localApi.present, { params: { device: GATE_SCANNER }, body: { text: code } });
  const shows = (words: string): Promise<void> => page.getByRole('heading', { level: 1, name: words }).waitFor();
  await shows('请扫码');
  await present();
  await shows('请通行');
  await take(page, 'gate-enter');
  await shows('请扫码');
  await present();
  await shows('此票已入场');
  await take(page, 'gate-already-used');
  await page.context().close();
}

/** An usher reads one ticket with the camera of a phone, and then sees how full the halls are. */
async function checkByHand({ take, open, lobby, ...counter }: Studio, film: string): Promise<void> {
  const [, pin = ''] = /PIN of the demo usher\s+(\d{6})/.exec(lobby.output()) ?? [];
  const [code = ''] = await codesOf(counter, await orderByPhone(counter, await showWithOpenDoors(counter), 1));
  filmCode(film, code);
  const page = await open('/usher', PHONE);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await take(page, 'usher-sign-in-zh');
  for (const digit of pin) await page.getByRole('button', { name: digit, exact: true }).tap();
  await page.getByRole('heading', { level: 1, name: '请通行' }).waitFor();
  await take(page, 'usher-enter-zh');
  await page.getByRole('button', { name: '下一位' }).tap();
  await page.getByRole('button', { name: 'English' }).tap();
  await page.getByText('Point at the code').waitFor();
  await take(page, 'usher-scan-en');
  await page.context().close();
}

async function lookAfterIt({ take, open, screens }: Studio): Promise<void> {
  for (const name of ['technician', 'bench'] as const) {
    const page = await open(`/${name}`, LAPTOP);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await take(page, `${name}-en`);
    await page.context().close();
  }
  await mustAnswer(screens, localApi.setFault, { params: { device: GATE_SCANNER }, body: { fault: 'unplugged', on: true } });
  const page = await open('/technician', LAPTOP);
  await page.getByText('未连接').first().waitFor();
  await take(page, 'technician-unplugged-zh');
  await page.context().close();
}
