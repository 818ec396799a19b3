import { lockDataFolder } from '#agent/store/data-folder-lock.ts';

/** Locks the folder in argv[2], says so, and stays until it is killed. */
lockDataFolder(process.argv[2] ?? '');
process.stdout.write('locked\n');
setInterval(() => undefined, 60_000);
