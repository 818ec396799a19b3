import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The compiler holds the direction of imports (tsconfig.json of each part). Here a breach of each arrow is compiled, to see that it is refused. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const PARTS = ['edge-agent/core/base', 'edge-agent/core/contract', 'edge-agent/core', 'device-drivers', 'kiosk-ui'] as const;
const BREACHES = [
  ['core must not import the ledger', 'edge-agent/core', "import '#agent/ledger/ledger.ts';"],
  ['core must not import Node', 'edge-agent/core', "import 'node:fs';\nexport const here = process.cwd();"],
  ['core/base must not import the contract', 'edge-agent/core/base', "import '#core/contract/values.ts';"],
  ['the contract must not import the machines of core', 'edge-agent/core/contract', "import '#core/ticket/classify.ts';"],
  ['a driver must not import the agent', 'device-drivers', "import '#agent/ledger/ledger.ts';"],
  ['a driver must not import the contract', 'device-drivers', "import '#core/contract/values.ts';"],
  ['the screens must not import the agent', 'kiosk-ui', "import '#agent/ledger/ledger.ts';"],
  ['the screens must not import a driver', 'kiosk-ui', "import '#drivers/transport/memory.ts';"],
] as const;

describe('the direction of imports', { timeout: 120_000 }, () => {
  let copy = '';
  beforeAll(() => {
    mkdirSync(join(root, 'dist'), { recursive: true });
    copy = mkdtempSync(join(root, 'dist', 'import-direction-'));
    const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '*.ts', '*.tsx', '*.json', 'tsconfig.json'], {
      cwd: root,
      encoding: 'utf8',
    });
    const files = listed.stdout.split('\0').filter((path) => path !== '' && !path.startsWith('test/') && !path.startsWith('package-lock'));
    expect(files.length).toBeGreaterThan(50);
    for (const path of files) {
      mkdirSync(join(copy, path, '..'), { recursive: true });
      copyFileSync(join(root, path), join(copy, path));
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  }, 180_000);
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  const compile = (...parts: readonly string[]): { status: number | null; stdout: string } =>
    spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', ...parts], { cwd: copy, encoding: 'utf8' });

  it('compiles every part as it stands', () => {
    expect(compile(...PARTS)).toMatchObject({ status: 0 });
  });

  it.each(BREACHES)('%s', (_, part, source) => {
    const breach = join(copy, part, 'breach.ts');
    writeFileSync(breach, `${source}\n`);
    try {
      const { status, stdout } = compile(part);
      expect(status).not.toBe(0);
      expect(stdout).toMatch(/breach\.ts/);
    } finally {
      rmSync(breach);
    }
  });
});
