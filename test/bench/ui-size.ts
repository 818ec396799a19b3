import { gzipSync } from 'node:zlib';
import { openBrowser } from '../support/browser.ts';
import { startLobby } from '../support/running-lobby.ts';
import { type Benchmark, rounded } from './measurement.ts';

/** Everything that Chromium fetches to show the kiosk's first screen, posters and data apart, as gzip makes it. */
export const uiSize: Benchmark = {
  name: 'ui-size',
  what: 'what the kiosk page loads: pages, scripts and styles, gzip',
  run: async (report) => {
    const lobby = await startLobby();
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1080, height: 1920 } });
      const sizes = new Map<string, number>();
      const pending: Promise<void>[] = [];
      page.on('response', (response) => {
        const type = response.headers()['content-type'] ?? '';
        if (!/html|javascript|css/.test(type)) return;
        const kind = /html/.test(type) ? 'pages' : /css/.test(type) ? 'styles' : 'scripts';
        pending.push(
          response.body().then((body) => {
            sizes.set(kind, (sizes.get(kind) ?? 0) + gzipSync(body, { level: 9 }).length);
          }),
        );
      });
      await page.goto(lobby.addresses.screens, { waitUntil: 'networkidle' });
      await Promise.all(pending);
      let total = 0;
      for (const [kind, bytes] of sizes) {
        total += bytes;
        report({ bench: 'ui-size', case: kind, metric: 'gzip', value: rounded(bytes / 1_000), unit: 'kB' });
      }
      report({ bench: 'ui-size', case: 'all', metric: 'gzip', value: rounded(total / 1_000), unit: 'kB', aim: '≤ 60 kB' });
    } finally {
      await browser.close();
      await lobby.dispose();
    }
  },
};
