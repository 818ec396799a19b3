import { type ReadonlySignal, signal } from '@preact/signals';
import type { SoundName } from './faces.ts';
import { SOUNDS } from './sounds.ts';

/** The gate's voice. A browser that was not started for a kiosk stays mute until somebody has touched the page: `isMuted` says so. */
export interface SoundPlayer {
  readonly isMuted: ReadonlySignal<boolean>;
  play(name: SoundName): void;
  /** To be called from a touch or a key. */
  unmute(): void;
  close(): void;
}

/** Always the same, whatever anybody turned: 0 dB is full scale and a triangle wave at a third of it is loud enough and clean. */
const VOLUME = 0.34;
/** Slopes at both ends of a note, without which a loudspeaker clicks. */
const SLOPE_S = 0.012;

export function createSoundPlayer(): SoundPlayer {
  const context = new AudioContext();
  const isMuted = signal(context.state !== 'running');
  const follow = (): void => {
    isMuted.value = context.state !== 'running';
  };
  context.addEventListener('statechange', follow);

  const play = (name: SoundName): void => {
    // Notes of a context that does not run would all sound at once when it is let loose.
    if (context.state !== 'running') return;
    const now = context.currentTime + 0.01;
    for (const { hz, toHz, at, ms } of SOUNDS[name]) {
      const begin = now + at / 1_000;
      const end = begin + ms / 1_000;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.type = 'triangle';
      tone.frequency.setValueAtTime(hz, begin);
      if (toHz !== undefined) tone.frequency.linearRampToValueAtTime(toHz, end);
      volume.gain.setValueAtTime(0, begin);
      volume.gain.linearRampToValueAtTime(VOLUME, begin + SLOPE_S);
      volume.gain.setValueAtTime(VOLUME, end - SLOPE_S);
      volume.gain.linearRampToValueAtTime(0, end);
      tone.connect(volume).connect(context.destination);
      tone.start(begin);
      tone.stop(end);
    }
  };

  return {
    isMuted,
    play,
    unmute: () => void context.resume(),
    close: () => {
      context.removeEventListener('statechange', follow);
      void context.close();
    },
  };
}
