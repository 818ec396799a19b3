import { createBoxOffice } from '#agent/box-office/create-box-office.ts';
import { createBoxOfficeWire } from '#agent/box-office/wire/box-office-wire.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '#agent/runtime/clock.ts';
import { silentLog as log } from '#agent/runtime/log.ts';
import { smallCinema } from '#test/edge-agent/box-office/small-cinema.ts';
import { DRAIN_SITE } from './scans.ts';

/** The box office's end of the benchmark in a process of its own, as in a lobby: the real receiver over its SQLite store in the folder argv[3], at the broker argv[2]. */
const [, , url = '', dataFolder = ''] = process.argv;
const boxOffice = createBoxOffice({
  dataFolder,
  programme: smallCinema(clock.wall()),
  drawPoster: () => '<svg xmlns="http://www.w3.org/2000/svg"/>',
  clock,
  timers,
  random,
  log,
  port: 0,
  tokens: new Map(),
  // Nobody pays here, and nothing listens at the discard port.
  payments: { url: 'http://127.0.0.1:9', apiKey: 'unused' },
});
await boxOffice.start();
const wire = createBoxOfficeWire({
  broker: { url, version: '5' },
  site: DRAIN_SITE,
  receive: boxOffice.receiveTogether,
  watermarks: boxOffice.watermarks,
  commands: boxOffice.commands,
  headSigned: boxOffice.validity.head,
  clock,
  timers,
  random,
  log,
});
wire.start();
const looking = setInterval(() => {
  if (wire.status().state !== 'connected') return;
  clearInterval(looking);
  process.stdout.write('ready\n');
}, 10);
