import type { Finding } from '../decision.ts';
import type { AdmissionInput } from '../facts.ts';
import type { Subject } from '../subject.ts';

/** What the gate itself does not know well enough. None of these accuses the guest. */

export function dataTooOld(_: Subject, { data, policy }: AdmissionInput): Finding | undefined {
  if (data === undefined || data.age <= policy.dataAgeMax) return undefined;
  return { reason: 'data-too-old', evidence: { kind: 'data-age', version: data.version, age: data.age, ageMax: policy.dataAgeMax } };
}

/** Only a changing code stands or falls with the minute; a window of hours is judged by an interval of any width. */
export function clockUntrusted({ signed }: Subject, { clock: { earliest, latest }, policy }: AdmissionInput): Finding | undefined {
  if (signed?.form.kind !== 'rotating') return undefined;
  if (latest !== undefined && latest - earliest <= policy.clockWidthMax) return undefined;
  return { reason: 'clock-untrusted', evidence: { kind: 'clock', earliest, latest, widthMax: policy.clockWidthMax } };
}

/** Some gate of the site could not be asked. A show that the data do not have has no policy of its own: the guest goes in, and a double is found later. */
export function splitSite({ show }: Subject, { gate, site }: AdmissionInput): Finding | undefined {
  if (site.kind !== 'unanswered') return undefined;
  if (site.mustRefuse === true) {
    return { reason: 'site-split', evidence: { kind: 'split', policy: 'closed', missing: site.missing, homeGate: show?.homeGate } };
  }
  if (show === undefined || show.whenSplit === 'open') return undefined;
  const { whenSplit: policy, homeGate } = show;
  const evidence = { kind: 'split', policy, missing: site.missing, homeGate } as const;
  if (policy === 'closed' || homeGate === undefined) return { reason: 'site-split', evidence };
  return homeGate === gate.machine ? undefined : { reason: 'not-home-gate', evidence };
}
