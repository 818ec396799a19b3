import { unreachable } from '../base/fault.ts';
import type { MemberBalance, MemberCardCode, MemberRefusal } from '../contract/box-office/sales.ts';
import type { CallOutcome } from './calls.ts';
import { begin } from './payment-choice.ts';
import type { MemberStep, Sale, SaleStep } from './sale.ts';
import { stay } from './sale-moves.ts';

/** A member pays from a balance: card, PIN, the balance to look at, and only then the payment. The PIN stays no longer than it is needed. */

const at = (sale: Sale, step: MemberStep): Sale => ({ ...sale, secret: undefined, stage: { kind: 'member', step } });

const stepOf = ({ stage }: Sale): MemberStep | undefined => (stage.kind === 'member' ? stage.step : undefined);

export function takeCard(sale: Sale, card: MemberCardCode): SaleStep {
  const step = stepOf(sale);
  return step?.at === 'card' || step?.at === 'pin' ? stay(at(sale, { at: 'pin', card, problem: undefined })) : stay(sale);
}

export function takePin(sale: Sale, pin: string): SaleStep {
  const step = stepOf(sale);
  if (step?.at !== 'pin') return stay(sale);
  const { card } = step;
  const checking: Sale = { ...at(sale, { at: 'checking', card }), secret: { kind: 'member', card, pin } };
  return { sale: checking, effects: [{ kind: 'call', call: { name: 'readMember', request: { card, pin } } }] };
}

export function learnMember(sale: Sale, outcome: CallOutcome<MemberBalance, MemberRefusal>): SaleStep {
  const step = stepOf(sale);
  if (step?.at !== 'checking') return stay(sale);
  const { card } = step;
  switch (outcome.kind) {
    case 'answered':
      // The PIN is kept for the one call that the guest is about to allow.
      return stay({ ...sale, stage: { kind: 'member', step: { at: 'confirm', card, balance: outcome.answer.balance } } });
    case 'refused':
      return stay(at(sale, refusedStep(card, outcome.refusal)));
    case 'away':
      return stay(at(sale, { at: 'pin', card, problem: { kind: 'away' } }));
    default:
      return unreachable(outcome);
  }
}

function refusedStep(card: MemberCardCode, refusal: MemberRefusal): MemberStep {
  switch (refusal.code) {
    case 'card-unknown':
    case 'card-locked':
      return { at: 'card', problem: refusal.code };
    case 'wrong-pin':
      return refusal.triesLeft === 0
        ? { at: 'card', problem: 'card-locked' }
        : { at: 'pin', card, problem: { kind: 'wrong-pin', triesLeft: refusal.triesLeft } };
    default:
      return unreachable(refusal);
  }
}

/** @returns true when the balance covers the order, as far as both are known */
export function covers(sale: Sale, step: Extract<MemberStep, { at: 'confirm' }>): boolean {
  const total = sale.order?.total;
  return total !== undefined && total.currency === step.balance.currency && step.balance.minor >= total.minor;
}

export function confirmMember(sale: Sale): SaleStep {
  const step = stepOf(sale);
  return step?.at === 'confirm' && covers(sale, step) ? begin(sale) : stay(sale);
}
