// The built agent, without the look for stale sources that `npm start` begins with.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadAgent } from '../../../edge-agent/launch/load-agent.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { agent, keepCompiled } = loadAgent(join(root, 'dist', 'edge-agent', 'main.cjs'));
if (await agent.main(process.argv.slice(2), root)) keepCompiled();
