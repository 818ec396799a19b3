import { ascii } from '#core/base/bytes.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { GpioCommand, GpioReport } from './frame.ts';

export function encodeGpioCommand(command: GpioCommand): Uint8Array {
  switch (command.kind) {
    case 'watch':
      return ascii(`watch ${command.lines.join(' ')}\n`);
    case 'pulse':
      return ascii(`pulse ${command.line} ${command.ms}\n`);
    case 'off':
      return ascii(`off ${command.line}\n`);
  }
}

export const encodeGpioReport = (report: GpioReport): Uint8Array =>
  ascii(report.kind === 'level' ? `level ${report.line} ${report.on ? 1 : 0}\n` : `${report.kind} ${report.line}\n`);

/** Cuts text into whole lines. Bounded: a line that never ends is dropped. */
export function createLineCutter(): { push(chunk: Uint8Array): string[] } {
  let held = '';
  return {
    push: (chunk) => {
      const lines = (held + String.fromCharCode(...chunk)).split('\n');
      const rest = lines.pop() ?? '';
      held = rest.length > LIMITS.gpio.lineBytesMax ? '' : rest;
      return lines;
    },
  };
}

export function parseGpioReport(line: string): GpioReport | undefined {
  const [, kind, number, level] = /^(level|done|refused) (\d{1,4})(?: ([01]))?$/.exec(line) ?? [];
  if (number === undefined) return undefined;
  if (kind === 'level') return level === undefined ? undefined : { kind, line: Number(number), on: level === '1' };
  return kind === 'done' || kind === 'refused' ? { kind, line: Number(number) } : undefined;
}

export function parseGpioCommand(line: string): GpioCommand | undefined {
  const [kind, ...rest] = line.split(' ');
  const numbers = rest.map(Number);
  if (rest.length === 0 || !numbers.every((number) => Number.isInteger(number) && number >= 0)) return undefined;
  const [first = 0, ms] = numbers;
  if (kind === 'watch') return { kind, lines: numbers };
  if (kind === 'pulse' && ms !== undefined) return { kind, line: first, ms };
  return kind === 'off' ? { kind, line: first } : undefined;
}
