import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { BadState, SweepResult } from './sweep.ts';
import type { SweepMessage, SweepTask } from './sweep-in-child.ts';

/** Processes that sweep: each takes the next piece of work when it has done its last. */
export interface Workers {
  /** @param share by how many of them; a canary needs one */
  sweep(task: Omit<SweepTask, 'worker' | 'scratch'>, share: number): Promise<SweptTogether>;
  close(): void;
}

export interface SweptTogether {
  /** Different ones, whichever worker made them. */
  readonly states: number;
  readonly torn: number;
  readonly judged: number;
  readonly bad: readonly BadState[];
}

/** @param scratch a folder in memory @param onStates is told how many states more there are, every now and then */
export function startWorkers(count: number, scratch: string, onStates: (states: number) => void): Workers {
  const all = Array.from({ length: count }, () =>
    fork(join(import.meta.dirname, 'sweep-in-child.ts'), [], { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  );
  const idle = [...all];
  const waiting: ((worker: ChildProcess) => void)[] = [];
  let tasks = 0;
  const take = (): Promise<ChildProcess> => {
    const worker = idle.pop();
    return worker === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(worker);
  };
  const giveBack = (worker: ChildProcess): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };
  const work = async (task: Omit<SweepTask, 'scratch'>): Promise<SweepResult> => {
    const worker = await take();
    const result = await ask(worker, { ...task, scratch: join(scratch, `sweep-${++tasks}`) }, onStates);
    giveBack(worker);
    return result;
  };
  return {
    sweep: async (task, share) => {
      const results = await Promise.all(
        Array.from({ length: share }, (_, index) => work({ ...task, states: wantedOf(task.states, share), worker: { index, of: share } })),
      );
      return {
        states: new Set(results.flatMap(({ states }) => states)).size,
        torn: results.reduce((sum, { torn }) => sum + torn, 0),
        judged: results.reduce((sum, { judged }) => sum + judged, 0),
        bad: results.flatMap(({ bad }) => bad),
      };
    },
    close: () => {
      for (const worker of all) worker.kill();
    },
  };
}

/** Some states are made by two of them. */
const TWICE = 0.03;

const wantedOf = (states: number, share: number): number => (share === 1 ? states : Math.ceil(((1 + TWICE) * states) / share));

function ask(worker: ChildProcess, task: SweepTask, onStates: (states: number) => void): Promise<SweepResult> {
  return new Promise((resolve, reject) => {
    let told = 0;
    const progress = (states: number): void => {
      onStates(states - told);
      told = states;
    };
    const end = (settle: () => void): void => {
      worker.off('message', listen);
      worker.off('exit', exited);
      settle();
    };
    const exited = (status: number | null): void => end(() => reject(new Error(`a worker of the crash states ended with ${status}`)));
    const listen = (message: SweepMessage): void => {
      switch (message.kind) {
        case 'progress':
          progress(message.states);
          break;
        case 'done':
          progress(message.result.states.length);
          end(() => resolve(message.result));
          break;
        case 'failed':
          end(() => reject(new Error(message.why)));
      }
    };
    worker.on('message', listen);
    worker.once('exit', exited);
    worker.send(task);
  });
}
