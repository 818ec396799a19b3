import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** A gate program as the product itself is built: one file, no loader at work while it runs. Answers its path. */
export async function buildGateProgram(name: 'lane-gate' | 'floor-gate'): Promise<string> {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const outDir = `${root}dist/bench/${name}`;
  await build({
    root,
    configFile: `${root}vite.config.ts`,
    mode: 'agent',
    logLevel: 'error',
    // A module, because the programs await while they start.
    build: { ssr: `test/bench/gate/${name}.ts`, outDir, sourcemap: false, rollupOptions: { output: { format: 'es', entryFileNames: 'main.js' } } },
  });
  return `${outDir}/main.js`;
}
