// `npm start`: sets up what is missing, builds what is stale, and becomes the agent (one process).
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWhenStale } from './build.mjs';
import { installDependencies, requireNode } from './dependencies.mjs';
import { loadAgent } from './load-agent.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (line) => process.stderr.write(`${line}\n`);

requireNode();
installDependencies(root, say);
buildWhenStale(root, say);
const { agent, keepCompiled } = loadAgent(join(root, 'dist', 'edge-agent', 'main.cjs'));
if (await agent.main(process.argv.slice(2), root)) keepCompiled();
