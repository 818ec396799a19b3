import type { Decoder } from './decoder.ts';
import { FRAME_SIDE, type Frame } from './frame.ts';

/** Hands the middle of what a video shows to the decoder, ten to fifteen times a second, and never more often than the decoder is free. */
export interface FrameSource {
  close(): void;
}

const FRAME_EVERY_MS = 72;

export function startFrames(video: HTMLVideoElement, decoder: Decoder): FrameSource {
  const canvas = document.createElement('canvas');
  canvas.width = FRAME_SIDE;
  canvas.height = FRAME_SIDE;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  let isClosed = false;
  let lastAt = -FRAME_EVERY_MS;

  const look = (): void => {
    if (isClosed) return;
    const now = performance.now();
    if (pen !== null && video.videoWidth > 0 && now - lastAt >= FRAME_EVERY_MS) {
      const frame = decoder.take();
      if (frame !== undefined) {
        lastAt = now;
        drawMiddle(pen, video);
        copyLuminance(pen, frame);
        decoder.offer(frame);
      }
    }
    next();
  };
  /** With every new picture where the browser tells of them; otherwise by the clock. */
  const next = (): void => {
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(look);
    else setTimeout(look, FRAME_EVERY_MS);
  };
  next();
  return {
    close: () => {
      isClosed = true;
    },
  };
}

function drawMiddle(pen: CanvasRenderingContext2D, video: HTMLVideoElement): void {
  const side = Math.min(video.videoWidth, video.videoHeight);
  const left = (video.videoWidth - side) / 2;
  const top = (video.videoHeight - side) / 2;
  pen.drawImage(video, left, top, side, side, 0, 0, FRAME_SIDE, FRAME_SIDE);
}

/** ITU-R BT.601 luma in whole numbers: 77, 150 and 29 of 256. */
function copyLuminance(pen: CanvasRenderingContext2D, { side, luminance }: Frame): void {
  const { data } = pen.getImageData(0, 0, side, side);
  for (let pixel = 0; pixel < luminance.length; pixel++) {
    const at = pixel * 4;
    luminance[pixel] = ((data[at] ?? 0) * 77 + (data[at + 1] ?? 0) * 150 + (data[at + 2] ?? 0) * 29) >> 8;
  }
}
