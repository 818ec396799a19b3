import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** axe-core as one expression for the debugger: the pages' own rules of content forbid them to load it. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The passes are only counted: told one by one they cost more than the rules themselves on a plan with six hundred seats. */
const RUN = "axe.run({ resultTypes: ['violations'], elementRef: false })";

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }[];
  readonly passes: readonly unknown[];
}

/** axe-core finds nothing on what is shown now. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  // Colours that fade in are measured when they are there.
  await page.evaluate(
    'Promise.allSettled(document.getAnimations().filter((a) => a.effect?.getTiming().iterations !== Infinity).map((a) => a.finished))',
  );
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(`${AXE}; undefined`);
  const { violations, passes } = await page.evaluate<AxeResult>(RUN);
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  );
  expect(found, `axe-core on ${what}`).toEqual([]);
  expect(passes.length, `rules that axe-core could try on ${what}`).toBeGreaterThan(5);
}

/** The same screen in both languages, by the page's own switch; ends in the language it began with. */
export async function expectAccessibleInBothLanguages(page: Page, what: string): Promise<void> {
  const toOther = page.getByRole('button', { name: /^(English|中文)$/ });
  for (const turn of ['as it is', 'in the other language'] as const) {
    await expectAccessible(page, `${what}, ${turn}`);
    await toOther.click();
  }
}
