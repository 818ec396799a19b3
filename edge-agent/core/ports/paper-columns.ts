/**
 * How wide a character is on paper, for whoever lays papers out and for whoever prints them: one column for ASCII and for Latin letters with marks, two for
 * everything else. A printer of Chinese lobbies prints a marked letter as its bare one, since its own `é` is as wide as `影`; a printer with a Western code page
 * prints it as it is. The lines come out alike on both.
 */

/** Letters that no decomposition takes apart. */
const BARE: ReadonlyMap<string, string> = new Map(
  [...'øoØOłlŁLđdĐDħhĦHŧtŦTıi'].flatMap((letter, i, all) => (i % 2 === 0 ? [[letter, all[i + 1] ?? '']] : [])),
);

let bareLetters: ReadonlyMap<number, number> | undefined;

/** Latin-1, Latin Extended-A and -B, and Latin Extended Additional, as far as a letter of ASCII stands in them. */
function tableOfBareLetters(): ReadonlyMap<number, number> {
  const table = new Map<number, number>();
  for (const [from, to] of [
    [0xc0, 0x24f],
    [0x1e00, 0x1eff],
  ] as const) {
    for (let point = from; point <= to; point += 1) {
      const letter = String.fromCodePoint(point);
      const bare = BARE.get(letter) ?? letter.normalize('NFD').replace(/\p{M}/gu, '');
      if (/^[A-Za-z]$/.test(bare)) table.set(point, bare.charCodeAt(0));
    }
  }
  return table;
}

/** The ASCII letter that a marked Latin letter is made of; undefined for any other character, ASCII included. */
export function bareLetterOf(point: number): number | undefined {
  if (point < 0xc0 || point > 0x1eff) return undefined;
  bareLetters ??= tableOfBareLetters();
  return bareLetters.get(point);
}

export function columnsOfCharacter(character: string): 1 | 2 {
  const point = character.codePointAt(0) ?? 0;
  return point < 0x80 || bareLetterOf(point) !== undefined ? 1 : 2;
}
