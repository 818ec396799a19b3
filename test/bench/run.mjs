// `npm run bench [-- NAME …] [--json]`: measures the product against floors that are measured in the same run.
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
