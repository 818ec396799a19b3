import { LIMITS } from '#core/base/limits.ts';
import { ok } from '#core/base/result.ts';
import type { Driver } from '#core/ports/driver.ts';
import type { Scanner } from '#core/ports/scanner.ts';
import { openReportScanner } from '../scanning/report-scanner.ts';
import { createKeyDecoder } from './key-decoder.ts';

/** A scanner that can be nothing but a keyboard, read before its keys reach anybody else's ears. It has nothing to set: see README for the scanner's own settings. */
export const keyboardScannerDriver: Driver<Scanner, Record<string, never>> = {
  name: 'keyboard-scanner',
  connect: async (context) => {
    const opened = await openReportScanner(context, createKeyDecoder(LIMITS.scanner.frameBytesMax), LIMITS.scanner.unterminatedAfter);
    if (!opened.ok) return opened;
    opened.value.ready();
    return ok(opened.value.session);
  },
};
