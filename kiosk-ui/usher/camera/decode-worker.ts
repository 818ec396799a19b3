import program from 'zxing-wasm/reader/zxing_reader.wasm?url';
import { FRAME_SIDE, type ReadAnswer, type ReadRequest } from './frame.ts';
import { createFrameReader } from './read-frame.ts';
import { createTwoReaders } from './two-readers.ts';
import { openWasmReader } from './wasm-reader.ts';

/**
 * Reads one frame after the other beside the page, so that the page never waits; the frame's memory goes back with the answer. Its name is known to the
 * agent (`local-api/door.ts`), which lets this script alone compile WebAssembly.
 */
const reader = createTwoReaders({
  first: createFrameReader(FRAME_SIDE),
  openSecond: async () => {
    const answer = await fetch(program);
    if (!answer.ok) throw new Error(`${program}: status ${answer.status}`);
    return await openWasmReader(FRAME_SIDE, await answer.arrayBuffer());
  },
  onTrouble: reportError,
});

addEventListener('message', ({ data }: MessageEvent<ReadRequest>) => {
  void answer(data);
});

/** What fails here stays unanswered, and the page starts another worker. */
async function answer({ turn, frame }: ReadRequest): Promise<void> {
  const answered: ReadAnswer = { turn, frame, reading: await reader.read(frame, turn) };
  postMessage(answered, { transfer: [frame.luminance.buffer] });
}
