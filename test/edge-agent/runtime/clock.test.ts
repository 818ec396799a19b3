import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { systemTimers } from '#agent/runtime/clock.ts';
import { milliseconds } from '#core/base/time.ts';

/** Nothing of this program runs for so long. */
const hold = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

it('a deadline that passed while the program was held up does not come before the answer that had arrived', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  const near = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
  onTestFinished(() => void near.destroy());
  const [far]: Socket[] = await once(server, 'connection');
  onTestFinished(() => void far?.destroy());

  const order: string[] = [];
  const passed = new Promise<void>((resolve) => {
    systemTimers.after(milliseconds(5), () => {
      order.push('deadline');
      resolve();
    });
  });
  near.on('data', () => order.push('answer'));
  far?.write('here');
  hold(100);
  await passed;
  expect(order).toEqual(['answer', 'deadline']);
});

it('a timer that is cancelled while it waits for its turn does nothing', async () => {
  const acted: string[] = [];
  const both = new Promise<void>((resolve) => {
    systemTimers.after(milliseconds(1), () => {
      acted.push('first');
      second.cancel();
      setImmediate(resolve);
    });
  });
  const second = systemTimers.after(milliseconds(1), () => acted.push('second'));
  hold(10);
  await both;
  expect(acted).toEqual(['first']);
});
