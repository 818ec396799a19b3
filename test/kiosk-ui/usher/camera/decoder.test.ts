import { expect, test } from 'vitest';
import { milliseconds } from '#core/base/time.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { createDecoder, HUNG_AFTER, WORKER_LIFE } from '../../../../kiosk-ui/usher/camera/decoder.ts';
import type { Frame, ReadAnswer, Reading, ReadRequest } from '../../../../kiosk-ui/usher/camera/frame.ts';

const NOTHING: Reading = { kind: 'none', sight: 'nothing' };

interface StagedWorker {
  readonly asked: ReadRequest[];
  isStopped: boolean;
  answer(reading?: Reading): void;
}

function open() {
  const time = createVirtualTime();
  const workers: StagedWorker[] = [];
  const readings: Reading[] = [];
  const decoder = createDecoder({
    ...time,
    startWorker: (onAnswer: (answer: ReadAnswer) => void) => {
      const asked: ReadRequest[] = [];
      const worker: StagedWorker = {
        asked,
        isStopped: false,
        answer: (reading = NOTHING) => {
          const request = asked.at(-1);
          if (request) onAnswer({ ...request, reading });
        },
      };
      workers.push(worker);
      return {
        post: (request) => asked.push(request),
        stop: () => {
          worker.isStopped = true;
        },
      };
    },
    onReading: (reading) => readings.push(reading),
  });
  const offer = (): Frame | undefined => {
    const frame = decoder.take();
    if (frame) decoder.offer(frame);
    return frame;
  };
  return { time, workers, readings, decoder, offer };
}

test('one frame at a time, and its memory is used again', () => {
  const { workers, readings, decoder, offer } = open();
  const first = offer();
  expect(decoder.take()).toBeUndefined();
  workers[0]?.answer({ kind: 'text', text: 'FY1:A' });
  expect(readings).toEqual([{ kind: 'text', text: 'FY1:A' }]);
  expect(offer()?.luminance.buffer).toBe(first?.luminance.buffer);
  expect(workers[0]?.asked.map(({ turn }) => turn)).toEqual([0, 1]);
  expect(decoder.counts).toEqual({ decoded: 1, restarts: 0 });
});

test('a worker that hangs for 2 s is replaced, and its late word does not count', async () => {
  const { time, workers, readings, decoder, offer } = open();
  offer();
  await time.advance(milliseconds(HUNG_AFTER - 1));
  expect(workers).toHaveLength(1);
  await time.advance(milliseconds(1));
  expect(workers).toHaveLength(2);
  expect(workers[0]?.isStopped).toBe(true);
  workers[0]?.answer({ kind: 'text', text: 'late' });
  expect(readings).toEqual([]);
  expect(offer()).toBeDefined();
  workers[1]?.answer();
  expect(readings).toEqual([NOTHING]);
  expect(decoder.counts).toEqual({ decoded: 1, restarts: 1 });
});

test('a worker that never comes up is tried again and again', async () => {
  const { time, workers, offer } = open();
  for (let times = 0; times < 3; times++) {
    offer();
    await time.advance(HUNG_AFTER);
  }
  expect(workers).toHaveLength(4);
});

test('a worker of half an hour is replaced between two frames, with its last word heard', async () => {
  const { time, workers, readings, offer } = open();
  offer();
  workers[0]?.answer();
  await time.advance(WORKER_LIFE);
  expect(workers).toHaveLength(1);
  offer();
  workers[0]?.answer({ kind: 'text', text: 'FY1:B' });
  expect(readings.at(-1)).toEqual({ kind: 'text', text: 'FY1:B' });
  expect([workers.length, workers[0]?.isStopped]).toEqual([2, true]);
  offer();
  workers[1]?.answer();
  expect(readings).toHaveLength(3);
});

test('a closed decoder leaves neither worker nor timer behind', () => {
  const { time, workers, readings, decoder, offer } = open();
  offer();
  decoder.close();
  workers[0]?.answer();
  expect([time.pendingTimers(), workers[0]?.isStopped, readings]).toEqual([0, true, []]);
});
