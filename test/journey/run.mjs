// `npm run journey`: sets up and builds when needed, then walks through a lobby without a screen. Exit status 0 only when every step held.
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { buildWhenStale } from '../../edge-agent/launch/build.mjs';
import { installDebianPackages } from '../../edge-agent/launch/debian-packages.mjs';
import { installDependencies, refuse, requireNode } from '../../edge-agent/launch/dependencies.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (line) => process.stderr.write(`${line}\n`);

requireNode();
installDependencies(root, say);
register('tsx/esm', import.meta.url, { data: true });
const { main } = await import('./main.ts');
const ready = () => {
  const missing = installDebianPackages(say, ['mosquitto']);
  if (missing.length > 0) refuse(`The journey needs ${missing.join(', ')}. Install it with: sudo apt-get install mosquitto`);
  buildWhenStale(root, say);
};
process.exit(await main(process.argv.slice(2), ready));
