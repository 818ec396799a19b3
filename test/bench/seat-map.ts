import type { Browser, Page } from 'playwright-core';
import type { ShowSeats } from '#core/contract/box-office/programme.ts';
import { openBrowser } from '../support/browser.ts';
import { startLobby } from '../support/running-lobby.ts';
import { type Benchmark, type Measurement, percentile, rounded } from './measurement.ts';
import { FLOOR_PAGE } from './seats/floor-page.ts';
import { answerFor, hallOf600, largestHouse } from './seats/houses.ts';
import { type MeasuredPage, openMeasuredPage } from './seats/measured-page.ts';

/** A kiosk's computer is about six times slower than what this is developed on. */
const THROTTLES = [1, 6] as const;
const PAINTS = 5;
const ROUNDS = 2;
const TAPS_A_ROUND = 10;

export const seatMap: Benchmark = {
  name: 'seat-map',
  what: 'touch on a show to the frame with its seats, touch on a seat to the frame that shows it taken; the floor is one string of HTML without a framework',
  run: async (report) => {
    const lobby = await startLobby();
    const browser = await openBrowser();
    try {
      const { screens } = lobby.addresses;
      const largest = await largestHouse(screens);
      for (const house of [largest, hallOf600(largest)]) {
        const pages = await openPages(browser, screens, house);
        for (const rate of THROTTLES) await measure(`${house.plan.seats.length} seats, ${rate}× CPU`, rate, pages, report);
      }
    } finally {
      await browser.close();
      await lobby.dispose();
    }
  },
};

interface Pages {
  readonly kiosk: MeasuredPage;
  readonly floor: MeasuredPage;
}

async function openPages(browser: Browser, screens: string, house: ShowSeats): Promise<Pages> {
  const seatsOf = (showId: string): string => answerFor(house, showId);
  const kiosk = await openMeasuredPage({ browser, url: screens, seatsOf, approach: toTheShows });
  const document = FLOOR_PAGE;
  const floor = await openMeasuredPage({ browser, url: `${screens}/bench-floor`, document, seatsOf, approach: async () => undefined });
  return { kiosk, floor };
}

/** Tomorrow's shows of the first film: none of them begins while this is measured. */
async function toTheShows(page: Page): Promise<void> {
  await page.locator('.tile-buy').click();
  await page.locator('.film').first().click();
  await page.locator('.day').nth(1).click();
}

async function measure(name: string, rate: number, { kiosk, floor }: Pages, report: (measurement: Measurement) => void): Promise<void> {
  const paints: number[] = [];
  const plainPaints: number[] = [];
  for (let paint = 0; paint < PAINTS; paint++) {
    paints.push(await kiosk.firstPaint(rate));
    plainPaints.push(await floor.firstPaint(rate));
  }
  const taps: number[] = [];
  const plainTaps: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    taps.push(...(await kiosk.taps(TAPS_A_ROUND, rate)));
    plainTaps.push(...(await floor.taps(TAPS_A_ROUND, rate)));
  }
  report(compared(name, 'first paint p50', 0.5, paints, plainPaints));
  report(compared(name, 'tap to paint p50', 0.5, taps, plainTaps));
  report(compared(name, 'tap to paint p95', 0.95, taps, plainTaps));
}

function compared(name: string, metric: string, share: number, measured: readonly number[], plain: readonly number[]): Measurement {
  const value = percentile(measured, share);
  const floor = percentile(plain, share);
  return { bench: 'seat-map', case: name, metric, value: rounded(value), unit: 'ms', floor: rounded(floor), ratio: rounded(value / floor) };
}
