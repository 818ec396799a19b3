import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Compiles the recorder into a folder. @returns the library for LD_PRELOAD. @throws Error with the compiler's words */
export function buildRecorder(folder: string): string {
  const library = join(folder, 'recorder.so');
  execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-o', library, join(import.meta.dirname, 'recorder.c'), '-ldl', '-lpthread'], { stdio: 'pipe' });
  return library;
}
