import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDeviceManager } from '#agent/devices/device-manager.ts';
import { managedGate } from '#agent/devices/managed-device.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { toHex } from '#core/base/bytes.ts';
import { milliseconds, plus, seconds } from '#core/base/time.ts';
import { osdpGateDriver } from '#drivers/osdp/osdp-gate-driver.ts';
import { createOsdpLine } from '#drivers/osdp/osdp-line.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { eventually } from '#test/support/eventually.ts';
import { laySerialPair } from '#test/support/serial-pair.ts';
import { INPUTS, KEY, settingsOf } from './osdp-bench.ts';

/** A device in another process, over a real serial line, killed at every state of its session; and the next one, which takes its place. */
const PROGRAM = fileURLToPath(new URL('./device-program.ts', import.meta.url));

async function startDevice(path: string, point: string) {
  const program = spawn(process.execPath, ['--import', 'tsx', PROGRAM, path, toHex(KEY), point], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(program, 'exit');
  let said = '';
  program.stdout.on('data', (text) => {
    said += String(text);
  });
  onTestFinished(() => void program.kill('SIGKILL'));
  await eventually('the device is there', () => said.includes('ready'));
  return { gone, said: () => said };
}

async function gateOn(path: string) {
  const line = createOsdpLine({ transport: serialTransport({ path, baudRate: 9_600 }), clock, timers, random });
  const pd = line.pd(settingsOf({ key: KEY }));
  const device = managedGate({ id: 'g1', driver: osdpGateDriver, options: { pd, releaseOutput: 0, inputs: INPUTS }, transport: pd.transport });
  const manager = createDeviceManager({ devices: [device], clock, timers, random, log: silentLog, onHealth: () => undefined });
  manager.start();
  onTestFinished(() => manager.stop());
  const release = () =>
    manager.gate('g1').release({ reason: { kind: 'admission', id: 's' }, pulse: milliseconds(200), deadline: plus(clock.monotonic(), seconds(20)) });
  return { release, isReady: () => manager.health()[0]?.state.kind === 'ready', isAway: () => manager.health()[0]?.state.kind === 'absent' };
}

describe('an OSDP device that is killed', { timeout: 180_000 }, () => {
  it.each(['identify', 'challenge', 'prove', 'ask-capabilities', 'output', 'ask-local-status', 'ask-inputs', 'poll'])('at %s', async (point) => {
    const pair = await laySerialPair();
    onTestFinished(pair.close);
    const first = await startDevice(pair.theirs, point);
    const gate = await gateOn(pair.ours);
    const [, signal] = await first.gone;
    expect(signal).toBe('SIGKILL');
    await eventually('it is called away', gate.isAway);
    expect(await gate.release()).toMatchObject({ kind: 'not-released' });
    const next = await startDevice(pair.theirs, 'never');
    await eventually('the next one is ready', gate.isReady);
    expect(await gate.release()).toEqual({ kind: 'released' });
    await eventually('its barrier opens and closes by itself', () => /released\n(?:.*\n)*?closed\n/.test(next.said()));
  });
});
