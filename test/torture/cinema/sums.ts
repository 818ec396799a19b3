import type { Finding } from '../judge/finding.ts';

export function counted(findings: readonly Finding[]): { readonly lost: number; readonly doubled: number; readonly corrupt: number } {
  const count = (kind: Finding['kind']): number => findings.filter((finding) => finding.kind === kind).length;
  return { lost: count('lost'), doubled: count('doubled'), corrupt: count('corrupt') };
}

/** Of times in milliseconds, by nearest rank. */
export function percentiles(times: readonly number[]): { readonly n: number; readonly p50?: number; readonly p99?: number } {
  const sorted = [...times].sort((a, b) => a - b);
  const [p50, p99] = [0.5, 0.99].map((share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]);
  return { n: times.length, ...(p50 === undefined ? {} : { p50 }), ...(p99 === undefined ? {} : { p99 }) };
}
