import { Film } from '#core/contract/box-office/programme.ts';
import type { BothLanguages } from '#core/contract/values.ts';

/** The films of the built-in cinema. All of them are invented; none is meant to be like a real one. */

export type Format = '2D' | '3D' | 'IMAX' | 'DOLBY';

/** One way in which a film is shown: a film has as many as it has copies. */
export interface FilmVersion {
  readonly film: Film;
  readonly language: BothLanguages;
  readonly format: readonly Format[];
  /** Screens that have this copy. */
  readonly screens: readonly string[];
  /** How often it is chosen, beside the others of the same screen. */
  readonly popularity: number;
  /** `morning`: starts before 17:30 only, as children's films do; `evening`: from 17:30 on. */
  readonly daypart: 'any' | 'morning' | 'evening';
}

const MANDARIN: BothLanguages = { zh: '国语', en: 'Mandarin' };
const ENGLISH: BothLanguages = { zh: '英语 中字', en: 'English, Chinese subtitles' };
const JAPANESE: BothLanguages = { zh: '日语 中字', en: 'Japanese, Chinese subtitles' };
const NO_WORDS: BothLanguages = { zh: '无对白', en: 'No dialogue' };

const RATINGS = {
  all: { label: '0+', advice: { zh: '适合所有年龄观看', en: 'Suitable for everyone' } },
  guided: { label: '7+', advice: { zh: '七岁以下儿童建议由家长陪同观看', en: 'Under 7: better with an adult' } },
  teen: { label: '13+', advice: { zh: '含紧张场面，十三岁以下不建议观看', en: 'Tense scenes: not advised under 13' } },
  grown: { label: '16+', advice: { zh: '含惊悚与暴力内容，十六岁以下不建议观看', en: 'Frightening and violent scenes: not advised under 16' } },
} as const;

/** Films that are not advised for children: the cinema lets them in with their parents only. */
export function isForGrownUps({ rating }: Film): boolean {
  return rating.label === RATINGS.grown.label;
}

/** @param id as `FilmId`: country (001 China, 051 elsewhere), format, serial, year. */
function film(id: string, words: Omit<Film, 'id' | 'poster' | 'rating'>, rating: keyof typeof RATINGS): Film {
  return Film.parse({ id, ...words, rating: RATINGS[rating], poster: `/v1/posters/${id}.svg` });
}

const FAR_SIDE = film(
  '051300412026',
  {
    title: { zh: '月背来信', en: 'Letters from the Far Side' },
    tagline: { zh: '三十八万公里外，有人还在等回音', en: 'Somebody out there is still waiting for an answer' },
    runningTime: 138,
    genre: { zh: '科幻 / 剧情', en: 'Science fiction, drama' },
  },
  'guided',
);
const SNOW_LINE = film(
  '001100732026',
  {
    title: { zh: '雪线以上', en: 'Above the Snow Line' },
    tagline: { zh: '最后四百米，没有路，只有人', en: 'The last four hundred metres have no path' },
    runningTime: 124,
    genre: { zh: '冒险 / 纪实', en: 'Adventure' },
  },
  'guided',
);
const NEON_LANE = film(
  '001101152026',
  {
    title: { zh: '霓虹巷七号', en: 'No. 7 Neon Lane' },
    tagline: { zh: '这条街从不关灯，也从不说真话', en: 'A street that never sleeps and never tells the truth' },
    runningTime: 117,
    genre: { zh: '悬疑 / 犯罪', en: 'Mystery, crime' },
  },
  'teen',
);
const DEEP_TIDE = film(
  '051200882026',
  {
    title: { zh: '潮底有光', en: 'A Light Below the Tide' },
    tagline: { zh: '越往深处，越亮', en: 'The deeper you go, the brighter it gets' },
    runningTime: 131,
    genre: { zh: '奇幻 / 冒险', en: 'Fantasy, adventure' },
  },
  'guided',
);
const LITTLE_FOX = film(
  '001200362026',
  {
    title: { zh: '小狐狸和丢了的月亮', en: 'Little Fox and the Missing Moon' },
    tagline: { zh: '天亮之前，一定要找到它', en: 'It must be found before morning' },
    runningTime: 92,
    genre: { zh: '动画 / 合家欢', en: 'Animation, family' },
  },
  'all',
);
const KITE = film(
  '051101272026',
  {
    title: { zh: '风筝会记得', en: 'What the Kite Remembers' },
    tagline: { zh: '那个夏天，风一直往北吹', en: 'All that summer the wind blew north' },
    runningTime: 101,
    genre: { zh: '动画 / 成长', en: 'Animation, coming of age' },
  },
  'all',
);
const GREEN_TRAIN = film(
  '001100542026',
  {
    title: { zh: '末班绿皮车', en: 'The Last Green Train' },
    tagline: { zh: '慢一点，才看得见来处', en: 'Slow enough to see where you came from' },
    runningTime: 109,
    genre: { zh: '剧情 / 家庭', en: 'Drama' },
  },
  'all',
);
const HOURGLASS = film(
  '051300932026',
  {
    title: { zh: '沙漏之国', en: 'Kingdom of the Hourglass' },
    tagline: { zh: '时间耗尽之处，王座空悬', en: 'Where time runs out, the throne stands empty' },
    runningTime: 146,
    genre: { zh: '史诗 / 动作', en: 'Epic, action' },
  },
  'teen',
);
const ANONYMOUS = film(
  '001101042026',
  {
    title: { zh: '第十二封匿名信', en: 'The Twelfth Anonymous Letter' },
    tagline: { zh: '写信的人，就坐在你身边', en: 'Whoever wrote it is sitting next to you' },
    runningTime: 112,
    genre: { zh: '惊悚 / 悬疑', en: 'Thriller' },
  },
  'grown',
);
const OFFBEAT = film(
  '051101382026',
  {
    title: { zh: '慢半拍', en: 'Half a Beat Behind' },
    tagline: { zh: '全世界都在赶，只有她在听', en: 'Everyone hurries. She listens' },
    runningTime: 106,
    genre: { zh: '音乐 / 爱情', en: 'Music, romance' },
  },
  'all',
);
const NOODLES = film(
  '001101462026',
  {
    title: {
      zh: '我在凌晨四点的便利店里学会了煮面、告别和关于下雨的一切',
      en: 'How I Learnt to Cook Noodles, Say Goodbye and Everything There Is to Know about Rain in a Convenience Store at Four in the Morning',
    },
    tagline: { zh: '欢迎光临，请随手关门', en: 'Welcome. Please close the door behind you' },
    runningTime: 98,
    genre: { zh: '喜剧 / 治愈', en: 'Comedy' },
  },
  'all',
);
const SHORTS = film(
  '001100202026',
  {
    title: { zh: '半小时宇宙：短片辑', en: 'Half-Hour Universe: Short Films' },
    tagline: { zh: '七部短片，昼夜不停', en: 'Seven short films, day and night' },
    runningTime: 30,
    genre: { zh: '短片 / 实验', en: 'Short films' },
  },
  'all',
);

/** Every copy in the house. The first of a film's versions is the one for which it is best known. */
export const VERSIONS: readonly FilmVersion[] = [
  { film: FAR_SIDE, language: ENGLISH, format: ['3D', 'IMAX'], screens: ['1'], popularity: 5, daypart: 'any' },
  { film: FAR_SIDE, language: ENGLISH, format: ['3D', 'DOLBY'], screens: ['3'], popularity: 3, daypart: 'any' },
  { film: FAR_SIDE, language: MANDARIN, format: ['2D'], screens: ['2', '4'], popularity: 3, daypart: 'any' },
  { film: HOURGLASS, language: ENGLISH, format: ['3D', 'IMAX'], screens: ['1'], popularity: 4, daypart: 'any' },
  { film: HOURGLASS, language: ENGLISH, format: ['2D', 'DOLBY'], screens: ['3'], popularity: 3, daypart: 'any' },
  { film: HOURGLASS, language: MANDARIN, format: ['2D'], screens: ['2'], popularity: 2, daypart: 'any' },
  { film: SNOW_LINE, language: MANDARIN, format: ['2D', 'IMAX'], screens: ['1'], popularity: 3, daypart: 'any' },
  { film: SNOW_LINE, language: MANDARIN, format: ['2D'], screens: ['2', '4'], popularity: 3, daypart: 'any' },
  { film: DEEP_TIDE, language: ENGLISH, format: ['3D', 'DOLBY'], screens: ['3'], popularity: 3, daypart: 'any' },
  { film: DEEP_TIDE, language: MANDARIN, format: ['3D'], screens: ['2', '5'], popularity: 2, daypart: 'any' },
  { film: NEON_LANE, language: MANDARIN, format: ['2D'], screens: ['2', '4', '6'], popularity: 3, daypart: 'evening' },
  { film: ANONYMOUS, language: MANDARIN, format: ['2D'], screens: ['4', '2'], popularity: 3, daypart: 'evening' },
  { film: LITTLE_FOX, language: MANDARIN, format: ['3D'], screens: ['5'], popularity: 4, daypart: 'morning' },
  { film: LITTLE_FOX, language: MANDARIN, format: ['2D'], screens: ['4', '5'], popularity: 3, daypart: 'morning' },
  { film: KITE, language: JAPANESE, format: ['2D'], screens: ['5', '6'], popularity: 2, daypart: 'any' },
  { film: KITE, language: MANDARIN, format: ['2D'], screens: ['5'], popularity: 2, daypart: 'morning' },
  { film: GREEN_TRAIN, language: MANDARIN, format: ['2D'], screens: ['4', '5', '6'], popularity: 2, daypart: 'any' },
  { film: OFFBEAT, language: ENGLISH, format: ['2D', 'DOLBY'], screens: ['3'], popularity: 1, daypart: 'any' },
  { film: OFFBEAT, language: ENGLISH, format: ['2D'], screens: ['6', '5'], popularity: 3, daypart: 'any' },
  { film: NOODLES, language: MANDARIN, format: ['2D'], screens: ['4', '6', '5'], popularity: 3, daypart: 'any' },
  { film: SHORTS, language: NO_WORDS, format: ['2D'], screens: ['7'], popularity: 1, daypart: 'any' },
];

/** Each film once, the best known first. */
export const FILMS: readonly Film[] = [...new Set(VERSIONS.map((version) => version.film))];
