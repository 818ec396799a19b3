import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LIMITS } from '#core/base/limits.ts';
import { type Instant, toIso } from '#core/base/time.ts';
import type { MoneyItem, MoneyView } from '#core/contract/box-office/money-view.ts';
import type { Clock, Timers } from '#core/ports/clock.ts';
import { createBoxOfficeClient } from '../box-office-client/box-office-client.ts';
import type { CommandOutcome } from '../command.ts';

/** `foyer money`: what is open of the site's money and paper, for a duty manager at the box office's machine. It only reads; acting needs a PIN at a kiosk. */

export const MONEY_USAGE = `  foyer money [--json]                             open payments, refunds and tickets of the site, worst first
`;

interface MoneyCommandParts {
  readonly data: string;
  readonly json: boolean;
  readonly clock: Pick<Clock, 'wall'>;
  readonly timers: Timers;
}

const Addresses = z.object({ boxOffice: z.url(), machine: z.string().optional() });

/** Only where the box office is: its folder holds the token that speaks for a machine. */
export async function runMoneyCommand({ data, json, clock, timers }: MoneyCommandParts): Promise<CommandOutcome> {
  const place = findPlace(data);
  if (place === undefined) return { exit: 69, text: `No box office has been started in ${data}.` };
  const read = await createBoxOfficeClient({ ...place, timeout: LIMITS.http.requestTimeout, timers }).readMoneyView();
  if (!read.ok) return { exit: 69, text: `${read.error.fault.code}: ${read.error.fault.message}` };
  return { exit: 0, text: json ? JSON.stringify(read.value) : moneyText(read.value, clock.wall()) };
}

function findPlace(data: string): { url: string; token: string } | undefined {
  try {
    const { boxOffice, machine } = Addresses.parse(JSON.parse(readFileSync(join(data, 'addresses.json'), 'utf8')));
    if (machine === undefined) return undefined;
    return { url: boxOffice, token: readFileSync(join(data, 'box-office', 'tokens', machine), 'utf8').trim() };
  } catch {
    // Never started, or started as a machine that asks another one: either way there is nothing to ask from here.
    return undefined;
  }
}

function moneyText({ items, more }: MoneyView, now: Instant): string {
  if (items.length === 0) return `Nothing is open (${toIso(now)}).`;
  const rows = items.map((item) => [
    item.kind,
    age(now - Date.parse(item.since)),
    item.machine,
    amountText(item),
    item.orderId,
    item.reference,
    nextText(item),
  ]);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, ...(more ? ['… and more.'] : [])].join('\n');
}

const amountText = ({ amount }: MoneyItem): string => (amount === undefined ? '' : `${(amount.minor / 100).toFixed(2)} ${amount.currency}`);
const nextText = ({ next: { step, at } }: MoneyItem): string => (at === undefined ? step : `${step} at ${at}`);

function age(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
