import { seededChance } from '../programme/chance.ts';
import type { Lettering } from './lettering.ts';
import type { Palette, Scene } from './scene.ts';
import { deepTide } from './scenes/deep-tide.ts';
import { envelopes } from './scenes/envelopes.ts';
import { farSide } from './scenes/far-side.ts';
import { foxAndMoon } from './scenes/fox-and-moon.ts';
import { halfRecord } from './scenes/half-record.ts';
import { hourglass } from './scenes/hourglass.ts';
import { kite } from './scenes/kite.ts';
import { mountains } from './scenes/mountains.ts';
import { neonAlley } from './scenes/neon-alley.ts';
import { nightTrain } from './scenes/night-train.ts';
import { rainyShop } from './scenes/rainy-shop.ts';
import { sevenDiscs } from './scenes/seven-discs.ts';

/** How the poster of a film looks: a picture, its colours and its lettering belong together and are chosen together. */
export interface Look {
  readonly scene: Scene;
  readonly palette: Palette;
  readonly lettering: Lettering;
}

const LOOKS: Readonly<Record<string, Look>> = {
  '051300412026': {
    scene: farSide,
    palette: { ground: '#060913', deep: '#141d3b', mid: '#46547d', soft: '#a9b4d0', glow: '#eef2ff', accent: '#ff9d5c', title: '#ffffff' },
    lettering: {
      place: 'bottom',
      align: 'middle',
      family: 'serif',
      weight: 900,
      size: 66,
      tracking: 0.16,
      englishSize: 14,
      english: 'capitals',
      title: '#ffffff',
      words: '#c9d3f2',
    },
  },
  '001100732026': {
    scene: mountains,
    palette: { ground: '#0c1a2e', deep: '#1d3a5f', mid: '#5b7fa6', soft: '#c3d3e6', glow: '#fff3df', accent: '#f0936b', title: '#ffffff' },
    lettering: {
      place: 'column-left',
      align: 'start',
      family: 'serif',
      weight: 900,
      size: 58,
      tracking: 0.12,
      englishSize: 25,
      english: 'as written',
      title: '#ffffff',
      words: '#fff3df',
    },
  },
  '001101152026': {
    scene: neonAlley,
    palette: { ground: '#0a0614', deep: '#1c1038', mid: '#4a1d6b', soft: '#38e1ff', glow: '#ffe9c2', accent: '#ff3d8b', title: '#ffe9c2' },
    lettering: {
      place: 'bottom',
      align: 'start',
      family: 'sans',
      weight: 900,
      size: 62,
      tracking: 0.02,
      englishSize: 17,
      english: 'capitals',
      title: '#ffe9c2',
      words: '#ff9cc4',
    },
  },
  '051200882026': {
    scene: deepTide,
    palette: { ground: '#04182b', deep: '#0a3a5a', mid: '#12698c', soft: '#3fb6c6', glow: '#f4ffe0', accent: '#ffb59a', title: '#f4ffe0' },
    lettering: {
      place: 'bottom',
      align: 'middle',
      family: 'serif',
      weight: 700,
      size: 64,
      tracking: 0.1,
      englishSize: 21,
      english: 'as written',
      title: '#f4ffe0',
      words: '#aee6e6',
    },
  },
  '001200362026': {
    scene: foxAndMoon,
    palette: { ground: '#0b1f2e', deep: '#14424f', mid: '#3c8a83', soft: '#e9c984', glow: '#fff4cf', accent: '#f2793a', title: '#fff4cf' },
    lettering: {
      place: 'bottom',
      align: 'middle',
      family: 'sans',
      weight: 900,
      size: 38,
      tracking: 0.02,
      englishSize: 17,
      english: 'as written',
      title: '#fff4cf',
      words: '#f7b98a',
    },
  },
  '051101272026': {
    scene: kite,
    palette: { ground: '#1f3d36', deep: '#3f7a58', mid: '#3f9bd0', soft: '#9fd3ea', glow: '#fff2c4', accent: '#e8452f', title: '#17324a' },
    lettering: {
      place: 'column-left',
      align: 'start',
      family: 'serif',
      weight: 900,
      size: 52,
      tracking: 0.1,
      englishSize: 22,
      english: 'as written',
      title: '#123a5a',
      words: '#fff7dc',
    },
  },
  '001100542026': {
    scene: nightTrain,
    palette: { ground: '#141b2d', deep: '#2b3a5c', mid: '#7a5c86', soft: '#3f7d5e', glow: '#ffe0a1', accent: '#ec8a6a', title: '#ffe9c4' },
    lettering: {
      place: 'bottom',
      align: 'start',
      family: 'serif',
      weight: 700,
      size: 60,
      tracking: 0.06,
      englishSize: 20,
      english: 'as written',
      title: '#ffe9c4',
      words: '#f3cdb4',
    },
  },
  '051300932026': {
    scene: hourglass,
    palette: { ground: '#1c0710', deep: '#5a1020', mid: '#9c2626', soft: '#e9a04f', glow: '#ffe6ac', accent: '#e2702f', title: '#ffe6ac' },
    lettering: {
      place: 'bottom',
      align: 'middle',
      family: 'serif',
      weight: 900,
      size: 58,
      tracking: 0.18,
      englishSize: 15,
      english: 'capitals',
      title: '#ffe6ac',
      words: '#f0b27a',
      heightMax: 150,
    },
  },
  '001101042026': {
    scene: envelopes,
    palette: { ground: '#17171c', deep: '#2c2c35', mid: '#6d6a66', soft: '#cfc6b4', glow: '#f1eadb', accent: '#d4202c', title: '#17171c' },
    lettering: {
      place: 'bottom',
      align: 'start',
      family: 'sans',
      weight: 900,
      size: 48,
      tracking: 0,
      englishSize: 19,
      english: 'as written',
      title: '#17171c',
      words: '#d4202c',
      heightMax: 150,
    },
  },
  '051101382026': {
    scene: halfRecord,
    palette: { ground: '#15202b', deep: '#28404e', mid: '#f7f0df', soft: '#e9b44c', glow: '#f4e6c8', accent: '#e4572e', title: '#15202b' },
    lettering: {
      place: 'bottom',
      align: 'start',
      family: 'sans',
      weight: 900,
      size: 84,
      tracking: 0,
      englishSize: 20,
      english: 'as written',
      title: '#15202b',
      words: '#15202b',
      heightMax: 170,
    },
  },
  '001101462026': {
    scene: rainyShop,
    palette: { ground: '#0d1630', deep: '#1f2f57', mid: '#5b78b8', soft: '#8fd0c8', glow: '#fff0bd', accent: '#f0583f', title: '#fff0bd' },
    lettering: {
      breaks: ['我在凌晨四点的便利店里', '学会了煮面、告别', '和关于下雨的一切'],
      place: 'top',
      align: 'start',
      family: 'sans',
      weight: 900,
      size: 36,
      tracking: 0,
      englishSize: 14,
      english: 'as written',
      title: '#fff0bd',
      words: '#a9bde8',
      heightMax: 200,
    },
  },
  '001100202026': {
    scene: sevenDiscs,
    palette: { ground: '#101014', deep: '#2b2d42', mid: '#3a6ea5', soft: '#7cc6a4', glow: '#f5efe0', accent: '#f25f3a', title: '#f5efe0' },
    lettering: {
      breaks: ['半小时宇宙：', '短片辑'],
      place: 'bottom',
      align: 'start',
      family: 'sans',
      weight: 900,
      size: 44,
      tracking: 0,
      englishSize: 17,
      english: 'as written',
      title: '#f5efe0',
      words: '#f2a58c',
      heightMax: 150,
    },
  },
};

/** A film that nobody drew a poster for gets one of the looks, always the same. */
export function lookOf(filmId: string): Look {
  const own = LOOKS[filmId];
  if (own !== undefined) return own;
  const all = Object.values(LOOKS);
  const borrowed = all[seededChance(...seedOf(filmId)).below(all.length)];
  if (borrowed === undefined) throw new RangeError('there is no look to borrow');
  return borrowed;
}

export function seedOf(filmId: string): number[] {
  return [...filmId].map((character) => character.charCodeAt(0));
}
