// `npm run torture -- NAME …`: sets up and builds when needed, then does to the real agent what a lobby may do to it. Without a name it lists what there is.
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { buildWhenStale } from '../../edge-agent/launch/build.mjs';
import { installDebianPackages } from '../../edge-agent/launch/debian-packages.mjs';
import { installDependencies, requireNode } from '../../edge-agent/launch/dependencies.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (line) => process.stderr.write(`${line}\n`);

requireNode();
installDependencies(root, say);
register('tsx/esm', import.meta.url, { data: true });
const { main } = await import('./main.ts');
const ready = (packages) => {
  const missing = installDebianPackages(say, packages);
  if (missing.length === 0) buildWhenStale(root, say);
  return missing;
};
process.exit(await main(process.argv.slice(2), ready));
