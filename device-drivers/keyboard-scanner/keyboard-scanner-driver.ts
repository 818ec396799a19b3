import { LIMITS } from '#core/base/limits.ts';
import { err, ok } from '#core/base/result.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { DeviceSession, Driver } from '#core/ports/driver.ts';
import type { Scanner } from '#core/ports/scanner.ts';
import { createScanSession } from '../scanning/scan-session.ts';
import { createKeyDecoder, type KeyEvent } from './key-decoder.ts';

/** A scanner that can be nothing but a keyboard, read before its keys reach anybody else's ears. It has nothing to set: see README for the scanner's own settings. */
export const keyboardScannerDriver: Driver<Scanner, Record<string, never>> = {
  name: 'keyboard-scanner',
  connect: async (context) => {
    const scans = createScanSession(context);
    const decoder = createKeyDecoder(LIMITS.scanner.frameBytesMax);
    let quiet: Timer | undefined;

    const handle = (event: KeyEvent): void => {
      switch (event.kind) {
        case 'first-byte':
          scans.firstByte();
          return;
        case 'code':
          scans.code(event.data);
          return;
        case 'overlong':
          scans.damagedCode(event.head);
          return;
        case 'garbage':
          scans.garbage();
          return;
      }
    };

    const opened = await context.transport.open({
      bytes: (report) => {
        if (!scans.isLive) return;
        scans.heard(report.length);
        for (const event of decoder.push(report)) handle(event);
        quiet?.cancel();
        if (!decoder.isInCode) return;
        quiet = context.timers.after(LIMITS.scanner.unterminatedAfter, () => {
          for (const event of decoder.idle()) handle(event);
        });
      },
      closed: (fault) => {
        quiet?.cancel();
        scans.closed(fault);
      },
    });
    if (!opened.ok) return err(opened.error);
    scans.ready();
    const session: DeviceSession<Scanner> = {
      port: scans.port,
      counters: scans.counters,
      ended: scans.ended,
      stop: async () => {
        quiet?.cancel();
        scans.silence();
        await opened.value.close();
      },
    };
    return ok(session);
  },
};
