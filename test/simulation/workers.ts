import { type ChildProcess, fork } from 'node:child_process';
import type { Answer, Task } from './outcome.ts';

/** Processes that run seeds side by side: a world uses one core and the whole of its process. */
export interface Workers {
  /** Runs tasks as they come from the source, and tells each outcome; resolves when the source has no more and all are done. */
  run(next: () => Task | undefined, done: (answer: Answer) => void): Promise<void>;
  stop(): void;
}

/**
 * A world runs much code a few times each, so code that is compiled at once, plainly, is worth more to it than code that is compiled well; and two workers on
 * two cores have no third one for the collection of garbage. Together a quarter of the CPU time (Node 20). What is compiled well takes half as much of its
 * callees in as usual, and old space grows further before it is collected: of a world that is over nearly nothing stays. Another 3 %.
 */
const NODE_OPTIONS = [
  '--always-sparkplug',
  '--interrupt-budget=1000000',
  '--max-inlined-bytecode-size=230',
  '--max-inlined-bytecode-size-cumulative=460',
  '--max-semi-space-size=16',
  '--initial-old-space-size=400',
  '--single-threaded-gc',
];
/** Kept busy between two messages. */
const AHEAD = 2;

/** @param script what a worker runs */
export function startWorkers(count: number, script: string): Workers {
  const children = Array.from({ length: count }, () => fork(script, [], { execArgv: NODE_OPTIONS, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  return {
    run: async (next, done) => {
      await Promise.all(children.map((child) => keepBusy(child, next, done)));
    },
    stop: () => {
      for (const child of children) child.kill();
    },
  };
}

function keepBusy(child: ChildProcess, next: () => Task | undefined, done: (answer: Answer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let open = 0;
    const finish = (): void => {
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve();
    };
    const feed = (): void => {
      while (open < AHEAD) {
        const task = next();
        if (task === undefined) break;
        open++;
        child.send(task);
      }
      if (open === 0) finish();
    };
    const onMessage = (answer: Answer): void => {
      open--;
      done(answer);
      feed();
    };
    const onExit = (code: number | null): void => reject(new Error(`a worker of the simulation ended with ${code}`));
    child.on('message', onMessage);
    child.on('exit', onExit);
    feed();
  });
}
