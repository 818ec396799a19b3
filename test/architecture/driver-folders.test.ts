import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { driverGaps, driverNames, type Tree } from './driver-folders.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
const tree: Tree = { paths: listed.trim().split('\n'), textOf: (path) => readFileSync(`${root}/${path}`, 'utf8') };
const names = driverNames(tree);

describe('the folder of a driver', () => {
  it('is found by what is in it', () => {
    process.stdout.write(`  drivers: ${names.join(', ')}\n`);
    expect(names).toEqual(expect.arrayContaining(['escpos-printer', 'gpio-gate', 'lcus-relay', 'osdp', 'zvt-terminal']));
    expect(driverNames({ ...tree, paths: ['device-drivers/new-thing/new-thing-driver.ts', 'device-drivers/scanning/scan-session.ts'] })).toEqual([
      'new-thing',
    ]);
  });

  it.each(names)('of %s is whole', (name) => {
    expect(driverGaps(tree, name)).toEqual([]);
  });

  const without = (pattern: RegExp): Tree => ({ ...tree, paths: tree.paths.filter((path) => !pattern.test(path)) });
  const saying = (path: string, change: (text: string) => string): Tree => ({
    ...tree,
    textOf: (asked) => (asked === path ? change(tree.textOf(asked)) : tree.textOf(asked)),
  });
  it.each<[string, Tree]>([
    ['a README that names', without(/^device-drivers\/lcus-relay\/README\.md$/)],
    ['a README that names', saying('device-drivers/lcus-relay/README.md', (text) => text.replace('**Follows:**', 'Seen:'))],
    ['a page of frames', without(/^device-drivers\/lcus-relay\/frame\.ts$/)],
    ['a simulator', without(/^device-drivers\/lcus-relay\/.*simulator/)],
    ['fingerprints', without(/^device-drivers\/lcus-relay\/fingerprints\.ts$/)],
    ['tests', without(/^test\/device-drivers\/lcus-relay\//)],
    ['fixtures', without(/^test\/fixtures\/lcus-relay\//)],
    ['fixtures that say where', without(/^test\/fixtures\/lcus-relay\/README\.md$/)],
    ['a row in', saying('device-drivers/README.md', (text) => text.replaceAll('`lcus-relay/`', ''))],
  ])('without %s … would be noticed', (what, broken) => {
    expect(driverGaps(broken, 'lcus-relay')).toEqual([expect.stringContaining(`has not ${what}`)]);
  });
});
