import { fileURLToPath } from 'node:url';
import preact from '@preact/preset-vite';
import { defineConfig } from 'vitest/config';

/** Three builds from one file: the screens (default), the agent (`--mode agent`) and the test projects. */
export default defineConfig(({ mode }) => {
  if (mode === 'agent') {
    return {
      build: {
        ssr: 'edge-agent/main.ts',
        outDir: 'dist/edge-agent',
        target: 'node20',
        sourcemap: true,
        emptyOutDir: true,
        rollupOptions: {
          output: {
            // CommonJS, because V8 keeps compiled code of scripts but, in Node 20, not of modules (see edge-agent/launch/load-agent.mjs).
            format: 'cjs',
            entryFileNames: 'main.cjs',
            codeSplitting: false,
            // The program's text stays in memory, two bytes a character: short, it saves 8 MB. Functions keep their names for stack traces.
            minify: { compress: true, mangle: { keepNames: true }, codegen: { removeWhitespace: true } },
          },
        },
      },
      ssr: { noExternal: true, external: ['better-sqlite3', 'node-hid', 'serialport', '@serialport/bindings-cpp', 'pcsc-mini'] },
    };
  }
  return {
    root: mode === 'test' ? '.' : 'kiosk-ui',
    plugins: [preact()],
    build: { outDir: fileURLToPath(new URL('dist/kiosk-ui', import.meta.url)), emptyOutDir: true, target: 'es2022' },
    test: {
      projects: [
        {
          extends: true,
          test: {
            name: 'node',
            include: ['test/**/*.test.ts'],
            exclude: ['test/e2e/**', 'test/journey/**'],
            // Processes, not threads: the poller of node-serialport runs on the main thread's loop and aborts in a worker.
            pool: 'forks',
            maxWorkers: 2,
            // Two thirds of a file's time were its imports, the same for nearly all. No test changes a module for the next: mocks of modules are banned, what modules
            // keep are caches.
            isolate: false,
            // For a test that hangs. A machine with other work too takes ten times as long as a quiet one, and no test is about time.
            testTimeout: 180_000,
            // What a test leaves behind is a lobby that stops in order, which it may take ten seconds for on a quiet machine, and what it begins with a Python of its own.
            hookTimeout: 120_000,
            setupFiles: [fileURLToPath(new URL('test/support/property-seed.ts', import.meta.url))],
            expect: { requireAssertions: true },
          },
        },
        {
          extends: true,
          test: {
            name: 'browser',
            include: ['test/e2e/**/*.test.ts'],
            // Each file has a lobby of its own and waits more than it works.
            maxWorkers: 5,
            // For a test that hangs: a guest who waits for a late provider takes a minute where the machine has other work.
            testTimeout: 180_000,
            hookTimeout: 180_000,
            expect: { requireAssertions: true },
          },
        },
      ],
    },
  };
});
