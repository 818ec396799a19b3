import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { FRAME_SIDE, type Frame, type Reading } from '../../../../kiosk-ui/usher/camera/frame.ts';
import { createFrameReader } from '../../../../kiosk-ui/usher/camera/read-frame.ts';
import { createTwoReaders, MISSES_UNTIL_ASKED_AGAIN } from '../../../../kiosk-ui/usher/camera/two-readers.ts';
import { openWasmReader, type WasmReader } from '../../../../kiosk-ui/usher/camera/wasm-reader.ts';
import { createDice, drawFrame, FARTHEST_TILT, ticketText } from './draw-code.ts';

const FRAME: Frame = { side: 1, luminance: new Uint8ClampedArray(1) };
const MISS: Reading = { kind: 'none', sight: 'part-of-a-code' };

function open() {
  const asked: { arrive(reader: WasmReader): void; fail(cause: Error): void }[] = [];
  const troubles: unknown[] = [];
  const readings: Reading[] = [];
  const readers = createTwoReaders({
    first: { read: () => readings.shift() ?? MISS },
    openSecond: () => new Promise((arrive, fail) => asked.push({ arrive, fail })),
    onTrouble: (cause) => troubles.push(cause),
  });
  return { asked, troubles, readings, read: () => readers.read(FRAME, 0) };
}

test('whoever is read by the first reader needs no second one', async () => {
  const { asked, readings, read } = open();
  readings.push({ kind: 'text', text: 'A' });
  expect(await read()).toEqual({ kind: 'text', text: 'A' });
  expect(asked).toHaveLength(0);
});

test('the second reader is asked for at the first miss, nobody waits for it, and it reads what the first one misses', async () => {
  const { asked, readings, read } = open();
  expect([await read(), await read()]).toEqual([MISS, MISS]);
  expect(asked).toHaveLength(1);
  asked[0]?.arrive(async () => 'B');
  await Promise.resolve();
  expect(await read()).toEqual({ kind: 'text', text: 'B' });
  readings.push({ kind: 'text', text: 'A' });
  expect(await read()).toEqual({ kind: 'text', text: 'A' });
});

test('what neither reads is what the first one saw', async () => {
  const { asked, read } = open();
  await read();
  asked[0]?.arrive(async () => undefined);
  await Promise.resolve();
  expect(await read()).toEqual(MISS);
});

test('a second reader that cannot be had is told of, and asked for again after a hundred misses', async () => {
  const { asked, troubles, read } = open();
  await read();
  asked[0]?.fail(new Error('no network'));
  await Promise.resolve();
  for (let misses = 0; misses < MISSES_UNTIL_ASKED_AGAIN; misses++) expect(await read()).toEqual(MISS);
  expect([troubles, asked.length]).toEqual([[new Error('no network')], 1]);
  await read();
  expect(asked).toHaveLength(2);
});

test('zxing-wasm reads a ticket that is tilted too far for the library', async () => {
  const file = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  const second = await openWasmReader(FRAME_SIDE, new Uint8Array(file).buffer);
  const dice = createDice(17);
  const text = ticketText('phone', dice);
  const frame = drawFrame(text, FRAME_SIDE, FARTHEST_TILT, dice);
  const first = createFrameReader(FRAME_SIDE);
  expect(Array.from({ length: 15 }, (_, turn) => first.read(frame, turn).kind)).not.toContain('text');
  const readers = createTwoReaders({ first, openSecond: async () => second, onTrouble: (cause) => expect.unreachable(String(cause)) });
  await readers.read(frame, 0);
  expect(await readers.read(frame, 1)).toEqual({ kind: 'text', text });
});
