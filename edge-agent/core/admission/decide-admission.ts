import { type Confirmation, RefusalReason } from '../contract/admission.ts';
import type { DecidedTicket, Decision, DecisionBasis, Finding } from './decision.ts';
import type { AdmissionInput, CheckedCode, SiteFacts } from './facts.ts';
import { keyOutOfTime, notIssuedInThisForm, notOfThisSite, otherSite, unbelievableCode } from './rules/authenticity.ts';
import { clockUntrusted, dataTooOld, splitSite } from './rules/doubt.ts';
import { houseFull, needsEscort, noReentry } from './rules/house.ts';
import { wrongClass, wrongScreen, wrongShow } from './rules/place.ts';
import { areNewerThan, cancelledShow, noRecord, notGood, usedUp } from './rules/record.ts';
import { outsideWindow } from './rules/window.ts';
import { type Subject, subjectOf } from './subject.ts';

/**
 * The ticket check: from facts to a decision, without a clock, a store or chance of its own. It is total: every input has a decision, and none throws.
 * `README.md` beside this file explains it.
 */
export function decideAdmission(input: AdmissionInput): Decision {
  const { code } = input;
  const basis: DecisionBasis = { data: input.data, clock: input.clock };
  switch (code.kind) {
    case 'no-ticket':
      return refuse([{ reason: code.reason, evidence: { kind: 'form' } }], undefined, basis);
    case 'foreign':
      return refuse([{ reason: code.cinema === 'this' ? 'cannot-verify' : 'other-site', evidence: { kind: 'form' } }], undefined, basis);
    case 'unproven':
      return refuse(unprovenFindings(code, input), undefined, basis);
    case 'proven':
    case 'listed':
      return decideBelieved(subjectOf(code), input, basis);
  }
}

/** Only the form and the key's number are certain here. What the payload claims is told where it helps a guest, and never believed. */
function unprovenFindings(
  { problem, payload }: Extract<CheckedCode, { kind: 'unproven' }>,
  { gate, data }: AdmissionInput,
): readonly [Finding, ...Finding[]] {
  const evidence = { kind: 'signature', keyId: payload.keyId } as const;
  if (problem === 'bad-signature') return [{ reason: 'bad-signature', evidence }];
  // A ticket younger than our data may be signed by a key that is younger still.
  const unknownKey: Finding = { reason: areNewerThan(data, payload.issuedAt) ? 'unknown-key' : 'cannot-verify', evidence };
  // A genuine ticket of another cinema has a key that this gate cannot know.
  return payload.siteId === gate.siteId ? [unknownKey] : [unknownKey, otherSite(payload.siteId)];
}

function decideBelieved(subject: Subject, input: AdmissionInput, basis: DecisionBasis): Decision {
  const isEntry = input.gate.direction === 'entry';
  const isOurs = notOfThisSite(subject, input) === undefined;
  const ticket = decidedTicket(subject);
  const findings: Finding[] = [];
  for (const rule of isEntry && isOurs ? ENTRY_RULES : BELIEF_RULES) {
    const finding = rule(subject, input);
    if (finding !== undefined) findings.push(finding);
  }
  const [first, ...others] = findings;
  if (first !== undefined) return refuse([first, ...others], ticket, basis);
  return {
    kind: 'admit',
    ticket,
    used: isEntry ? subject.history.entries + 1 : subject.history.entries,
    needsProof: isEntry && subject.needsProof,
    confirmation: isEntry ? CONFIRMATION[input.site.kind] : 'alone',
    basis,
  };
}

type Rule = (subject: Subject, input: AdmissionInput) => Finding | undefined;

/**
 * All that an exit asks: nobody is kept inside, so a genuine ticket of this site opens one whatever its standing, the hour, the rules or the state of our
 * data. And all that there is to say about another cinema's ticket.
 */
const BELIEF_RULES: readonly Rule[] = [keyOutOfTime, notOfThisSite];

const ENTRY_RULES: readonly Rule[] = [
  ...BELIEF_RULES,
  unbelievableCode,
  notIssuedInThisForm,
  noRecord,
  notGood,
  cancelledShow,
  usedUp,
  wrongScreen,
  wrongShow,
  wrongClass,
  outsideWindow,
  houseFull,
  noReentry,
  needsEscort,
  dataTooOld,
  clockUntrusted,
  splitSite,
];

const CONFIRMATION: Readonly<Record<SiteFacts['kind'], Confirmation>> = { alone: 'alone', confirmed: 'confirmed', unanswered: 'unconfirmed' };

const PLACE = new Map(RefusalReason.options.map((reason, place) => [reason, place]));

function refuse(findings: readonly [Finding, ...Finding[]], ticket: DecidedTicket | undefined, basis: DecisionBasis): Decision {
  const [primary, ...others] = [...findings].sort((a, b) => (PLACE.get(a.reason) ?? 0) - (PLACE.get(b.reason) ?? 0));
  // Two rules may come to the same reason (a record that is missing, and a secret): it is told once.
  const rest = others.filter(({ reason }, index) => reason !== (others[index - 1] ?? primary)?.reason);
  return { kind: 'refuse', findings: [primary ?? findings[0], ...rest], ticket, basis };
}

function decidedTicket({ id, record, showId, show, history, admits, signed }: Subject): DecidedTicket {
  return signed?.form.kind === 'rotating'
    ? { id, record, showId, show, history, admits, step: signed.form.step }
    : { id, record, showId, show, history, admits };
}
