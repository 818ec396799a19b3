import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** What it is compiled with and against, by the names of their Debian packages. */
export const C_GATE_NEEDS: readonly string[] = ['gcc', 'libc6-dev', 'libsqlite3-dev', 'libssl-dev'];

/** Compiles the gate in C into a folder. @returns the program. @throws Error with the compiler's words */
export function compileCGate(folder: string): string {
  const program = join(folder, 'c-gate');
  const source = join(import.meta.dirname, 'c-gate.c');
  execFileSync('gcc', ['-O2', '-Wall', '-Wextra', '-Werror', '-Wno-sign-compare', '-o', program, source, '-lsqlite3', '-lcrypto'], { stdio: 'pipe' });
  return program;
}
