// `npm run foyer -- …`: what is done beside a running lobby, at a terminal.
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
const { agent } = loadAgent(join(root, 'dist', 'edge-agent', 'main.cjs'));
process.exitCode = await agent.command(process.argv.slice(2), root);
