// `npm run simulate [-- --seeds N] [--seed S] [--canary NAME] [--no-canaries] [--json]`: runs simulated sites with the product's own code and holds its promises against them.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installDependencies, requireNode } from '../../edge-agent/launch/dependencies.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist/simulation');

requireNode();
installDependencies(root, (line) => process.stderr.write(`${line}\n`));
if (process.send === undefined) {
  await buildSimulation();
  const { main } = await import(pathToFileURL(join(built, 'main.js')).href);
  process.exit(await main(process.argv.slice(2), fileURLToPath(import.meta.url)));
} else {
  await import(pathToFileURL(join(built, 'seeds-in-child.js')).href);
}

/** Bundled, a seed takes a sixth less time than with a loader that gives every function its name. */
async function buildSimulation() {
  const { build } = await import('vite');
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    build: {
      ssr: true,
      outDir: built,
      target: 'node20',
      sourcemap: true,
      minify: false,
      rollupOptions: {
        input: { main: join(root, 'test/simulation/main.ts'), 'seeds-in-child': join(root, 'test/simulation/seeds-in-child.ts') },
        output: { entryFileNames: '[name].js', chunkFileNames: 'shared-[hash].js' },
      },
    },
    ssr: { noExternal: true, external: ['better-sqlite3'] },
  });
}
