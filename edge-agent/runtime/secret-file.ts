import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/**
 * Writes a file that nobody else may read (mode 0600), whole or not at all, also through a power cut: written beside, flushed, then renamed.
 * @throws what the file system throws
 */
export function writeSecretFile(path: string, text: string): void {
  const beside = `${path}.new`;
  const file = openSync(beside, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
}
