// `npm run screenshots`: sets up and builds when needed, then walks through a lobby and takes the pictures of the README.
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { buildWhenStale } from '../../edge-agent/launch/build.mjs';
import { installDependencies, requireNode } from '../../edge-agent/launch/dependencies.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (line) => process.stderr.write(`${line}\n`);

requireNode();
installDependencies(root, say);
buildWhenStale(root, say);
register('tsx/esm', import.meta.url, { data: true });
const { takeScreenshots } = await import('./screenshots.ts');
await takeScreenshots(fileURLToPath(new URL('../../kiosk-ui/screenshots/', import.meta.url)), say);
