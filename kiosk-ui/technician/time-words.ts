import type { BothLanguages } from '#core/contract/values.ts';
import { technician } from '../text/technician.ts';

/** A span in its largest unit that says enough: `45 s`, `12 min`, `5 h`, `3 d`. A clock that was set back gives no negative spans. */
export function spanWords(ms: number): BothLanguages {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 120) return technician.secondsLong(String(seconds));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return technician.minutesLong(String(minutes));
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? technician.hoursLong(String(hours)) : technician.daysLong(String(Math.floor(hours / 24)));
}

export function agoWords(iso: string, now: number): BothLanguages {
  const { zh, en } = spanWords(now - Date.parse(iso));
  return technician.ago(zh, en);
}
