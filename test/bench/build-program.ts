import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/**
 * Builds a program of a benchmark as the product itself is built: one file, no loader at work while it runs. A module, because the programs await while they start.
 * @param entry from `test/bench`: `gate/lane-gate.ts`
 */
export async function buildProgram(entry: string): Promise<string> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const outDir = `${root}dist/bench/${basename(entry, '.ts')}`;
  await build({
    root,
    configFile: `${root}vite.config.ts`,
    mode: 'agent',
    logLevel: 'error',
    build: { ssr: `test/bench/${entry}`, outDir, sourcemap: false, rollupOptions: { output: { format: 'es', entryFileNames: 'main.js' } } },
  });
  return `${outDir}/main.js`;
}
