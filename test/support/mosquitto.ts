import { onTestFinished } from 'vitest';
import { type Mosquitto, startMosquitto } from './mosquitto-process.ts';
import { scratchFolder } from './scratch.ts';

/** A Mosquitto that ends with the test. */
export async function runMosquitto(extra: readonly string[] = []): Promise<Mosquitto> {
  const broker = await startMosquitto(scratchFolder(), extra);
  onTestFinished(broker.kill);
  return broker;
}
