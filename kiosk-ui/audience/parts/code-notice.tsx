import { unreachable } from '#core/base/fault.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import { Icon } from '../../design/icon.tsx';
import { audience } from '../../text/audience.ts';
import { formatDate, formatTime } from '../../text/format.ts';
import { say } from '../../text/language.ts';
import type { CodeProblem, Kiosk } from '../model/kiosk.ts';
import { zoneOf } from './order.tsx';

/** Why a scanned or typed code led nowhere: a line above everything for some seconds, never a dialog that keeps the next code waiting. */
export function CodeNotice({ kiosk }: { readonly kiosk: Kiosk }) {
  const problem = kiosk.notice.value;
  return (
    <div class="notice" role="alert">
      {problem && (
        <div class="banner banner-bad">
          <Icon name="alert" />
          <p class="banner-text">{say(wordsOf(problem, zoneOf(kiosk)))}</p>
        </div>
      )}
    </div>
  );
}

export function wordsOf(problem: CodeProblem, zone: string): BothLanguages {
  switch (problem.kind) {
    case 'not-now':
      return audience.notNow;
    case 'wrong-for-payment':
      return problem.wanted === 'payment-code' ? audience.notAPaymentCode : audience.notAMemberCard;
    case 'unavailable':
      return audience.noConnection;
    case 'card':
      return CARD_PROBLEM[problem.problem];
    case 'wrong-kind':
      if (problem.reason === 'payment-code') return audience.paymentCodeShown;
      return problem.reason === 'unreadable' || problem.reason === 'not-a-ticket' || problem.reason === 'member-card'
        ? audience.notATicket
        : audience.ticketShown;
    case 'lookup':
      return lookupWords(problem.refusal, zone);
    default:
      return unreachable(problem);
  }
}

const CARD_PROBLEM: Readonly<Record<Extract<CodeProblem, { kind: 'card' }>['problem'], BothLanguages>> = {
  'payment-card': audience.paymentCardRefused,
  unreadable: audience.cardUnreadable,
  'not-a-member-card': audience.notAMemberCard,
};

function lookupWords(refusal: Extract<CodeProblem, { kind: 'lookup' }>['refusal'], zone: string): BothLanguages {
  switch (refusal.code) {
    case 'not-found':
      return audience.notFound;
    case 'other-site':
      return refusal.name ? { zh: audience.otherSiteNamed(refusal.name.zh).zh, en: audience.otherSiteNamed(refusal.name.en).en } : audience.otherSite;
    case 'too-early': {
      const { from } = refusal;
      const inWords = (into: 'zh' | 'en'): string => `${formatDate(from, zone, into)} ${formatTime(from, zone, into)}`;
      return { zh: audience.tooEarly(inWords('zh')).zh, en: audience.tooEarly(inWords('en')).en };
    }
    case 'expired':
      return audience.expired;
    case 'all-collected':
      return refusal.at !== undefined && refusal.machine !== undefined
        ? audience.allCollectedAt(formatTime(refusal.at, zone), refusal.machine)
        : audience.allCollected;
    case 'refunded':
      return audience.refunded;
    case 'not-confirmed':
      return audience.notConfirmed;
    default:
      return unreachable(refusal);
  }
}
