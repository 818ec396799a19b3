import { expect, test } from 'vitest';
import { RefusalReason, VERDICT_OF_REASON, VerdictKind } from '#core/contract/admission.ts';
import { FACES, type Face, type FaceMotion, type FaceName, faceOf, type SoundName } from '../../../kiosk-ui/gate/faces.ts';
import { lengthOf, SOUNDS } from '../../../kiosk-ui/gate/sounds.ts';
import { shakesOf } from '../../../kiosk-ui/gate/vibration.ts';
import { FACE_TITLE, REFUSAL_TITLE } from '../../../kiosk-ui/text/gate.ts';

const faces = Object.entries(FACES) as [FaceName, Face][];
const pairs = faces.flatMap((a, index) => faces.slice(index + 1).map((b) => [a, b] as const));

type Rgb = readonly [number, number, number];
type Matrix = readonly [Rgb, Rgb, Rgb];

const mapRgb = ([a, b, c]: Rgb, change: (value: number) => number): Rgb => [change(a), change(b), change(c)];
const rgbOf = (hex: string): Rgb => mapRgb([1, 3, 5], (at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
const linear = (channel: number): number => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [r, g, blue] = rgbOf(hex);
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(blue);
  };
  return (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);
}

test.each(faces)('%s can be read: contrast of at least 4.5', (_, { ground, ink }) => {
  expect(contrast(ground, ink)).toBeGreaterThanOrEqual(4.5);
});

test('no two faces share a sign or a title, and none with a sound or a vibration shares it', () => {
  for (const [[aName, a], [bName, b]] of pairs) {
    const both = `${aName}, ${bName}`;
    expect(a.icon, both).not.toBe(b.icon);
    expect(FACE_TITLE[aName].zh, both).not.toBe(FACE_TITLE[bName].zh);
    expect(FACE_TITLE[aName].en, both).not.toBe(FACE_TITLE[bName].en);
    if (a.sound !== undefined && b.sound !== undefined) expect(SOUNDS[a.sound], both).not.toEqual(SOUNDS[b.sound]);
    if (a.vibration !== undefined && b.vibration !== undefined) expect(shakesOf(a.vibration), both).not.toEqual(shakesOf(b.vibration));
  }
});

test('what lets somebody in looks like nothing that does not', () => {
  const open: readonly FaceName[] = ['enter', 'enter-group', 'fire'];
  const grounds = (names: readonly FaceName[]) => new Set(names.map((name) => FACES[name].ground));
  const shut = faces.map(([name]) => name).filter((name) => !open.includes(name));
  expect([...grounds(open)].filter((ground) => grounds(shut).has(ground))).toEqual([]);
});

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear light. */
const VISION: Readonly<Record<string, Matrix>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** CIE L*a*b* (D65) of a colour as those eyes see it. */
function lab(hex: string, eyes: Matrix): Rgb {
  const light = mapRgb(rgbOf(hex), linear);
  const seen = ([x, y, z]: Rgb): number => Math.min(1, Math.max(0, x * light[0] + y * light[1] + z * light[2]));
  const [r, g, b] = [seen(eyes[0]), seen(eyes[1]), seen(eyes[2])];
  const response = (t: number): number => (t > 216 / 24_389 ? Math.cbrt(t) : (24_389 / 27 / 116) * t + 16 / 116);
  const x = response((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = response(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = response((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function distance(a: string, b: string, eyes: Matrix): number {
  const [p, q] = [lab(a, eyes), lab(b, eyes)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

/** Green and red of the usual gate are 11 apart for deuteranopes. */
const FAR_ENOUGH = 15;

test.each(Object.entries(VISION))('%s eyes tell any two faces apart by colour, or the colour is the same on purpose', (name, eyes) => {
  for (const [[aName, a], [bName, b]] of pairs) {
    if (a.ground === b.ground) continue;
    expect(distance(a.ground, b.ground, eyes), `${aName}, ${bName} for ${name} eyes`).toBeGreaterThan(FAR_ENOUGH);
  }
});

test('faces of one colour mean the same to somebody who sees nothing but the colour', () => {
  const groups = new Map<string, FaceName[]>();
  for (const [name, { ground }] of faces) groups.set(ground, [...(groups.get(ground) ?? []), name]);
  expect([...groups.values()].filter((names) => names.length > 1).map((names) => names.sort())).toEqual(
    [
      // Come to the reader.
      ['checking', 'not-a-ticket', 'not-passed', 'ready'],
      // Go.
      ['enter', 'enter-group', 'fire'],
      // Elsewhere, or at another time.
      ['wrong-place', 'wrong-time'],
      // Somebody is in there already.
      ['already-used', 'house-full', 'no-reentry'],
      // Something that the guest can do at once.
      ['needs-escort', 'other-form', 'stale-code'],
      // The lane itself does not work.
      ['no-link', 'not-released', 'out-of-service'],
    ].map((names) => names.sort()),
  );
});

/** Of every kind of verdict and every reason, whatever agent sends it. */
const verdictFaces = new Set<FaceName>([
  ...VerdictKind.options.map((kind) => faceOf(kind, undefined)),
  ...RefusalReason.options.map((reason) => faceOf(VERDICT_OF_REASON[reason], reason)),
]);

test.each([...verdictFaces])('the verdict %s can be seen, heard and felt', (name) => {
  const { sound, vibration } = FACES[name];
  expect(sound).toBeDefined();
  expect(vibration).toBeDefined();
});

test.each(RefusalReason.options)('no kind makes the refusal %s look like an admission', (reason) => {
  const ofRefusals = VerdictKind.options.filter((kind) => kind !== 'enter' && kind !== 'enter-group').map((kind) => faceOf(kind, reason));
  expect(ofRefusals.filter((face) => face === 'attention' || FACES[face].ground === FACES.enter.ground)).toEqual([]);
});

test('one long shake lets in, three short were in before, two long are not valid; only what lets in begins with a long one and goes on short', () => {
  expect([FACES.enter.vibration, FACES['already-used'].vibration, FACES.invalid.vibration]).toEqual([['-'], ['.', '.', '.'], ['-', '-']]);
  const shapes = faces.flatMap(([name, { vibration }]) => (vibration === undefined ? [] : [[name, vibration.join('')] as const]));
  expect(shapes.filter(([, shape]) => /^-\.*$/.test(shape)).map(([name]) => name)).toEqual(['enter', 'enter-group', 'attention']);
  expect(shakesOf(['-', '.'])).toEqual([360, 110, 90]);
});

test('nothing blinks more than three times a second', () => {
  const perSecond: Readonly<Record<FaceMotion, number>> = { none: 0, breathe: 0, turn: 0, walk: 0, 'blink-1': 1, 'blink-2': 2 };
  for (const [, { motion }] of faces) expect(perSecond[motion]).toBeLessThanOrEqual(3);
});

test('a title is at most six English words and nine Chinese characters', () => {
  for (const { zh, en } of [...Object.values(FACE_TITLE), ...Object.values(REFUSAL_TITLE)]) {
    expect(en.split(' ').filter((word) => word !== '–').length, en).toBeLessThanOrEqual(6);
    expect(zh.length, zh).toBeLessThanOrEqual(9);
  }
});

test('every sound has a shape of its own, within a second and within what a small loudspeaker can do', () => {
  const shapes = Object.values(SOUNDS).map((notes) => JSON.stringify(notes));
  expect(new Set(shapes).size).toBe(shapes.length);
  for (const [name, notes] of Object.entries(SOUNDS) as [SoundName, (typeof SOUNDS)[SoundName]][]) {
    expect(lengthOf(notes), name).toBeLessThanOrEqual(900);
    for (const { hz, toHz = hz } of notes) expect(Math.min(hz, toHz) >= 190 && Math.max(hz, toHz) <= 1_000, name).toBe(true);
  }
});
