import { FRAME_SIDE, type ReadAnswer, type ReadRequest } from './frame.ts';
import { createFrameReader } from './read-frame.ts';

/** Reads one frame after the other beside the page, so that the page never waits; the frame's memory goes back with the answer. */
const reader = createFrameReader(FRAME_SIDE);

addEventListener('message', ({ data }: MessageEvent<ReadRequest>) => {
  const { turn, frame } = data;
  const answer: ReadAnswer = { turn, frame, reading: reader.read(frame, turn) };
  postMessage(answer, { transfer: [frame.luminance.buffer] });
});
