import { isLobbySeed } from './lobby/lobby-seed.ts';
import { runLobbySeed } from './lobby/run-lobby-seed.ts';
import type { Answer, Task } from './outcome.ts';
import { runSeed } from './world/run-seed.ts';

/** One worker: runs the seeds that its parent sends, one after another, and sends back what they have shown. */
async function work(tasks: AsyncIterable<Task>, answer: (answer: Answer) => void): Promise<void> {
  let before = 0;
  for await (const { seed, canary } of tasks) {
    const outcome = await (isLobbySeed(seed) ? runLobbySeed : runSeed)(seed, canary);
    const now = cpuMs();
    answer({ ...outcome, cpuMs: now - before });
    before = now;
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

async function* tasksOfParent(): AsyncGenerator<Task> {
  const waiting: Task[] = [];
  let wake = (): void => undefined;
  process.on('message', (task: Task) => {
    waiting.push(task);
    wake();
  });
  for (;;) {
    const next = waiting.shift();
    if (next !== undefined) yield next;
    else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
}

process.on('disconnect', () => process.exit(0));
await work(tasksOfParent(), (answer) => process.send?.(answer));
