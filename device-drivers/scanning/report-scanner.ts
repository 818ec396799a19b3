import type { Fault } from '#core/base/fault.ts';
import type { Result } from '#core/base/result.ts';
import type { Duration } from '#core/base/time.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { DeviceSession, DriverContext } from '#core/ports/driver.ts';
import type { Link } from '#core/ports/link.ts';
import type { Scanner } from '#core/ports/scanner.ts';
import { createScanSession } from './scan-session.ts';

/** A scanner whose codes come in HID reports: it has no silence of its own on the line, so that a code which does not end is ended by a clock. */

export type ReportEvent =
  | { readonly kind: 'begun' }
  | { readonly kind: 'code'; readonly data: Uint8Array; readonly symbology?: string }
  | { readonly kind: 'overlong'; readonly head: Uint8Array }
  | { readonly kind: 'garbage' };

export interface ReportReader {
  push(report: Uint8Array): readonly ReportEvent[];
  /** What is half received will not be completed. */
  idle(): readonly ReportEvent[];
  readonly isInCode: boolean;
}

export interface ReportScanner {
  readonly link: Link;
  readonly session: DeviceSession<Scanner>;
  /** One report went out. */
  sent(bytes: number): void;
  /** The device is there and may be used. */
  ready(): void;
}

/** @param endsWithin of a report, when the code that it began goes on in another */
export async function openReportScanner(context: DriverContext, reader: ReportReader, endsWithin: Duration): Promise<Result<ReportScanner, Fault>> {
  const scans = createScanSession(context);
  let unended: Timer | undefined;

  const handle = (event: ReportEvent): void => {
    switch (event.kind) {
      case 'begun':
        scans.firstByte();
        return;
      case 'code':
        scans.code(event.data, event.symbology);
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
      for (const event of reader.push(report)) handle(event);
      unended?.cancel();
      if (!reader.isInCode) return;
      unended = context.timers.after(endsWithin, () => {
        for (const event of reader.idle()) handle(event);
      });
    },
    closed: (fault) => {
      unended?.cancel();
      scans.closed(fault);
    },
  });
  if (!opened.ok) return opened;
  const link = opened.value;
  const stop = async (): Promise<void> => {
    unended?.cancel();
    scans.silence();
    await link.close();
  };
  const session: DeviceSession<Scanner> = { port: scans.port, counters: scans.counters, ended: scans.ended, stop };
  return { ok: true, value: { link, session, sent: scans.sent, ready: scans.ready } };
}
