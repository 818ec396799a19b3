// `npm run simulate [-- --seeds N] [--seed S] [--canary NAME] [--json]`: runs simulated sites with the product's own code and holds its promises against them.
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { installDependencies, requireNode } from '../../edge-agent/launch/dependencies.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

requireNode();
installDependencies(root, (line) => process.stderr.write(`${line}\n`));
register('tsx/esm', import.meta.url, { data: true });
if (process.send === undefined) {
  const { main } = await import('./main.ts');
  process.exit(await main(process.argv.slice(2)));
} else {
  await import('./seeds-in-child.ts');
}
