import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Agent } from '../../agent/agent.ts';
import { type Camera, type CameraTrouble, openCamera } from './camera.ts';
import { createDecoder, type ReaderWorker } from './decoder.ts';
import type { ReadAnswer, Sight } from './frame.ts';
import { startFrames } from './frame-source.ts';
import { createSeenCodes } from './seen-codes.ts';

interface Common {
  readonly video: RefObject<HTMLVideoElement | null>;
}

export type CameraState =
  | (Common & { readonly at: 'starting' })
  | (Common & {
      readonly at: 'open';
      readonly hasTorch: boolean;
      readonly isLit: boolean;
      readonly sight: Sight;
      readonly switchTorch: () => void;
    })
  | (Common & { readonly at: 'trouble'; readonly trouble: CameraTrouble; readonly again: () => void });

type Opening =
  | { readonly at: 'starting' }
  | { readonly at: 'open'; readonly camera: Camera }
  | { readonly at: 'trouble'; readonly trouble: CameraTrouble };

/** A third of a second. */
const STEADY_FRAMES = 4;

/** The camera for as long as the component lives. Every code that comes into sight is told once. */
export function useCamera(onCode: (code: string) => void, { clock, timers }: Agent): CameraState {
  const video = useRef<HTMLVideoElement>(null);
  const tell = useRef(onCode);
  tell.current = onCode;
  const [opening, setOpening] = useState<Opening>({ at: 'starting' });
  const [attempt, setAttempt] = useState(0);
  const [isLit, setLit] = useState(false);
  const [sight, setSight] = useState<Sight>('nothing');

  useEffect(() => {
    let isOver = false;
    let camera: Camera | undefined;
    setOpening({ at: 'starting' });
    void openCamera(() => setOpening({ at: 'trouble', trouble: 'absent' })).then((answer) => {
      if (answer.kind === 'trouble') {
        if (!isOver) setOpening({ at: 'trouble', trouble: answer.trouble });
        return;
      }
      camera = answer.camera;
      if (isOver) camera.close();
      else setOpening({ at: 'open', camera });
    });
    return () => {
      isOver = true;
      setLit(false);
      camera?.close();
    };
  }, [attempt]);

  useEffect(() => {
    const screen = video.current;
    if (opening.at !== 'open' || screen === null) return;
    screen.srcObject = opening.camera.stream;
    const seen = createSeenCodes();
    let last: Sight = 'nothing';
    let same = 0;
    const decoder = createDecoder({
      clock,
      timers,
      startWorker,
      onReading: (reading) => {
        const sees: Sight = reading.kind === 'none' ? reading.sight : 'nothing';
        same = sees === last ? same + 1 : 1;
        last = sees;
        // A hint that changes with every frame says nothing, and a camera's first frames are black.
        if (same >= STEADY_FRAMES) setSight(sees);
        if (reading.kind === 'none') return;
        if (seen.isNew(reading.text, clock.monotonic())) tell.current(reading.text);
      },
    });
    const frames = startFrames(screen, decoder);
    return () => {
      frames.close();
      decoder.close();
      screen.srcObject = null;
    };
  }, [opening, clock, timers]);

  switch (opening.at) {
    case 'starting':
      return { at: 'starting', video };
    case 'trouble':
      return { ...opening, video, again: () => setAttempt(attempt + 1) };
    case 'open':
      return {
        at: 'open',
        video,
        hasTorch: opening.camera.hasTorch,
        isLit,
        sight,
        switchTorch: () => {
          void opening.camera.setTorch(!isLit).then((done) => {
            if (done) setLit(!isLit);
          });
        },
      };
  }
}

function startWorker(onAnswer: (answer: ReadAnswer) => void): ReaderWorker {
  const worker = new Worker(new URL('./decode-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<ReadAnswer>) => onAnswer(data));
  return {
    post: (request) => worker.postMessage(request, [request.frame.luminance.buffer]),
    stop: () => worker.terminate(),
  };
}
