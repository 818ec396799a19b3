/**
 * Pictures and an accessibility check of every audience screen in both languages and three sizes: `npx tsx test/kiosk-ui/look.ts FOLDER [zh|en] [kiosk|laptop|phone]`.
 * Needs the built pages (`npx vite build`) and Chromium.
 */
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { instant, toIso } from '#core/base/time.ts';
import type { SeatId } from '#core/contract/identifiers.ts';
import type { Language } from '#core/contract/values.ts';
import { openBrowser } from '#test/support/browser.ts';
import { type FakeAgent, startFakeAgent } from './fake-agent.ts';
import { FLOWS, orderFor, programmeAt, showSeats } from './support/sample-lobby.ts';

const SIZES = { kiosk: { width: 1080, height: 1920 }, laptop: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } } as const;
type Size = keyof typeof SIZES;

const [folder = 'look', onlyLanguage, onlySize] = process.argv.slice(2);
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const inMs = (ms: number): string => toIso(instant(Date.now() + ms));

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }[];
}

async function lookAt(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  const { violations } = await page.evaluate<AxeResult>('axe.run()');
  for (const violation of violations) {
    process.stdout.write(
      `${name}: ${violation.id} ×${violation.nodes.length} ${violation.nodes[0]?.html.slice(0, 160)} ${violation.nodes[0]?.failureSummary ?? ''}\n`,
    );
  }
  const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  if (wide === true) process.stdout.write(`${name}: wider than the window\n`);
}

async function browse(page: Page, agent: FakeAgent, take: (name: string) => Promise<void>): Promise<void> {
  const programme = programmeAt(instant(Date.now()));
  await take('k0-attract');
  agent.flows(FLOWS.map((flow) => (flow.name === 'buy' || flow.name === 'scan' ? { ...flow, available: false, lost: ['box-office'] } : flow)));
  await take('k0-degraded');
  agent.flows(FLOWS);
  await page.locator('.tile-buy').click();
  await take('k1-films');
  await page.locator('.film').first().click();
  await page.locator('.day').nth(1).click();
  await take('k2-shows');
  const tomorrow = programme.shows.filter((show) => show.businessDay === programme.days[1]);
  const largest = tomorrow.reduce((a, b) => (b.seatsTotal > a.seatsTotal ? b : a));
  await page.keyboard.press('Escape');
  const index = programme.films.findIndex((film) => film.id === largest.filmId);
  await page.locator('.film').nth(index).click();
  await page.locator('.day').nth(1).click();
  const ofFilm = tomorrow.filter((show) => show.filmId === largest.filmId);
  await page
    .locator('.show')
    .nth(ofFilm.findIndex((show) => show.id === largest.id))
    .click();
  await page.locator('.seat-map .seat').first().waitFor();
  await take('k3-seats');
  await page.locator('.pick .button').nth(2).click();
  await take('k3-seats-chosen');
  const house = showSeats(largest);
  const free = house.plan.seats.filter((_, at) => house.picture.states[at] === 'F').map((seat) => seat.id);
  agent.refuseNext({ code: 'seats-lost', lost: free.slice(0, 1), picture: { ...house.picture, version: 2 }, offer: free.slice(4, 7) });
  await page.locator('.screen-actions .button-primary').click();
  await take('k4-types');
  await page.locator('.screen-actions .button-primary').click();
  await take('k3-seats-lost');
  await page.locator('.banner .button').click();
  await page.locator('.screen-actions .button-primary').click();
  await page.locator('.screen-actions .button-primary').click();
  await take('k5-review');
  await page.locator('.start-again').click();
  await take('start-again');
  await page.keyboard.press('Escape');
  await page.locator('.screen-actions .button-primary').click();
  await take('k6-paying');
  agent.show({ phase: 'idle' });
  await page.locator('.tile').nth(1).click();
  for (const digit of ['4', '8', '2', '9', '1', '7', '3']) await page.keyboard.press(digit);
  await take('k10-enter-code');
  agent.send({ kind: 'notice', notice: { at: inMs(0), problem: { kind: 'wrong-kind', reason: 'payment-code' } } });
  await take('k10-payment-code');
}

async function sessions(agent: FakeAgent, take: (name: string) => Promise<void>): Promise<void> {
  const now = instant(Date.now());
  const programme = programmeAt(now);
  const show = programme.shows.find((candidate) => candidate.businessDay === programme.days[1]);
  if (!show) throw new Error('no show tomorrow');
  const house = showSeats(show);
  const chosen: SeatId[] = house.plan.seats.slice(40, 42).map((seat) => seat.id);
  const order = orderFor(house, chosen, now);
  const shown = { order, journey: 'buy', count: 2 } as const;
  const tiles = [
    { method: 'qr', provider: 'wechat', name: { zh: '微信支付', en: 'WeChat Pay' } },
    { method: 'qr', provider: 'alipay', name: { zh: '支付宝', en: 'Alipay' } },
    { method: 'payment-code', name: { zh: '付款码', en: 'Payment code' } },
    { method: 'member', name: { zh: '会员余额', en: 'Member balance' } },
    { method: 'card-terminal', name: { zh: '银行卡', en: 'Card' } },
  ] as const;
  agent.show({ phase: 'choose-payment', order, tiles: [...tiles] });
  await take('k6-choose');
  agent.show({ phase: 'present-code', order });
  await take('k6-present-code');
  const under = { phase: 'paying', order, expiresAt: inMs(200_000), userPaying: true, ending: false } as const;
  agent.show({ ...under, method: 'payment-code' });
  await take('k6-code-read');
  agent.show({ ...under, method: 'card-terminal', terminalText: 'Karte vorhalten, einstecken oder durchziehen', terminalPrompt: 'present-card' });
  await take('k6-terminal');
  agent.show({ ...under, method: 'card-terminal', ending: true });
  await take('k6-cancelling');
  agent.show({ phase: 'member', order, member: { at: 'card', problem: 'card-unknown' } });
  await take('k6-member-card');
  agent.show({ phase: 'member', order, member: { at: 'pin', card: '2084', problem: 'wrong-pin', triesLeft: 2 } });
  await take('k6-member-pin');
  agent.show({ phase: 'member', order, member: { at: 'confirm', card: '2084', balance: { minor: 50_000, currency: 'CNY' }, enough: true } });
  await take('k6-member-confirm');
  agent.show({ phase: 'member', order, member: { at: 'confirm', card: '6531', balance: { minor: 3_000, currency: 'CNY' }, enough: false } });
  await take('k6-member-too-low');
  agent.show({ phase: 'confirming', order, since: inMs(-5_000), claimAt: inMs(55_000), mayLeave: false, money: 'paid-seats-kept' });
  await take('k7-confirming');
  agent.show({ ...under, method: 'qr', codeUrl: 'https://pay.example/x' });
  await take('k6-user-paying');
  agent.show({ phase: 'payment-failed', order, reason: { zh: '余额不足', en: 'Not enough balance' }, money: 'not-charged' });
  await take('k6-failed');
  agent.show({ phase: 'printing', ...shown, printed: 0, current: 1 });
  await take('k8-printing');
  agent.show({ phase: 'done', order, journey: 'buy', printed: 2 });
  await take('k9-done');
  agent.show({ phase: 'collect', order });
  await take('k11-collect');
  agent.show({ phase: 'payment-unknown', order, since: inMs(-20_000), claimAt: inMs(40_000), mayLeave: false, money: 'checking' });
  await take('k20-checking');
  agent.show({ phase: 'payment-unknown', order, since: inMs(-70_000), claimAt: inMs(-10_000), mayLeave: true, money: 'checking' });
  await take('k20-claim');
  agent.show({ phase: 'print-stopped', ...shown, printed: 1, uncertain: 0, stop: 'paper-out', canResume: true, money: 'paid-seats-kept' });
  await take('k22-stopped');
  agent.show({ phase: 'print-stopped', ...shown, printed: 0, uncertain: 1, stop: 'cutter-jam', canResume: false, money: 'paid-seats-kept' });
  await take('k21-uncertain');
  agent.show({ phase: 'hold-expired', money: 'not-charged' });
  await take('hold-expired');
  agent.show({ phase: 'refunding', order, reference: 'R-20261122-0012', done: false });
  await take('refunding');
  agent.show({ phase: 'idle' });
}

async function main(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const agent = await startFakeAgent();
  const browser = await openBrowser();
  for (const language of ['zh', 'en'] as const satisfies readonly Language[]) {
    for (const size of Object.keys(SIZES) as Size[]) {
      if ((onlyLanguage && language !== onlyLanguage) || (onlySize && size !== onlySize)) continue;
      const context = await browser.newContext({ viewport: SIZES[size], reducedMotion: 'no-preference' });
      const page = await context.newPage();
      page.on('console', (message) => message.type() === 'error' && process.stdout.write(`console: ${message.text()}\n`));
      page.on('pageerror', (error) => process.stdout.write(`page: ${error.message}\n`));
      await page.addInitScript({ path: axe });
      await page.goto(agent.url);
      await page.locator('.tile-buy').waitFor();
      const toEnglish = async (): Promise<void> => {
        if (language === 'en' && (await page.locator('html').getAttribute('lang')) === 'zh-CN') await page.locator('.footer .button').first().click();
      };
      const take = async (name: string): Promise<void> => {
        await toEnglish();
        await lookAt(page, `${size}-${language}-${name}`);
      };
      await browse(page, agent, take);
      await sessions(agent, take);
      await context.close();
    }
  }
  await browser.close();
  await agent.close();
}

await main();
