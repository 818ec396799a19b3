import { describe, expect, it } from 'vitest';
import { printStop } from '#core/kiosk/print-stop.ts';
import type { HealthReason } from '#core/ports/health.ts';

const view = (...reasons: HealthReason[]) => ({ isWell: false, isAbsent: false, reasons, each: [] });
const fault = (code: string) => ({ code, owner: 'device', message: '' }) as const;

describe('why printing stopped', () => {
  it.each<[readonly HealthReason[], string | undefined, string]>([
    [['paper-out'], undefined, 'paper-out'],
    [['paper-out', 'cover-open'], 'E-PRN-PAPER', 'cover-open'],
    [['cutter-jam'], undefined, 'cutter-jam'],
    [['paper-jam'], undefined, 'paper-jam'],
    [[], 'E-PRN-JAM', 'paper-jam'],
    [[], 'E-PRN-NOT-TAKEN', 'not-taken'],
    [['link-lost'], undefined, 'printer-gone'],
    [['no-answer'], undefined, 'printer-gone'],
    [['head-hot'], undefined, 'printer-error'],
    [[], 'E-PRN-PAPER', 'paper-out'],
    [[], 'E-PRN-COVER', 'cover-open'],
    [[], 'E-PRN-CUT', 'cutter-jam'],
    [[], 'E-PRN-LINK', 'printer-gone'],
    [[], 'E-PRN-SILENT', 'printer-gone'],
    [[], 'E-LNK-LOST', 'printer-gone'],
    [[], 'E-DEV-ABSENT', 'printer-gone'],
    [[], 'E-PRN-ECHO', 'printer-error'],
    [[], undefined, 'printer-error'],
  ])('with the printer saying %j and the fault %s it is %s', (reasons, code, expected) => {
    expect(printStop(view(...reasons), code === undefined ? undefined : fault(code))).toBe(expected);
  });

  it('is a printer that is gone when there is none', () => {
    expect(printStop({ isWell: false, isAbsent: true, reasons: [], each: [] }, undefined)).toBe('printer-gone');
  });
});
