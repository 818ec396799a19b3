/**
 * Pictures and an accessibility check of the usher's page in a phone and a tablet: `npx tsx test/kiosk-ui/look-usher.ts FOLDER [phone|tablet]`.
 * Needs the built pages (`npx vite build`) and Chromium, whose camera shows a test picture.
 */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { instant, toIso } from '#core/base/time.ts';
import { MachineId } from '#core/contract/identifiers.ts';
import type { UsherState } from '#core/contract/local/usher.ts';
import { openBrowser } from '#test/support/browser.ts';
import { type FakeAgent, startFakeAgent } from './fake-agent.ts';
import { admitted, refusedFor } from './support/sample-gate.ts';
import { conflictAt, foundAt, hallsAt, scanOf, usherState } from './support/sample-usher.ts';

const SIZES = { phone: { width: 390, height: 844 }, tablet: { width: 820, height: 1180 } } as const;

const [folder = 'look', onlySize] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const now = Date.now();
const undoUntil = toIso(instant(now + 95_000));

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }[];
}

async function lookAt(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(folder, `usher-${name}.png`) });
  const { violations } = await page.evaluate<AxeResult>('axe.run()');
  for (const { id, nodes } of violations) {
    process.stdout.write(`${name}: ${id} ×${nodes.length} ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary ?? ''}\n`);
  }
  if ((await page.evaluate('document.documentElement.scrollWidth > innerWidth')) === true) process.stdout.write(`${name}: wider than the window\n`);
}

const recent = [
  scanOf(admitted(), { undoUntil }),
  scanOf(refusedFor('already-used')),
  scanOf(admitted({ kind: 'attention' })),
  scanOf(admitted(), { undone: true }),
  scanOf(refusedFor('stale-code', false)),
  scanOf(admitted(), { overriddenBy: '周经理' }),
];

async function walk(page: Page, agent: FakeAgent, size: string): Promise<void> {
  const push = (change: Partial<UsherState>): void => agent.send({ kind: 'usher', state: usherState(now, change) });
  const press = (name: RegExp): Promise<void> => page.getByRole('button', { name }).first().click();
  let refusal: object | undefined;
  const verdicts = [
    admitted({ confirmation: 'unconfirmed' }),
    refusedFor('already-used'),
    refusedFor('stale-code', false),
    admitted({ kind: 'attention' }),
    refusedFor('refunded'),
  ];
  await page.route('**/api/usher/sign-in', (route) => route.fulfill({ status: 409, json: { code: 'wrong-pin', triesLeft: 3 } }));
  await page.route('**/api/usher/search', (route) =>
    route.fulfill({ json: { tickets: [foundAt(now), foundAt(now, { standing: 'refunded', seatLabel: '5-09' })], kind: 'order-number' } }),
  );
  await page.route('**/api/usher/overrides', (route) => route.fulfill({ status: 409, json: { code: 'wrong-pin', triesLeft: 4 } }));
  await page.route('**/api/usher/scans', (route) => {
    const verdict = verdicts.shift();
    if (refusal || verdict === undefined) return route.fulfill({ status: 409, json: refusal ?? { code: 'unknown' } });
    return route.fulfill({
      json: { verdict, state: usherState(now, { recent: [scanOf(verdict, verdict.reason ? {} : { undoUntil }), ...recent] }) },
    });
  });
  await page.goto(`${agent.url}/usher`);
  await page.evaluate(axe);
  await page.waitForTimeout(400);
  push({ staff: null });
  await lookAt(page, `sign-in-${size}`);
  for (const digit of '123456') await page.keyboard.press(digit);
  await lookAt(page, `sign-in-wrong-${size}`);
  push({ recent });
  await lookAt(page, `scan-${size}`);
  await press(/English/);
  await press(/Type a code/);
  push({ recent, online: false, dataAgeSeconds: 312, unsent: 7 });
  await lookAt(page, `scan-offline-typing-en-${size}`);
  const names = ['enter-unconfirmed-en', 'used-en', 'stale-en', 'attention-en', 'refunded-en'];
  for (const name of names) {
    await page.getByRole('textbox').fill('FY1:X');
    await press(/^Check$/);
    await page.getByRole('dialog').waitFor();
    await lookAt(page, `verdict-${name}-${size}`);
    if (name === 'used-en') {
      await press(/Let in anyway/);
      await lookAt(page, `override-${size}`);
      await press(/Proof was seen/);
      for (const digit of '123456') await page.keyboard.press(digit);
      await lookAt(page, `override-pin-${size}`);
      await press(/Cancel/);
    }
    await press(/Next guest/);
  }
  await press(/中文/);
  await press(/查票/);
  await lookAt(page, `find-empty-${size}`);
  await page.getByRole('searchbox').fill('K01-261122-00482');
  await press(/查找/);
  await lookAt(page, `find-${size}`);
  await press(/记录/);
  const gone = [{ machine: MachineId.parse('gate-02'), reachable: false, since: toIso(instant(now)) }];
  push({
    recent,
    site: { state: 'split', members: gone },
    conflicts: [{ conflict: conflictAt(now) }, { conflict: conflictAt(now, { second: [] }), seenBy: '周经理' }],
  });
  await lookAt(page, `log-${size}`);
  await press(/影厅/);
  await lookAt(page, `halls-empty-${size}`);
  push({ halls: hallsAt(now) });
  await lookAt(page, `halls-${size}`);
}

async function main(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const agent = await startFakeAgent();
  const browser = await openBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
  for (const [size, viewport] of Object.entries(SIZES)) {
    if (onlySize !== undefined && size !== onlySize) continue;
    const context = await browser.newContext({ viewport, permissions: ['camera'], deviceScaleFactor: 2 });
    const page = await context.newPage();
    page.on('console', (line) => {
      if (line.type() === 'error') process.stdout.write(`${size}: ${line.text()}\n`);
    });
    page.on('pageerror', (error) => process.stdout.write(`${size}: ${error.message}\n`));
    await walk(page, agent, size);
    await context.close();
  }
  await browser.close();
  await agent.close();
}

await main();
