import type { AdmissionInput, CheckedCode, SiteFacts } from '#core/admission/facts.ts';
import { hours, instant, milliseconds, minutes, plus } from '#core/base/time.ts';
import type { MachineId, ScreenId, ShowId } from '#core/contract/identifiers.ts';
import { OTHER_SITE } from './any-input.ts';
import {
  atTime,
  goodInput,
  lastEntry,
  listedInput,
  MACHINE,
  NOW,
  OTHER_MACHINE,
  onPhone,
  PHONE_STEP,
  payload,
  show,
  ticket,
  withCode,
  withPayload,
  withShow,
  withTicket,
} from './cases.ts';

/** One row for each way of being refused, and beside it the nearest one of not being refused: the input, what an entry says and what an exit says. */
export type TableRow = readonly [name: string, input: AdmissionInput, entry: readonly string[], exit: readonly string[]];

const noTicket = (reason: Extract<CheckedCode, { kind: 'no-ticket' }>['reason']): AdmissionInput => ({
  ...goodInput,
  code: { kind: 'no-ticket', reason },
});
const unproven = (problem: 'bad-signature' | 'unknown-key', change: Partial<typeof payload> = {}): AdmissionInput => ({
  ...goodInput,
  code: { kind: 'unproven', problem, payload: { ...payload, ...change } },
});
const both = (...reasons: readonly string[]) => [reasons, reasons] as const;
const entryOnly = (...reasons: readonly string[]) => [reasons, []] as const;
const admitted = [[], []] as const;
const replayed = { entries: 1, exits: 1, lastEntry, lastStep: PHONE_STEP };

/** What only a signed code, or a code that is none, can be refused for. */
export const signedRows: readonly TableRow[] = [
  [
    'a child that the data do not have yet, at a show to which it does not go alone',
    withCode({ ticket: undefined, payload: { ...payload, ticketClass: 'child', issuedAt: NOW }, show: { ...show, escortChildren: true } }),
    ...entryOnly('cannot-verify', 'needs-escort'),
  ],
  ['unreadable', noTicket('unreadable'), ...both('unreadable')],
  ['a payment code', noTicket('payment-code'), ...both('payment-code')],
  ['a pick-up code', noTicket('pick-up-code'), ...both('pick-up-code')],
  ['a member card', noTicket('member-card'), ...both('member-card')],
  ['not a ticket', noTicket('not-a-ticket'), ...both('not-a-ticket')],
  ['an information code of ours that is not listed', { ...goodInput, code: { kind: 'foreign', cinema: 'this' } }, ...both('cannot-verify')],
  ['an information code of another cinema', { ...goodInput, code: { kind: 'foreign', cinema: 'other' } }, ...both('other-site')],
  ['a bad signature', unproven('bad-signature'), ...both('bad-signature')],
  ['an unknown key', unproven('unknown-key'), ...both('unknown-key')],
  ['an unknown key of another site', unproven('unknown-key', { siteId: OTHER_SITE }), ...both('unknown-key', 'other-site')],
  [
    'an unknown key of another site, younger than our data',
    unproven('unknown-key', { siteId: OTHER_SITE, issuedAt: NOW }),
    ...both('other-site', 'cannot-verify'),
  ],
  ['an unknown key on a ticket younger than our data', unproven('unknown-key', { issuedAt: NOW }), ...both('cannot-verify')],
  ['a gate without any data', { ...unproven('unknown-key'), data: undefined }, ...both('cannot-verify')],
  ['a key that was not yet good', withCode({ key: { notBefore: NOW, notAfter: NOW } }), ...both('key-out-of-time')],
  ['a key that ended at the instant of issue', withCode({ key: { notBefore: payload.issuedAt, notAfter: payload.issuedAt } }), ...admitted],
  ['another site', withPayload({ siteId: OTHER_SITE }), ...both('other-site')],
  [
    'another site, and everything else wrong too',
    { ...withCode({ payload: { ...payload, siteId: OTHER_SITE }, ticket: undefined, show: undefined }), ...atWorst() },
    ...both('other-site'),
  ],
  ['no record, data newer', withCode({ ticket: undefined }), ...entryOnly('unknown-ticket')],
  ['no record, data older than the ticket', withCode({ ticket: undefined, payload: { ...payload, issuedAt: NOW } }), ...entryOnly('cannot-verify')],
  ['no record and no show', withCode({ ticket: undefined, show: undefined }), ...entryOnly('cannot-verify')],
  ['a listed code whose show the data lack', listedInput(withCode({ show: undefined })), ...entryOnly('cannot-verify')],
  ['the old paper of a rebooked ticket', withTicket({ showId: '418' as ShowId }), ...entryOnly('wrong-show')],
  ['paper of a ticket for phones alone', withTicket({ forms: 'rotating' }), ...entryOnly('wrong-form')],
  ['paper of a ticket for paper alone', withTicket({ forms: 'paper' }), ...admitted],
  ['a phone with a ticket for paper alone', onPhone(withTicket({ forms: 'paper' })), ...entryOnly('wrong-form')],
  ['a phone with a ticket for phones alone', onPhone(withTicket({ forms: 'rotating' })), ...admitted],
  ['a phone whose check value is wrong', onPhone(goodInput, { isGenuine: false }), ...entryOnly('bad-signature')],
  ['a phone at a gate without the secret', onPhone(goodInput, { isGenuine: undefined }), ...entryOnly('cannot-verify')],
  ['a phone one step behind', onPhone(goodInput, { step: PHONE_STEP - 1 }), ...admitted],
  ['a phone one step ahead', onPhone(goodInput, { step: PHONE_STEP + 1 }), ...admitted],
  ['a picture of two steps ago', onPhone(goodInput, { step: PHONE_STEP - 2 }), ...entryOnly('stale-code')],
  ['a phone two steps ahead', onPhone(goodInput, { step: PHONE_STEP + 2 }), ...entryOnly('stale-code')],
  [
    'a step at the edge of what the clock allows',
    onPhone({ ...goodInput, clock: { earliest: NOW, latest: plus(NOW, minutes(5)), now: NOW } }, { step: PHONE_STEP + 21 }),
    ...admitted,
  ],
  [
    'a step beyond it',
    onPhone({ ...goodInput, clock: { earliest: NOW, latest: plus(NOW, minutes(5)), now: NOW } }, { step: PHONE_STEP + 22 }),
    ...entryOnly('stale-code'),
  ],
  [
    'a step that was accepted before, after the guest has left',
    onPhone(withCode({ history: replayed, show: { ...show, reentry: true } })),
    ...entryOnly('stale-code'),
  ],
  [
    'a newer step, after the guest has left',
    onPhone(withCode({ history: { ...replayed, lastStep: PHONE_STEP - 1 }, show: { ...show, reentry: true } })),
    ...admitted,
  ],
  [
    'a step that was accepted before, of a ticket that is used up',
    onPhone(withCode({ history: { entries: 1, exits: 0, lastEntry, lastStep: PHONE_STEP } })),
    ...entryOnly('already-used'),
  ],
  [
    'the same step for the second body of a party',
    onPhone(withCode({ ticket: { ...ticket, admits: 2 }, history: { entries: 1, exits: 0, lastEntry, lastStep: PHONE_STEP } })),
    ...admitted,
  ],
  [
    'a phone at a gate whose time has no upper bound',
    onPhone({ ...goodInput, clock: { earliest: NOW, latest: undefined, now: NOW } }),
    ...entryOnly('clock-untrusted'),
  ],
  [
    'a phone at a gate whose time is known to just five minutes',
    onPhone({ ...goodInput, clock: { earliest: NOW, latest: plus(NOW, minutes(5)), now: NOW } }),
    ...admitted,
  ],
  [
    'a phone at a gate whose time is known worse than that',
    onPhone({ ...goodInput, clock: { earliest: NOW, latest: instant(NOW + minutes(5) + 1), now: NOW } }),
    ...entryOnly('clock-untrusted'),
  ],
  ['paper at a gate whose time has no upper bound', { ...goodInput, clock: { earliest: NOW, latest: undefined, now: NOW } }, ...admitted],
];

function atWorst(): Pick<AdmissionInput, 'data' | 'clock' | 'site'> {
  return {
    data: { version: 7, confirmedAt: NOW, age: hours(25) },
    clock: { earliest: instant(show.entryUntil + 1), latest: undefined, now: NOW },
    site: { kind: 'unanswered', missing: [OTHER_MACHINE], mustRefuse: true },
  };
}

const gateFor = (change: Partial<AdmissionInput['gate']>, input = goodInput): AdmissionInput => ({ ...input, gate: { ...input.gate, ...change } });
const split: SiteFacts = { kind: 'unanswered', missing: [OTHER_MACHINE] };
const whileSplit = (change: Partial<typeof show>): AdmissionInput => ({ ...withShow(change), site: split });
const back = { entries: 1, exits: 1, lastEntry };

/** What the record, the history, the gate, the hour and the site say: the same for paper, a phone and a listed code. */
export const recordRows: readonly TableRow[] = [
  ['all is well', goodInput, ...admitted],
  ['revoked', withTicket({ standing: 'revoked' }), ...entryOnly('revoked')],
  ['refunded', withTicket({ standing: 'refunded' }), ...entryOnly('refunded')],
  ['cancelled', withTicket({ standing: 'cancelled' }), ...entryOnly('cancelled')],
  ['a cancelled show', withShow({ cancelled: true }), ...entryOnly('cancelled')],
  [
    'refunded because the show is cancelled',
    withCode({ ticket: { ...ticket, standing: 'refunded' }, show: { ...show, cancelled: true } }),
    ...entryOnly('refunded', 'cancelled'),
  ],
  [
    'blocked, and the show cancelled',
    withCode({ ticket: { ...ticket, standing: 'blocked' }, show: { ...show, cancelled: true } }),
    ...entryOnly('cancelled', 'blocked'),
  ],
  [
    'cancelled with its show, once',
    withCode({ ticket: { ...ticket, standing: 'cancelled' }, show: { ...show, cancelled: true } }),
    ...entryOnly('cancelled'),
  ],
  ['blocked', withTicket({ standing: 'blocked' }), ...entryOnly('blocked')],
  ['unpaid', withTicket({ standing: 'unpaid' }), ...entryOnly('unpaid')],
  ['not yet confirmed', withTicket({ standing: 'not-confirmed' }), ...entryOnly('not-confirmed')],
  ['already used', withCode({ history: { entries: 1, exits: 0, lastEntry } }), ...entryOnly('already-used')],
  ['back again, not allowed', withCode({ history: back }), ...entryOnly('already-used', 'no-reentry')],
  ['back again, allowed', withCode({ history: back, show: { ...show, reentry: true } }), ...admitted],
  [
    'back again while somebody is inside',
    withCode({ history: { entries: 2, exits: 1, lastEntry }, show: { ...show, reentry: true } }),
    ...entryOnly('already-used'),
  ],
  ['more exits than entries', withCode({ history: { entries: 0, exits: 2 }, show: { ...show, reentry: true } }), ...admitted],
  ['a party of three, two inside', withCode({ ticket: { ...ticket, admits: 3 }, history: { entries: 2, exits: 0, lastEntry } }), ...admitted],
  [
    'a party of three, three inside',
    withCode({ ticket: { ...ticket, admits: 3 }, history: { entries: 3, exits: 0, lastEntry } }),
    ...entryOnly('already-used'),
  ],
  ['another screen', gateFor({ screens: ['4' as ScreenId] }), ...entryOnly('wrong-screen')],
  ['this screen', gateFor({ screens: ['3' as ScreenId, '4' as ScreenId] }), ...admitted],
  ['a show that moved to this screen', gateFor({ screens: ['4' as ScreenId] }, withShow({ screenId: '4' as ScreenId })), ...admitted],
  ['a class that this gate does not take', gateFor({ classes: ['child', 'senior'] }), ...entryOnly('wrong-class')],
  ['a class that it takes', gateFor({ classes: ['senior'] }, withTicket({ ticketClass: 'senior' })), ...admitted],
  ['too early by 1 ms', atTime(show.entryFrom - 1), ...entryOnly('too-early')],
  ['the first instant', atTime(show.entryFrom), ...admitted],
  ['the last instant', atTime(show.entryUntil), ...admitted],
  ['too late by 1 ms', atTime(show.entryUntil + 1), ...entryOnly('too-late')],
  ['perhaps too early', atTime(show.entryFrom - 500, 500), ...admitted],
  ['certainly too early', atTime(show.entryFrom - 501, 500), ...entryOnly('too-early')],
  ['perhaps too late', atTime(show.entryUntil + 500, 500), ...admitted],
  ['certainly too late', atTime(show.entryUntil + 501, 500), ...entryOnly('too-late')],
  ['a full house', withCode({ show: { ...show, capacity: 3 }, inHall: 3 }), ...entryOnly('house-full')],
  ['one place left', withCode({ show: { ...show, capacity: 3 }, inHall: 2 }), ...admitted],
  ['a hall without a limit of its own', withCode({ inHall: 1_000 }), ...admitted],
  [
    'a child, at a show to which it does not go alone',
    withCode({ ticket: { ...ticket, ticketClass: 'child' }, show: { ...show, escortChildren: true } }),
    ...entryOnly('needs-escort'),
  ],
  [
    'a child whose grown-up is inside',
    withCode({ ticket: { ...ticket, ticketClass: 'child' }, show: { ...show, escortChildren: true }, isEscortInside: true }),
    ...admitted,
  ],
  ['a child, at any other show', withTicket({ ticketClass: 'child' }), ...admitted],
  ['a grown-up, at a show for which children need one', withShow({ escortChildren: true }), ...admitted],
  ['data too old by 1 ms', { ...goodInput, data: { version: 7, confirmedAt: NOW, age: milliseconds(hours(24) + 1) } }, ...entryOnly('data-too-old')],
  ['data just not too old', { ...goodInput, data: { version: 7, confirmedAt: NOW, age: hours(24) } }, ...admitted],
  ['a split site, open', whileSplit({ whenSplit: 'open' }), ...admitted],
  ['a split site, at the home gate', whileSplit({ whenSplit: 'home-gate', homeGate: MACHINE }), ...admitted],
  ['a split site, at another gate', whileSplit({ whenSplit: 'home-gate', homeGate: 'gate-z' as MachineId }), ...entryOnly('not-home-gate')],
  ['a split site, with no home gate named', whileSplit({ whenSplit: 'home-gate' }), ...entryOnly('site-split')],
  ['a split site, closed', whileSplit({ whenSplit: 'closed' }), ...entryOnly('site-split')],
  ['a gate that has lost its records', { ...goodInput, site: { ...split, mustRefuse: true } }, ...entryOnly('site-split')],
  ['a closed show while the gates talk', { ...withShow({ whenSplit: 'closed' }), site: { kind: 'confirmed' } }, ...admitted],
  [
    'all of that at once',
    {
      ...withCode({
        ticket: { ...ticket, standing: 'unpaid', ticketClass: 'child' },
        show: { ...show, cancelled: true, capacity: 0, escortChildren: true, whenSplit: 'closed' },
        history: back,
      }),
      ...atWorst(),
      gate: { ...goodInput.gate, screens: [], classes: [] },
      clock: { earliest: instant(show.entryUntil + 1), latest: instant(show.entryUntil + 1), now: instant(show.entryUntil + 1) },
    },
    ...entryOnly(
      'cancelled',
      'unpaid',
      'already-used',
      'wrong-screen',
      'wrong-class',
      'too-late',
      'house-full',
      'no-reentry',
      'needs-escort',
      'data-too-old',
      'site-split',
    ),
  ],
];
