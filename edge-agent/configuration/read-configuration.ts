import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { FaultError } from '#core/base/fault.ts';
import { parseConfiguration } from './parse-configuration.ts';
import type { Configuration } from './schema.ts';

/**
 * The configuration in `file`.
 * @throws FaultError `E-CFG-MISSING` when the file cannot be read, `E-CFG-INVALID` with every problem and its line
 */
export function readConfiguration(file: string): Configuration {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new FaultError(
      {
        code: 'E-CFG-MISSING',
        owner: 'configuration',
        message: `The configuration ${file} cannot be read.`,
        remedy: 'Check the path after --config.',
      },
      { cause },
    );
  }
  const parsed = parseConfiguration(text, basename(file));
  if (!parsed.ok) throw new FaultError(parsed.error);
  return parsed.value;
}
