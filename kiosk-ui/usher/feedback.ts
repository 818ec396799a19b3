import type { Verdict } from '#core/contract/admission.ts';
import { FACES, faceOf } from '../gate/faces.ts';
import type { SoundPlayer } from '../gate/sound-player.ts';
import { shakesOf } from '../gate/vibration.ts';

/** A verdict in the ear and in the hand, the same as at every gate of the house. iPhones have no motor for pages; the sound says it alone there. */
export function feel({ kind, reason }: Verdict, sounds: SoundPlayer): void {
  const { sound, vibration } = FACES[faceOf(kind, reason)];
  if (sound !== undefined) sounds.play(sound);
  if (vibration !== undefined && 'vibrate' in navigator) navigator.vibrate([...shakesOf(vibration)]);
}
