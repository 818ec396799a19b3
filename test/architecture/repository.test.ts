import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RULES, type SourceFile } from './repository-rules.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Tracked files and new ones that git does not ignore. */
function repositoryFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' });
  return listed.split('\0').filter((path) => path !== '' && existsSync(`${root}/${path}`) && statSync(`${root}/${path}`).isFile());
}

const paths = repositoryFiles();
const sources: SourceFile[] = paths
  .filter((path) => /\.(ts|tsx|mjs|css)$/.test(path) && !path.startsWith('test/architecture/'))
  .map((path) => ({ path, text: readFileSync(`${root}/${path}`, 'utf8') }));

describe('the repository', () => {
  it.each(RULES.map((rule) => [rule.name, rule] as const))('%s', (name, rule) => {
    const looked = sources.filter(({ path }) => rule.concerns(path));
    process.stdout.write(`  ${name}: ${looked.length} files\n`);
    expect(looked.length, 'a rule that looks at no file checks nothing').toBeGreaterThan(0);
    expect(looked.flatMap((file) => rule.judge(file))).toEqual([]);
  });

  it.each(RULES.map((rule) => [rule.name, rule] as const))('would notice a breach: %s', (_, rule) => {
    expect(rule.concerns(rule.mutation.path)).toBe(true);
    expect(rule.judge(rule.mutation).length).toBeGreaterThan(0);
  });

  it('has nothing at the top that no tool or reader insists on', () => {
    const top = new Set(paths.map((path) => path.split('/')[0]));
    const expected = [
      ...['.ci', '.gitignore', '.nvmrc', 'LICENSE', 'README.md', 'biome.json', 'device-drivers', 'edge-agent', 'kiosk-ui'],
      ...['package-lock.json', 'package.json', 'test', 'tsconfig.json', 'vite.config.ts'],
    ];
    expect([...top].sort()).toEqual([...expected].sort());
  });

  it('keeps registry addresses out of the lock file', () => {
    const lock = readFileSync(`${root}/package-lock.json`, 'utf8');
    expect(lock.match(/"resolved"/g)).toBeNull();
  });

  it('runs install scripts of nobody but the database', () => {
    const manifest: { allowScripts: Record<string, boolean> } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
    const allowed = Object.entries(manifest.allowScripts).filter(([, may]) => may);
    expect(allowed.map(([name]) => name)).toEqual(['better-sqlite3']);
  });
});
