import { expect, test } from 'vitest';
import { RefusalReason, VERDICT_OF_REASON } from '#core/contract/admission.ts';
import { LaneId, MachineId } from '#core/contract/identifiers.ts';
import type { GateView } from '#core/contract/local/live.ts';
import type { LinkState } from '../../../kiosk-ui/agent/live.ts';
import { agoWords, messageOf, seatWords } from '../../../kiosk-ui/gate/message.ts';
import { FACE_TITLE, REFUSAL_TITLE } from '../../../kiosk-ui/text/gate.ts';
import { admitted, gateView, refusedFor, showing, TICKET } from '../support/sample-gate.ts';

const around = {
  timeZone: 'Asia/Shanghai',
  laneName: (lane: string) => (lane === 'lane-1' ? '1号口' : lane),
  machineName: (id: string) => id,
  machine: 'kiosk-01',
};

const shown = (view: GateView | undefined, link: LinkState = 'live', checkingMs = 0) => {
  const message = messageOf(view, link, checkingMs, around);
  // Spaces that hold a fact together are drawn, not compared.
  const plain = (text: string | undefined) => text?.replaceAll('\u00a0', ' ');
  return { ...message, zh: plain(message.fact?.zh), en: plain(message.fact?.en) };
};

test('an admission names screen and seat, and a party its number', () => {
  expect(shown(showing(admitted()))).toMatchObject({
    face: 'enter',
    zh: '3号 IMAX 厅 · 5排08座',
    en: 'Screen 3 IMAX · Row 5 Seat 08',
    offline: false,
  });
  const party = shown(showing(admitted({ kind: 'enter-group', ticket: { ...TICKET, used: 2, admits: 3 } })));
  expect(party).toMatchObject({ face: 'enter-group', en: '2 of 3 · Screen 3 IMAX · Row 5 Seat 08' });
});

test('each guest of a party is news, though the ticket is the same', () => {
  const verdict = admitted({ kind: 'enter-group', ticket: { ...TICKET, used: 1, admits: 3 } });
  const next = { ...verdict, ticket: { ...TICKET, used: 2, admits: 3 } };
  expect(shown(showing(verdict)).key).not.toBe(shown(showing(next)).key);
});

test('a decision without the network says so', () => {
  expect(shown(showing(admitted({ offline: true })))).toMatchObject({ face: 'enter', offline: true });
});

test.each(RefusalReason.options)('%s is never shown as an admission, and has its own words', (reason) => {
  for (const withTicket of [true, false]) {
    const message = shown(showing(refusedFor(reason, withTicket)));
    expect(['enter', 'enter-group', 'attention', 'ready', 'fire']).not.toContain(message.face);
    if (VERDICT_OF_REASON[reason] !== 'attention') expect(message.face).toBe(VERDICT_OF_REASON[reason]);
    expect(message.title).toBe(REFUSAL_TITLE[reason]);
    expect(message.more).toBeDefined();
  }
});

test('the fact that settles a refusal stands on the screen', () => {
  expect(shown(showing(refusedFor('already-used')))).toMatchObject({ zh: '3 分钟前 · 1号口 19:07', en: '3 min ago · 1号口, 19:07' });
  expect(shown(showing(refusedFor('too-early')))).toMatchObject({ zh: '19:30 起入场', en: 'Entry from 19:30' });
  expect(shown(showing(refusedFor('wrong-show')))).toMatchObject({ en: 'Show at 20:10 · Screen 3 IMAX' });
  expect(shown(showing(refusedFor('wrong-screen')))).toMatchObject({ zh: '请到 3号 IMAX 厅', en: 'Go to Screen 3 IMAX' });
});

test('a ticket that was used at another gate names that gate, and one that belongs to another sends the guest there', () => {
  const elsewhere = { at: '2026-02-17T11:05:00.000Z', lane: LaneId.parse('lane-1'), machine: MachineId.parse('gate-02') };
  expect(shown(showing({ ...refusedFor('already-used'), usedBefore: elsewhere }))).toMatchObject({ en: '5 min ago · gate-02, 19:05' });
  expect(shown(showing(refusedFor('not-home-gate')))).toMatchObject({ face: 'wrong-place', zh: '请到 gate-02', en: 'Go to gate-02' });
});

test('a child is told that its grown-up goes first, when there is one with a ticket', () => {
  expect(shown(showing({ ...refusedFor('needs-escort'), escortHasTicket: true }))).toMatchObject({
    face: 'needs-escort',
    zh: '同行大人先检票',
    en: "The adult's ticket goes first",
  });
  expect(messageOf(showing(refusedFor('needs-escort')), 'live', 0, around).fact).toBeUndefined();
});

test('an admission that other gates have not confirmed says so; a refusal has nothing to confirm', () => {
  expect(shown(showing(admitted({ confirmation: 'unconfirmed' })))).toMatchObject({ face: 'enter', unconfirmed: true });
  expect(shown(showing(admitted({ confirmation: 'confirmed' }))).unconfirmed).toBe(false);
  expect(shown(showing({ ...refusedFor('already-used'), confirmation: 'unconfirmed' })).unconfirmed).toBe(false);
});

test('a time of another day comes with its day', () => {
  const { ticket, ...verdict } = refusedFor('too-early');
  const tomorrow = { ...verdict, ticket: { ...TICKET, ...ticket, entryFrom: '2026-02-18T11:30:00.000Z' } };
  expect(shown(showing(tomorrow)).en).toBe('Entry from Wed 18 Feb 19:30');
});

test('a check is shown when it takes longer than 0.3 s, and the verdict before it is gone at once', () => {
  expect(shown(gateView({ state: 'checking' }), 'live', 0).face).toBe('ready');
  expect(shown(gateView({ state: 'checking' }), 'live', 300).face).toBe('checking');
});

test.each([
  ['not-passed', 'not-passed'],
  ['forced', 'forced'],
  ['unavailable', 'not-released'],
  ['closed', 'ready'],
  ['released', 'ready'],
  ['passed', 'ready'],
] as const)('between guests a barrier that is %s shows %s', (barrier, face) => {
  expect(shown(gateView({ barrier }))).toMatchObject({ face, title: FACE_TITLE[face] });
});

test.each(['connecting', 'silent', 'lost'] as const)('an admission does not stay while the agent is %s', (link) => {
  expect(['no-link', 'out-of-service']).toContain(shown(showing(admitted()), link).face);
  expect(['no-link', 'out-of-service']).toContain(shown(undefined, link).face);
});

test('fire and a lane out of service come before everything else', () => {
  expect(shown({ ...showing(admitted()), state: 'fire' }).face).toBe('fire');
  expect(shown(gateView({ state: 'out-of-service', barrier: 'forced' })).face).toBe('out-of-service');
});

test('seats are put into words, and labels of another form are left as they are', () => {
  expect(seatWords('5-08')?.zh).toBe('5排08座');
  expect(seatWords('BOX 3')?.en).toBe('BOX 3');
  expect(seatWords('')).toBeUndefined();
});

test('how long ago, and never a time to come', () => {
  expect([-5_000, 0, 59_999, 60_000, 3_599_999, 3_600_000, 172_800_000].map((ms) => agoWords(ms).en)).toEqual([
    '0 s ago',
    '0 s ago',
    '59 s ago',
    '1 min ago',
    '59 min ago',
    '1 h ago',
    '2 days ago',
  ]);
});
