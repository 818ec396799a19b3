import type { Film } from '#core/contract/box-office/programme.ts';
import { seededChance } from '../programme/chance.ts';
import { drawLettering } from './lettering.ts';
import { lookOf, seedOf } from './looks.ts';
import { HEIGHT, WIDTH } from './scene.ts';
import { escapeText, shape } from './svg.ts';

/**
 * The poster of a film: an SVG of two by three, below 20 kB, without script and without a reference to anything outside. The same film always gets the
 * same picture. Fonts are the system's; titles are set with room to spare for other fonts' widths.
 */
export function drawPoster(film: Film): string {
  const { scene, palette, lettering } = lookOf(film.id);
  const id = (name: string): string => `poster-${film.id}-${name}`;
  const picture = scene({ palette, chance: seededChance(...seedOf(film.id)), id, ref: (name) => `url(#${id(name)})` });
  return shape(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      width: WIDTH,
      height: HEIGHT,
      role: 'img',
      'aria-label': `${film.title.zh} ${film.title.en}`,
    },
    shape('title', {}, escapeText(`${film.title.zh} · ${film.title.en}`)),
    picture,
    drawLettering(film, lettering),
  );
}
