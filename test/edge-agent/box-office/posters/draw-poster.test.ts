import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawPoster } from '#agent/box-office/posters/draw-poster.ts';
import { FILMS } from '#agent/box-office/programme/films.ts';
import type { Film } from '#core/contract/box-office/programme.ts';
import { FilmId } from '#core/contract/identifiers.ts';

const POSTER_BYTES_MAX = 20_000;
const [anyFilm] = FILMS;
if (anyFilm === undefined) throw new Error('there is a film');

function named(zh: string, en: string, id = '001100000001'): Film {
  return { ...(anyFilm as Film), id: FilmId.parse(id), title: { zh, en }, tagline: { zh, en }, genre: { zh, en } };
}

/** Reads the document as XML has to be read, as far as drawings use it: elements nest, attributes are quoted, text and values are escaped. */
function faultsOf(svg: string): string[] {
  const faults: string[] = [];
  const open: string[] = [];
  const token = /<(\/?)([a-zA-Z]+)((?: [a-zA-Z0-9-]+="[^"<]*")*)(\/?)>|([^<]+)|(<)/g;
  for (const [whole, closing, name, attributes, selfClosing, text, stray] of svg.matchAll(token)) {
    if (stray !== undefined) faults.push(`stray < at ${whole}`);
    const loose = (text ?? attributes ?? '').replace(/&(?:amp|lt|gt|quot|#39);/g, '');
    if (loose.includes('&')) faults.push(`bare & in ${loose}`);
    if (name === undefined || selfClosing === '/') continue;
    if (closing !== '/') open.push(name);
    else if (open.pop() !== name) faults.push(`</${name}> closes nothing`);
  }
  return [...faults, ...open.map((name) => `<${name}> is never closed`)];
}

/** What the picture would load or run from elsewhere, apart from the name of its own namespace. */
function foreign(svg: string): RegExpMatchArray | null {
  return svg
    .replace('xmlns="http://www.w3.org/2000/svg"', '')
    .match(/<script|<style|<image|<foreignObject|href=|https?:|@import|\son[a-z]+=|url\((?!#)/i);
}

describe('posters', () => {
  it.each(FILMS.map((film) => [film.title.en, film] as const))('%s is well-formed, small, and stands alone', (_, film) => {
    const svg = drawPoster(film);
    expect(faultsOf(svg)).toEqual([]);
    expect(foreign(svg)).toBeNull();
    expect(new TextEncoder().encode(svg).length).toBeLessThan(POSTER_BYTES_MAX);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it.each(FILMS.map((film) => [film.title.en, film] as const))('%s refers to gradients and clips that it defines, once each', (_, film) => {
    const svg = drawPoster(film);
    const defined = [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    const used = [...svg.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id);
    expect(new Set(defined).size).toBe(defined.length);
    expect(new Set(used)).toEqual(new Set(defined));
  });

  it('are the same every time, and no two are the same', () => {
    const once = FILMS.map(drawPoster);
    expect(FILMS.map(drawPoster)).toEqual(once);
    expect(new Set(once).size).toBe(FILMS.length);
  });

  it('share no name of a gradient, so that many may stand on one page', () => {
    const ids = FILMS.flatMap((film) => [...drawPoster(film).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('carry the title for whoever cannot see them', () => {
    for (const film of FILMS) expect(drawPoster(film)).toContain(`<title>${film.title.zh} · ${film.title.en.replaceAll("'", '&#39;')}</title>`);
  });

  it('say a hostile title letter by letter and do nothing else', () => {
    const svg = drawPoster(named('</text><script>alert(1)</script>', '" onload="alert(1)" x="&'));
    expect(faultsOf(svg)).toEqual([]);
    expect(svg).not.toMatch(/<script| onload="/i);
    expect(svg).toContain('&lt;');
  });

  it('stay well-formed, small and quick for any title that the contract lets through, with any of the looks', { timeout: 180_000 }, () => {
    const title = fc.string({ unit: 'binary', minLength: 1, maxLength: 100 });
    const id = fc.stringMatching(/^[0-9a-z]{12}$/);
    fc.assert(
      fc.property(title, title, id, (zh, en, filmId) => {
        const svg = drawPoster(named(zh, en, filmId));
        expect(faultsOf(svg)).toEqual([]);
        expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      }),
      { numRuns: 30 },
    );
    expect.hasAssertions();
  });

  it('put the longest titles into the picture', () => {
    const svg = drawPoster(named('长'.repeat(200), 'Long '.repeat(40)));
    const heights = [...svg.matchAll(/<tspan x="[^"]+" y="(-?[\d.]+)"/g)].map(([, y]) => Number(y));
    expect(heights.length).toBeGreaterThan(5);
    expect(Math.min(...heights)).toBeGreaterThan(0);
    expect(Math.max(...heights)).toBeLessThan(600);
  });
});
