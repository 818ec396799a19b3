import { systemClock as clock, systemRandom as random, systemTimers as timers } from '#agent/runtime/clock.ts';
import { pcscDriver } from '#drivers/pcsc-reader/pcsc-driver.ts';
import { BENCH_PROOF } from '#drivers/smart-card/card-simulator.ts';
import { dieAt, dyingTransport } from '#test/support/dying-transport.ts';
import { virtualReader } from './card-service.ts';

/** A program that reads cards and dies, as by a power cut, at a command to the card, or when it was `ready` or the card was `told`: `<point>`. */
const [point = ''] = process.argv.slice(2);
const connected = await pcscDriver.connect(
  { device: 'reader', transport: dyingTransport(virtualReader(), point), clock, timers, onHealth: () => undefined },
  { random, proof: BENCH_PROOF },
);
if (!connected.ok) throw new Error(connected.error.message);
connected.value.port.onCard(() => dieAt('told', point));
dieAt('ready', point);
