import type { RefusalReason, VerdictKind } from '#core/contract/admission.ts';

/**
 * Everything that a gate screen or a hand-held one can say, as one closed table: ground, ink, icon, motion, sound and vibration of each face. Text
 * stands in `text/gate.ts`. Colour alone never decides: icon, words, sound and vibration of any two faces differ as well. The colours are Okabe and Ito's
 * and one pale blue, chosen so that people with any kind of colour vision can tell them apart; the ink is the one of black and white that is easier to
 * read on each. Green lets in, yellow lets in after a look at a card; pale blue asks for something that the guest can do at once; orange says that somebody
 * has been let in already.
 */
export type FaceName =
  | VerdictKind
  | 'no-reentry'
  | 'stale-code'
  | 'other-form'
  | 'needs-escort'
  | 'house-full'
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
  | 'phone-refresh'
  | 'paper-or-phone'
  | 'grown-up-child'
  | 'seats-full'
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
  | 'high-low-high'
  | 'short-short-long'
  | 'long-short-short'
  | 'four-low'
  | 'falling'
  | 'up-and-down'
  | 'short-low'
  | 'siren';

/** A vibration in the hand: long and short shakes, as in Morse's alphabet; see `vibration.ts`. One long lets in, three short were in before, two long are not valid. */
export type Shake = '-' | '.';
export type Vibration = readonly [Shake, ...Shake[]];

export interface Face {
  /** sRGB, `#rrggbb`. */
  readonly ground: string;
  readonly ink: '#000000' | '#ffffff';
  readonly icon: FaceIcon;
  readonly motion: FaceMotion;
  /** Missing where silence is right: nothing happened, or an alarm of its own sounds. */
  readonly sound?: SoundName;
  /** Of verdicts, which an usher holds in the hand. */
  readonly vibration?: Vibration;
}

const NAVY = '#1b2a49';
const GREEN = '#009e73';
const YELLOW = '#f0e442';
const BLUE = '#0072b2';
const ORANGE = '#e69f00';
const VERMILLION = '#d55e00';
const PALE = '#b7e0f7';
const PURPLE = '#cc79a7';
const GREY = '#595959';
const BLACK = '#000000';
const WHITE = '#ffffff';

export const FACES: Readonly<Record<FaceName, Face>> = {
  ready: { ground: NAVY, ink: WHITE, icon: 'phone-to-reader', motion: 'breathe' },
  checking: { ground: NAVY, ink: WHITE, icon: 'ring', motion: 'turn' },
  enter: { ground: GREEN, ink: BLACK, icon: 'tick-arrow', motion: 'walk', sound: 'two-rising', vibration: ['-'] },
  'enter-group': { ground: GREEN, ink: BLACK, icon: 'people-arrow', motion: 'walk', sound: 'three-rising', vibration: ['-', '.'] },
  attention: { ground: YELLOW, ink: BLACK, icon: 'id-card', motion: 'none', sound: 'one-middle', vibration: ['-', '.', '.'] },
  'wrong-time': { ground: BLUE, ink: WHITE, icon: 'clock', motion: 'none', sound: 'two-equal', vibration: ['.', '-'] },
  'wrong-place': { ground: BLUE, ink: WHITE, icon: 'door-arrow', motion: 'none', sound: 'two-equal-low', vibration: ['.', '-', '.'] },
  'already-used': { ground: ORANGE, ink: BLACK, icon: 'used-twice', motion: 'blink-1', sound: 'three-short', vibration: ['.', '.', '.'] },
  'no-reentry': { ground: ORANGE, ink: BLACK, icon: 'turn-back', motion: 'blink-1', sound: 'low-then-short', vibration: ['.', '.', '.', '-'] },
  'stale-code': { ground: PALE, ink: BLACK, icon: 'phone-refresh', motion: 'none', sound: 'high-low-high', vibration: ['.', '.'] },
  'other-form': { ground: PALE, ink: BLACK, icon: 'paper-or-phone', motion: 'none', sound: 'short-short-long', vibration: ['.', '.', '-'] },
  'needs-escort': { ground: PALE, ink: BLACK, icon: 'grown-up-child', motion: 'none', sound: 'long-short-short', vibration: ['.', '-', '-'] },
  'house-full': { ground: ORANGE, ink: BLACK, icon: 'seats-full', motion: 'none', sound: 'four-low', vibration: ['.', '.', '.', '.'] },
  invalid: { ground: VERMILLION, ink: BLACK, icon: 'cross', motion: 'blink-2', sound: 'falling', vibration: ['-', '-'] },
  'cannot-verify': { ground: PURPLE, ink: BLACK, icon: 'question', motion: 'none', sound: 'up-and-down', vibration: ['-', '-', '-'] },
  'not-a-ticket': { ground: NAVY, ink: WHITE, icon: 'phone-not', motion: 'none', sound: 'short-low', vibration: ['.'] },
  'not-passed': { ground: NAVY, ink: WHITE, icon: 'step-back', motion: 'none' },
  'not-released': { ground: GREY, ink: WHITE, icon: 'barrier', motion: 'none' },
  forced: { ground: BLACK, ink: WHITE, icon: 'alert', motion: 'blink-1', sound: 'siren' },
  'out-of-service': { ground: GREY, ink: WHITE, icon: 'cone', motion: 'none' },
  fire: { ground: GREEN, ink: BLACK, icon: 'way-out', motion: 'walk' },
  'no-link': { ground: GREY, ink: WHITE, icon: 'unplugged', motion: 'none' },
};

/** The reasons whose face is not that of their verdict, because the guest must do something of its own. None of them lets anybody in. */
const FACE_OF_REASON: Partial<Readonly<Record<RefusalReason, FaceName>>> = {
  'stale-code': 'stale-code',
  'wrong-form': 'other-form',
  'house-full': 'house-full',
  'no-reentry': 'no-reentry',
  'needs-escort': 'needs-escort',
};

/** Yellow means "let in, after a look": a refusal of that kind which has no face of its own is shown as one that nobody can decide. */
export function faceOf(kind: VerdictKind, reason: RefusalReason | undefined): FaceName {
  if (reason === undefined) return kind;
  return FACE_OF_REASON[reason] ?? (kind === 'attention' ? 'cannot-verify' : kind);
}
