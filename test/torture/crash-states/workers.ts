import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { BadState, SweepResult } from './sweep.ts';
import type { SweepMessage, SweepTask } from './sweep-in-child.ts';

/** Sweeps one recording with several processes, and adds up what they found. */
export async function sweepTogether(
  task: Omit<SweepTask, 'worker' | 'scratch'>,
  { workers, scratch, onStates }: { readonly workers: number; readonly scratch: string; readonly onStates: (states: number) => void },
): Promise<SweepResult> {
  const results = await Promise.all(
    Array.from({ length: workers }, (_, index) => {
      let told = 0;
      const progress = (states: number): void => {
        onStates(states - told);
        told = states;
      };
      const worker = { index, of: workers };
      return sweepInChild({ ...task, states: Math.ceil(task.states / workers), worker, scratch: join(scratch, `${task.name}-${index}`) }, progress);
    }),
  );
  return {
    states: results.reduce((sum, { states }) => sum + states, 0),
    torn: results.reduce((sum, { torn }) => sum + torn, 0),
    bad: results.flatMap(({ bad }): readonly BadState[] => bad),
  };
}

function sweepInChild(task: SweepTask, onProgress: (states: number) => void): Promise<SweepResult> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'sweep-in-child.ts'), [], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let result: SweepResult | undefined;
    child.on('message', (message: SweepMessage) => {
      if (message.kind === 'progress') onProgress(message.states);
      else {
        result = message.result;
        onProgress(result.states);
      }
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (result === undefined) reject(new Error(`a worker of the crash states ended with ${code}`));
      else resolve(result);
    });
    child.send(task);
  });
}
