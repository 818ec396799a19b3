import { type ReadonlySignal, signal } from '@preact/signals';
import { unreachable } from '#core/base/fault.ts';
import { seconds } from '#core/base/time.ts';
import type { LiveMessage } from '#core/contract/local/live.ts';
import type { DeviceRow, DeviceTestResult, LineTrace, TechnicianState } from '#core/contract/local/technician.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { Agent } from '../agent/agent.ts';
import type { CallAnswer, CallValue } from '../agent/call.ts';
import type { LinkState } from '../agent/live.ts';

/** The test of one device: it is asked for, confirmed, runs, and has an end that stays until it is dismissed. An answer that never came is its own end. */
export type TestRun = { readonly at: 'asked' } | { readonly at: 'running' } | { readonly at: 'ended'; readonly result: DeviceTestResult | undefined };

/** What a line carried, as far as it was read; `away` when the agent did not answer. */
export type TraceReading = LineTrace | 'reading' | 'away';

export interface Technician {
  readonly state: ReadonlySignal<TechnicianState | undefined>;
  readonly lobby: ReadonlySignal<CallValue<'readLobby'> | undefined>;
  readonly link: ReadonlySignal<LinkState>;
  /** Wall clock in milliseconds, once a second. */
  readonly now: ReadonlySignal<number>;
  readonly tests: ReadonlySignal<ReadonlyMap<string, TestRun>>;
  ask(device: DeviceRow['device']): void;
  dismiss(device: DeviceRow['device']): void;
  /** What was last said about which thing a device is, and whether it counts; undefined when nobody knows. */
  readonly assignments: ReadonlySignal<ReadonlyMap<string, DeviceTestResult | undefined>>;
  readonly traces: ReadonlySignal<ReadonlyMap<string, TraceReading>>;
  /** @param path null leaves it to the configuration again */
  assign(device: DeviceRow['device'], path: string | null): Promise<void>;
  readTrace(device: DeviceRow['device']): Promise<void>;
  /** Only what was asked for and confirmed is run, and only once. */
  confirm(device: DeviceRow['device']): Promise<void>;
  close(): void;
}

/** Counters and ages move without anybody's doing; they are read again when nothing was pushed for so long. */
const READ_AGAIN_AFTER = seconds(3);

export function createTechnician(agent: Agent): Technician {
  const state = signal<TechnicianState | undefined>(undefined);
  const lobby = signal<CallValue<'readLobby'> | undefined>(undefined);
  const now = signal<number>(agent.clock.wall());
  const tests = signal<ReadonlyMap<string, TestRun>>(new Map());
  const assignments = signal<ReadonlyMap<string, DeviceTestResult | undefined>>(new Map());
  const traces = signal<ReadonlyMap<string, TraceReading>>(new Map());
  let heardAt = agent.clock.monotonic();
  let isReading = false;
  let second: Timer;

  const adopt = (next: TechnicianState): void => {
    // A reading that was overtaken by a push is older than what is already shown.
    if (state.value !== undefined && next.at < state.value.at && next.startedAt === state.value.startedAt) return;
    state.value = next;
    heardAt = agent.clock.monotonic();
  };
  const hear = (message: LiveMessage): void => {
    if (message.kind === 'technician') adopt(message.state);
    else if (message.kind === 'welcome') void readLobby();
  };
  const readLobby = async (): Promise<void> => {
    const answer = await agent.call('readLobby');
    if (answer.kind === 'done') lobby.value = answer.value;
  };
  const readAgain = async (): Promise<void> => {
    if (isReading) return;
    isReading = true;
    const answer = await agent.call('readTechnician');
    isReading = false;
    if (answer.kind === 'done') adopt(answer.value);
  };
  const set = (device: string, run: TestRun | undefined): void => {
    const next = new Map(tests.value);
    if (run === undefined) next.delete(device);
    else next.set(device, run);
    tests.value = next;
  };

  const link = agent.live({ topic: 'technician', onMessage: hear });
  const tick = (): void => {
    now.value = agent.clock.wall();
    if (agent.clock.monotonic() - heardAt >= READ_AGAIN_AFTER) void readAgain();
    second = agent.timers.after(seconds(1), tick);
  };
  second = agent.timers.after(seconds(1), tick);

  return {
    state,
    lobby,
    link: link.state,
    now,
    tests,
    assignments,
    traces,
    assign: async (device, path) => {
      const answer = await agent.call('assignDevice', { params: { device }, body: { path } });
      assignments.value = new Map(assignments.value).set(device, resultOf(answer));
      void readAgain();
    },
    readTrace: async (device) => {
      traces.value = new Map(traces.value).set(device, 'reading');
      const answer = await agent.call('readTrace', { params: { device } });
      traces.value = new Map(traces.value).set(device, answer.kind === 'done' ? answer.value : 'away');
    },
    ask: (device) => {
      if (tests.value.get(device)?.at !== 'running') set(device, { at: 'asked' });
    },
    dismiss: (device) => {
      if (tests.value.get(device)?.at !== 'running') set(device, undefined);
    },
    confirm: async (device) => {
      if (tests.value.get(device)?.at !== 'asked') return;
      set(device, { at: 'running' });
      const answer = await agent.call('testDevice', { params: { device } });
      set(device, { at: 'ended', result: resultOf(answer) });
    },
    close: () => {
      second.cancel();
      link.close();
    },
  };
}

/** Undefined when nobody knows how it ended. */
function resultOf(answer: CallAnswer<'testDevice'> | CallAnswer<'assignDevice'>): DeviceTestResult | undefined {
  switch (answer.kind) {
    case 'done':
      return answer.value;
    case 'problem':
      return { outcome: 'failed', code: answer.problem.code, detail: { zh: answer.problem.message, en: answer.problem.message } };
    case 'refused':
    case 'unreachable':
      return undefined;
    default:
      return unreachable(answer);
  }
}
