// Loads the built agent with the code that V8 compiled for it at an earlier start: half of a second start would be compiling otherwise.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { constants, Script } from 'node:vm';

/**
 * @param {string} file the bundle, a CommonJS module
 * @returns the bundle's exports, and what keeps its compiled code for the next start; called when the program has run for a while, because V8 compiles
 *   functions when they are first called
 */
export function loadAgent(file) {
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'utf8')}\n})`;
  // V8 checks its own version and the length of the source. The name holds the rest, so that code of another build is never taken; a build empties the folder.
  const kept = `${file}.${createHash('sha256').update(source).digest('hex').slice(0, 16)}.code`;
  const cachedData = existsSync(kept) ? readFileSync(kept) : undefined;
  const script = new Script(source, { filename: file, cachedData, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return {
    agent: module.exports,
    keepCompiled: () => {
      if (cachedData !== undefined && !script.cachedDataRejected) return;
      const written = `${kept}.${process.pid}`;
      try {
        writeFileSync(written, script.createCachedData(), { flush: true });
        renameSync(written, kept);
      } catch (cause) {
        // A program folder that cannot be written is a good one: the next start compiles again, as this one did.
        if (!['EACCES', 'EROFS', 'EPERM', 'ENOSPC', 'ENOENT'].includes(cause.code)) throw cause;
      }
    },
  };
}
