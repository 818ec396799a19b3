import { startBenchGate } from './gate-process.ts';

/** The other gate, in a process of its own: says on its standard output where it listens, and answers until it is ended. */
const { lines } = await startBenchGate('gate-b', 'gate-a', { path: process.argv[2] ?? '' });
process.stdout.write(`${lines.port()}\n`);
