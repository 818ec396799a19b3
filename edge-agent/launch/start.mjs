// `npm start`: sets up what is missing, builds what is stale, and becomes the agent (one process).
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildWhenStale } from './build.mjs';
import { installDependencies, requireNode } from './dependencies.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (line) => process.stderr.write(`${line}\n`);

requireNode();
installDependencies(root, say);
buildWhenStale(root, say);
const { main } = await import(pathToFileURL(join(root, 'dist', 'edge-agent', 'main.js')).href);
await main(process.argv.slice(2), root);
