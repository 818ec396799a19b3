import type { VerdictKind } from '#core/contract/admission.ts';

/**
 * Everything that a gate screen can say, as one closed table: ground, ink, icon, motion and sound of each face. Text stands in `text/gate.ts`. Colour
 * alone never decides: icon, words and sound of any two faces differ as well. The colours are Okabe and Ito's, chosen so that people with any kind of
 * colour vision can tell them apart; the ink is the one of black and white that is easier to read on each.
 */
export type FaceName =
  | VerdictKind
  | 'no-reentry'
  | 'ready'
  | 'checking'
  | 'not-passed'
  | 'not-released'
  | 'forced'
  | 'out-of-service'
  | 'fire'
  | 'no-link';

export type FaceIcon =
  | 'phone-to-reader'
  | 'ring'
  | 'tick-arrow'
  | 'people-arrow'
  | 'id-card'
  | 'clock'
  | 'door-arrow'
  | 'used-twice'
  | 'turn-back'
  | 'cross'
  | 'question'
  | 'phone-not'
  | 'step-back'
  | 'barrier'
  | 'alert'
  | 'cone'
  | 'way-out'
  | 'unplugged';

/** `blink-1` and `blink-2` are times a second; three would be the limit (WCAG 2.3.1). */
export type FaceMotion = 'breathe' | 'turn' | 'walk' | 'blink-1' | 'blink-2' | 'none';

/** A tune of plain notes; see `sounds.ts`. */
export type SoundName =
  | 'two-rising'
  | 'three-rising'
  | 'one-middle'
  | 'two-equal'
  | 'two-equal-low'
  | 'three-short'
  | 'low-then-short'
  | 'falling'
  | 'up-and-down'
  | 'short-low'
  | 'siren';

export interface Face {
  /** sRGB, `#rrggbb`. */
  readonly ground: string;
  readonly ink: '#000000' | '#ffffff';
  readonly icon: FaceIcon;
  readonly motion: FaceMotion;
  /** Missing where silence is right: nothing happened, or an alarm of its own sounds. */
  readonly sound?: SoundName;
}

const NAVY = '#1b2a49';
const GREEN = '#009e73';
const YELLOW = '#f0e442';
const BLUE = '#0072b2';
const ORANGE = '#e69f00';
const VERMILLION = '#d55e00';
const PURPLE = '#cc79a7';
const GREY = '#595959';
const BLACK = '#000000';
const WHITE = '#ffffff';

export const FACES: Readonly<Record<FaceName, Face>> = {
  ready: { ground: NAVY, ink: WHITE, icon: 'phone-to-reader', motion: 'breathe' },
  checking: { ground: NAVY, ink: WHITE, icon: 'ring', motion: 'turn' },
  enter: { ground: GREEN, ink: BLACK, icon: 'tick-arrow', motion: 'walk', sound: 'two-rising' },
  'enter-group': { ground: GREEN, ink: BLACK, icon: 'people-arrow', motion: 'walk', sound: 'three-rising' },
  attention: { ground: YELLOW, ink: BLACK, icon: 'id-card', motion: 'none', sound: 'one-middle' },
  'wrong-time': { ground: BLUE, ink: WHITE, icon: 'clock', motion: 'none', sound: 'two-equal' },
  'wrong-place': { ground: BLUE, ink: WHITE, icon: 'door-arrow', motion: 'none', sound: 'two-equal-low' },
  'already-used': { ground: ORANGE, ink: BLACK, icon: 'used-twice', motion: 'blink-1', sound: 'three-short' },
  'no-reentry': { ground: ORANGE, ink: BLACK, icon: 'turn-back', motion: 'blink-1', sound: 'low-then-short' },
  invalid: { ground: VERMILLION, ink: BLACK, icon: 'cross', motion: 'blink-2', sound: 'falling' },
  'cannot-verify': { ground: PURPLE, ink: BLACK, icon: 'question', motion: 'none', sound: 'up-and-down' },
  'not-a-ticket': { ground: NAVY, ink: WHITE, icon: 'phone-not', motion: 'none', sound: 'short-low' },
  'not-passed': { ground: NAVY, ink: WHITE, icon: 'step-back', motion: 'none' },
  'not-released': { ground: GREY, ink: WHITE, icon: 'barrier', motion: 'none' },
  forced: { ground: BLACK, ink: WHITE, icon: 'alert', motion: 'blink-1', sound: 'siren' },
  'out-of-service': { ground: GREY, ink: WHITE, icon: 'cone', motion: 'none' },
  fire: { ground: GREEN, ink: BLACK, icon: 'way-out', motion: 'walk' },
  'no-link': { ground: GREY, ink: WHITE, icon: 'unplugged', motion: 'none' },
};
