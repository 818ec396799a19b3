import { paperPicturePath } from '#core/contract/local/api.ts';
import { readPaper } from '../support/paper-reader.ts';
import { type LobbyUnderTest, PRINTER } from './lobby-under-test.ts';

/** The codes on the papers that were cut off and lie in the tray, read from their pictures. */
export async function codesOnPaper({ device, screens }: LobbyUnderTest): Promise<readonly string[]> {
  const { papers } = await device(PRINTER, 'ticket-printer');
  const cut = papers.filter((paper) => paper.cut);
  return Promise.all(cut.map(async ({ number }) => readPaper(await screens.bytes(paperPicturePath(PRINTER, number)))));
}

/** The code on the paper that was cut off last: papers before it may have been torn. */
export async function codeOnNewestPaper({ device, screens }: LobbyUnderTest): Promise<string> {
  const { papers } = await device(PRINTER, 'ticket-printer');
  const newest = Math.max(...papers.filter(({ cut }) => cut).map(({ number }) => number));
  return readPaper(await screens.bytes(paperPicturePath(PRINTER, newest)));
}
