import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { RULES } from '../architecture/repository-rules.ts';
import { MATRIX, type Proof } from './rows.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Whether a test of this name stands in the text: `it('…'`, `test('…'`, or the name behind the rows of an `each`. */
function hasTest(text: string, name: string): boolean {
  const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?:\\b(?:it|test)|\\))\\(\\s*'${literal}'`).test(text);
}

/** What is named and is not there. */
function missingOf(proof: Proof): readonly string[] {
  if ('file' in proof) {
    if (!existsSync(join(root, proof.file))) return [proof.file];
    const text = read(proof.file);
    return proof.tests.filter((name) => !hasTest(text, name)).map((name) => `${proof.file}: ${name}`);
  }
  if ('rule' in proof) return RULES.some(({ name }) => name === proof.rule) ? [] : [`rule: ${proof.rule}`];
  const folder = `test/torture/${proof.torture}`;
  if (!existsSync(join(root, folder, `${proof.torture}.ts`))) return [folder];
  const files = [folder, 'test/torture/cinema', 'test/torture/judge'].flatMap((place) =>
    readdirSync(join(root, place))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${place}/${name}`),
  );
  const texts = files.map(read).join('\n');
  return proof.cases.filter((name) => !texts.includes(name)).map((name) => `torture ${proof.torture}: ${name}`);
}

describe('every fault that is promised something has the tests that prove it', () => {
  test.each(MATRIX)('$fault', ({ promise, proofs }) => {
    expect(promise).toMatch(/\.$/);
    expect(proofs.length).toBeGreaterThan(0);
    expect(proofs.flatMap(missingOf)).toEqual([]);
  });

  test('a test that was renamed away is missed', () => {
    expect(missingOf({ file: 'test/fault-matrix/fault-matrix.test.ts', tests: ['nobody has written this'] })).toHaveLength(1);
    expect(missingOf({ torture: 'kill', cases: ['a case that nobody plays'] })).toHaveLength(1);
    expect(missingOf({ rule: 'no such rule' })).toHaveLength(1);
    expect(missingOf({ torture: 'no such torture', cases: [] })).toHaveLength(1);
  });
});
