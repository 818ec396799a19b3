import type { Browser, Page } from 'playwright-core';

/**
 * A page with a seat map, however it was made: opened by a button, closed by another, seats that can be taken. `cpu` is how many times slower than this
 * machine the page's computer is, while it is measured.
 */
export interface MeasuredPage {
  /** From the touch on the show to the frame with its seats, in milliseconds. */
  firstPaint(cpu: number): Promise<number>;
  /** From the touch on a free seat to the frame in which it is taken; the seat is given back afterwards. */
  taps(count: number, cpu: number): Promise<readonly number[]>;
}

export interface PageMaker {
  readonly browser: Browser;
  readonly url: string;
  /** Replaces the document at `url` when given. */
  readonly document?: string;
  /** The answer to the question for a show's seats. */
  readonly seatsOf: (showId: string) => string;
  /** Leads to where `.show` can be touched. */
  readonly approach: (page: Page) => Promise<void>;
}

/**
 * Runs in the page. The time of the touch is the event's own; the time of the frame is taken after it was painted: a message that is posted in an animation
 * frame is delivered when that frame is done.
 */
const STOPWATCH = `
  window.paintAfterTouch = (selector) => new Promise((done) => {
    addEventListener('click', ({ timeStamp }) => {
      const look = () => requestAnimationFrame(() => {
        if (!document.querySelector(selector)) return look();
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(performance.now() - timeStamp);
        port2.postMessage(0);
      });
      look();
    }, { capture: true, once: true });
  });`;

const FREE_SEAT = '.seat-map .seat[data-face=F]';
const TAKEN_SEAT = '.seat-map .seat[data-face=Y]';

export async function openMeasuredPage({ browser, url, document, seatsOf, approach }: PageMaker): Promise<MeasuredPage> {
  const page = await browser.newPage({ viewport: { width: 1080, height: 1920 } });
  await page.addInitScript(STOPWATCH);
  if (document !== undefined) await page.route(url, (route) => route.fulfill({ contentType: 'text/html', body: document }));
  await page.route('**/api/shows/*/seats', (route) => {
    const showId = new URL(route.request().url()).pathname.split('/').at(-2) ?? '';
    return route.fulfill({ contentType: 'application/json', body: seatsOf(showId) });
  });
  const session = await page.context().newCDPSession(page);
  await page.goto(url, { waitUntil: 'networkidle' });
  await approach(page);

  const timed = async (selector: string, cpu: number, touch: () => Promise<void>): Promise<number> => {
    await page.evaluate(`void (window.painted = paintAfterTouch(${JSON.stringify(selector)}))`);
    await session.send('Emulation.setCPUThrottlingRate', { rate: cpu });
    await touch();
    const taken = await page.evaluate<number>('window.painted');
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    return taken;
  };

  return {
    firstPaint: async (cpu) => {
      if ((await page.locator('.seat-map .seat').count()) > 0) await page.locator('.back').click();
      await page.locator('.show').first().waitFor();
      return timed(FREE_SEAT, cpu, () => page.locator('.show').first().click());
    },
    taps: async (count, cpu) => {
      await seeSeatsAtFullSize(page);
      const times: number[] = [];
      for (let tap = 0; tap < count; tap++) {
        // Looked for each time: the kiosk moves the map so that a chosen seat is in its middle.
        const places = await freeSeatsInSight(page);
        const place = places[(tap * 7) % places.length];
        if (place === undefined) throw new Error('no free seat is in sight');
        times.push(await timed(TAKEN_SEAT, cpu, () => page.mouse.click(place.x, place.y)));
        await page.locator(TAKEN_SEAT).first().click();
        await page.locator(TAKEN_SEAT).first().waitFor({ state: 'detached' });
      }
      return times;
    },
  };
}

/** A hall whose seats would be smaller than a fingertip is shown whole first. */
async function seeSeatsAtFullSize(page: Page): Promise<void> {
  const frame = page.locator('.seat-map-frame:not([data-near])');
  if ((await frame.count()) > 0) await page.locator('.zoom .button').click();
}

/** The middles of free seats that a finger could touch now. */
async function freeSeatsInSight(page: Page): Promise<readonly { readonly x: number; readonly y: number }[]> {
  return page.evaluate(`[...document.querySelectorAll('${FREE_SEAT}')].flatMap((seat) => {
    const { x, y, width, height } = seat.getBoundingClientRect();
    const middle = { x: x + width / 2, y: y + height / 2 };
    const top = document.elementFromPoint(middle.x, middle.y);
    return top !== null && (top === seat || seat.contains(top)) ? [middle] : [];
  })`);
}
