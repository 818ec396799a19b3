import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { DeviceId } from '#core/contract/identifiers.ts';
import { DeviceTestResult, TechnicianState } from '#core/contract/local/technician.ts';

/** The agent that runs on a data folder, as a command at a terminal speaks to it. */
export interface RunningAgent {
  readonly state: TechnicianState;
  assign(device: DeviceId, path: string | null): Promise<DeviceTestResult>;
}

const Addresses = z.object({ screens: z.url() });

/** Undefined when none answers. */
export async function findRunningAgent(data: string): Promise<RunningAgent | undefined> {
  const origin = screensOf(data);
  if (origin === undefined) return undefined;
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${origin}${path}`, {
      signal: AbortSignal.timeout(LIMITS.http.requestTimeout),
      ...(body !== undefined && { method: 'POST', headers: { 'content-type': 'application/json', origin }, body: JSON.stringify(body) }),
    });
    return answer.json();
  };
  let state: unknown;
  try {
    state = await ask('/api/technician');
  } catch {
    // Nobody listens there any more: the address is of a run that has ended.
    return undefined;
  }
  const parsed = TechnicianState.safeParse(state);
  if (!parsed.success) throw new FaultError(strange(origin));
  return {
    state: parsed.data,
    assign: async (device, path) => DeviceTestResult.parse(await ask(`/api/technician/devices/${device}/assign`, { path })),
  };
}

const strange = (origin: string) => ({
  code: 'E-DEV-AGENT',
  owner: 'operator' as const,
  message: `what answers at ${origin} is no agent of this version`,
  remedy: 'Stop the other program, or start the agent of this folder again.',
});

function screensOf(data: string): string | undefined {
  try {
    return new URL(Addresses.parse(JSON.parse(readFileSync(join(data, 'addresses.json'), 'utf8'))).screens).origin;
  } catch {
    // Never started here.
    return undefined;
  }
}
