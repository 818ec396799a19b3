import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What `zbarimg` (Debian: zbar-tools) reads on a picture; undefined when it finds no code. */
export function zbarText(png: Uint8Array): string | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'foyer-zbar-'));
  try {
    const file = path.join(folder, 'paper.png');
    writeFileSync(file, png);
    return execFileSync('zbarimg', ['--quiet', '--raw', file], { encoding: 'utf8', stdio: 'pipe' }).replace(/\n$/, '');
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')
      throw new Error('zbarimg is missing: install zbar-tools, or run npm test');
    // 4 says that it found none.
    if (thrown instanceof Error && 'status' in thrown && thrown.status === 4) return undefined;
    throw thrown;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
