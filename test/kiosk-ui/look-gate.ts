/**
 * Pictures and an accessibility check of every face of the gate in three sizes: `npx tsx test/kiosk-ui/look-gate.ts FOLDER [kiosk|laptop|phone]`.
 * Needs the built pages (`npx vite build`) and Chromium.
 */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { RefusalReason } from '#core/contract/admission.ts';
import { MachineId } from '#core/contract/identifiers.ts';
import type { LiveMessage } from '#core/contract/local/live.ts';
import { openBrowser } from '#test/support/browser.ts';
import { type FakeAgent, startFakeAgent } from './fake-agent.ts';
import { admitted, gateView, refusedFor, showing, TICKET } from './support/sample-gate.ts';
import { LOBBY } from './support/sample-lobby.ts';

const SIZES = { kiosk: { width: 1080, height: 1920 }, laptop: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } } as const;

const [folder = 'look', onlySize] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }[];
}

async function lookAt(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(450);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  const { violations } = await page.evaluate<AxeResult>('axe.run()');
  for (const { id, nodes } of violations) {
    process.stdout.write(`${name}: ${id} ×${nodes.length} ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary ?? ''}\n`);
  }
  const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  const cut = await page.evaluate('[...document.querySelectorAll(".face")].some((face) => face.scrollHeight > face.clientHeight + 1)');
  if (wide === true) process.stdout.write(`${name}: wider than the window\n`);
  if (cut === true) process.stdout.write(`${name}: a face does not fit\n`);
}

const GATE: Readonly<Record<string, LiveMessage>> = Object.fromEntries(
  Object.entries({
    ready: gateView(),
    checking: gateView({ state: 'checking' }),
    enter: showing(admitted()),
    'enter-offline': { ...showing(admitted({ offline: true })), online: false, dataAgeSeconds: 312 },
    'enter-unconfirmed': { ...showing(admitted({ confirmation: 'unconfirmed' })), missingGates: [MachineId.parse('gate-02')], openConflicts: 2 },
    group: showing(admitted({ kind: 'enter-group', ticket: { ...TICKET, used: 1, admits: 3 } })),
    attention: showing(admitted({ kind: 'attention' })),
    ...Object.fromEntries(
      RefusalReason.options.map((reason) => [
        `refused-${reason}`,
        showing(refusedFor(reason, !/code|ticket|card|unread|key|sign|site|verify/.test(reason))),
      ]),
    ),
    'not-passed': gateView({ barrier: 'not-passed' }),
    forced: gateView({ barrier: 'forced' }),
    'not-released': gateView({ barrier: 'unavailable' }),
    'out-of-service': gateView({ state: 'out-of-service' }),
    fire: gateView({ state: 'fire' }),
  }).map(([name, gate]) => [name, { kind: 'gate', gate }]),
);

async function lookAtGate(page: Page, agent: FakeAgent, size: string): Promise<void> {
  await page.goto(`${agent.url}/gate?lane=lane-1`);
  await page.evaluate(axe);
  await lookAt(page, `gate-no-link-${size}`);
  for (const [name, message] of Object.entries(GATE)) {
    agent.send(message);
    await lookAt(page, `gate-${name}-${size}`);
  }
}

async function main(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const agent = await startFakeAgent();
  const browser = await openBrowser();
  for (const [size, viewport] of Object.entries(SIZES)) {
    if (onlySize !== undefined && size !== onlySize) continue;
    const context = await browser.newContext({ viewport });
    const lobby = { ...LOBBY, roles: ['kiosk', 'gate'], lanes: [{ id: 'lane-1', name: '1号口 Gate 1', gate: 'gate-controller' }] };
    await context.route('**/api/lobby', (route) => route.fulfill({ json: lobby }));
    const page = await context.newPage();
    page.on('console', (line) => {
      if (line.type() === 'error') process.stdout.write(`${size}: ${line.text()}\n`);
    });
    await lookAtGate(page, agent, size);
    await context.close();
  }
  await browser.close();
  await agent.close();
}

await main();
