import { expect, test } from 'vitest';
import { instant, seconds, toIso } from '#core/base/time.ts';
import type { KioskSession } from '#core/contract/local/kiosk.ts';
import { createKiosk } from '../../../kiosk-ui/audience/model/create-kiosk.ts';
import type { Kiosk } from '../../../kiosk-ui/audience/model/kiosk.ts';
import { holdShown } from '../../../kiosk-ui/audience/model/kiosk.ts';
import { FLOWS, LOBBY, orderFor, programmeAt, showSeats } from '../support/sample-lobby.ts';
import { createScriptedAgent } from '../support/scripted-agent.ts';

const NOW = instant(Date.UTC(2026, 9, 31, 11, 0, 0));
const programme = programmeAt(NOW);
const show = programme.shows.find((candidate) => candidate.businessDay === programme.days[1]);
if (!show) throw new Error('no show tomorrow');
const house = showSeats(show);
const order = orderFor(
  house,
  house.plan.seats.slice(30, 32).map((seat) => seat.id),
  NOW,
);
const REVIEW: KioskSession = { phase: 'review', order };
const IDLE: KioskSession = { phase: 'idle' };

/** A kiosk whose agent keeps one session, as the real one does: calls change it, and it is pushed. */
async function kioskInUse() {
  let cleared = 0;
  const scripted = createScriptedAgent({
    readLobby: () => ({ kind: 'done', value: LOBBY }),
    readProgramme: () => ({ kind: 'done', value: programme }),
    readShowSeats: () => ({ kind: 'done', value: house }),
    confirmSeats: () => ({ kind: 'done', value: { session: REVIEW } }),
    cancel: () => ({ kind: 'done', value: { session: IDLE } }),
    leave: () => ({ kind: 'done', value: { session: IDLE } }),
  });
  const kiosk = createKiosk({
    agent: scripted.agent,
    onCleared: () => {
      cleared++;
    },
  });
  scripted.push({ kind: 'welcome', boot: 'a', at: toIso(NOW) });
  scripted.push({ kind: 'flows', flows: [...FLOWS] });
  await scripted.time.settle();
  return { ...scripted, kiosk, cleared: () => cleared };
}

async function toReview(kiosk: Kiosk, settle: () => Promise<void>): Promise<void> {
  kiosk.go({ at: 'films' });
  kiosk.go({ at: 'shows', filmId: house.film.id, day: house.show.businessDay });
  kiosk.openShow(house.film.id, house.show.businessDay, house.show.id);
  await settle();
  kiosk.seats.pick(2);
  kiosk.toTypes();
  await kiosk.confirmSeats();
}

test('from the posters to the review, and the seats asked for are the seats on the screen', async () => {
  const { kiosk, calls, time } = await kioskInUse();
  expect(kiosk.screen.value).toBe('attract');
  await toReview(kiosk, time.settle);
  expect(kiosk.screen.value).toBe('review');
  expect(calls.at(-1)).toMatchObject({
    name: 'confirmSeats',
    input: {
      body: {
        showId: house.show.id,
        submitTotal: kiosk.seats.total.value,
        seats: kiosk.seats.selected.value.map((seatId) => ({ seatId, ticketType: 'adult' })),
      },
    },
  });
  kiosk.close();
});

test('an answer that is older than what was pushed meanwhile changes nothing', async () => {
  const { kiosk, script, push, time } = await kioskInUse();
  await toReview(kiosk, time.settle);
  const paying = { phase: 'paying', method: 'qr', ending: false, order, expiresAt: toIso(NOW), userPaying: false } as const;
  script.pay = () => {
    push({ kind: 'session', session: { ...paying, codeUrl: 'https://pay.example/1' } });
    return { kind: 'done', value: { session: paying } };
  };
  await kiosk.pay();
  expect(kiosk.session.value).toMatchObject({ phase: 'paying', method: 'qr', ending: false, codeUrl: 'https://pay.example/1' });
  kiosk.close();
});

test('back goes one step and keeps what was chosen', async () => {
  const { kiosk, time } = await kioskInUse();
  kiosk.openShow(house.film.id, house.show.businessDay, house.show.id);
  await time.settle();
  kiosk.seats.pick(2);
  kiosk.toTypes();
  kiosk.back();
  expect(kiosk.screen.value).toBe('seats');
  expect(kiosk.seats.selected.value).toHaveLength(2);
  const steps = ['shows', 'films', 'attract', 'attract'];
  for (const step of steps) {
    kiosk.back();
    expect(kiosk.screen.value).toBe(step);
  }
  kiosk.close();
});

test('"change seats" gives the order up and leads to the map with the same seats still chosen', async () => {
  const { kiosk, calls, time, cleared } = await kioskInUse();
  await toReview(kiosk, time.settle);
  const before = kiosk.seats.selected.value;
  await kiosk.cancel('seats');
  expect(calls.map((call) => call.name)).toContain('cancel');
  expect(kiosk.screen.value).toBe('seats');
  expect(kiosk.seats.selected.value).toEqual(before);
  expect(cleared()).toBe(0);
  kiosk.close();
});

test('the same from a page that was loaded anew in the middle of an order', async () => {
  const { kiosk, push } = await kioskInUse();
  push({ kind: 'session', session: REVIEW });
  await kiosk.cancel('seats');
  expect(kiosk.screen.value).toBe('seats');
  expect(kiosk.seats.house.value?.show.id).toBe(order.showId);
  kiosk.close();
});

test('the end of the session is the end of the visit: nothing of the guest is left', async () => {
  const { kiosk, push, time, cleared } = await kioskInUse();
  await toReview(kiosk, time.settle);
  kiosk.settings.largeText.value = true;
  push({ kind: 'session', session: { phase: 'done', order, journey: 'buy', printed: 2 } });
  expect(kiosk.screen.value).toBe('done');
  await kiosk.leave();
  expect(kiosk.screen.value).toBe('attract');
  expect(cleared()).toBe(1);
  expect(kiosk.settings.largeText.value).toBe(false);
  const left = JSON.stringify([kiosk.session.value, kiosk.browse.value, kiosk.seats.selected.value, kiosk.code.digits.value, kiosk.notice.value]);
  expect(left).not.toContain(order.orderId);
  expect(left).not.toContain(order.pickUpCode);
  expect(kiosk.seats.house.value).toBeUndefined();
  kiosk.close();
});

test('a guest who went away: a question at 60 s, gone at 90, and the order is left by the agent', async () => {
  const { kiosk, calls, time, cleared } = await kioskInUse();
  kiosk.go({ at: 'enter-code' });
  kiosk.code.press('4');
  await time.advance(seconds(61));
  expect(kiosk.idle.warning.value).toBe(29);
  await time.advance(seconds(30));
  expect(kiosk.screen.value).toBe('attract');
  expect(kiosk.code.digits.value).toBe('');
  expect(cleared()).toBe(1);
  expect(calls.some((call) => call.name === 'leave')).toBe(false);
  await toReview(kiosk, time.settle);
  await time.advance(seconds(121));
  expect(calls.at(-1)?.name === 'leave' || calls.some((call) => call.name === 'leave')).toBe(true);
  expect(kiosk.screen.value).toBe('attract');
  kiosk.close();
});

test('nobody is sent away while the payment is unknown, until the agent lets them go', async () => {
  const { kiosk, push, time } = await kioskInUse();
  const unknown = { phase: 'payment-unknown', order, since: toIso(NOW), claimAt: toIso(instant(NOW + 60_000)), money: 'checking' } as const;
  push({ kind: 'session', session: { ...unknown, mayLeave: false } });
  await time.advance(seconds(300));
  expect(kiosk.screen.value).toBe('payment-unknown');
  expect(kiosk.idle.warning.value).toBeUndefined();
  push({ kind: 'session', session: { ...unknown, mayLeave: true } });
  await time.advance(seconds(125));
  expect(kiosk.screen.value).toBe('attract');
  kiosk.close();
});

test('a scan anywhere leads to the order at once, and the digits typed before are gone', async () => {
  const { kiosk, push } = await kioskInUse();
  kiosk.go({ at: 'enter-code' });
  kiosk.code.press('7');
  push({ kind: 'session', session: { phase: 'collect', order } });
  expect(kiosk.screen.value).toBe('collect');
  expect(kiosk.code.digits.value).toBe('');
  kiosk.close();
});

test('seats that were lost lead back to the map; a changed price is asked about where the guest stands', async () => {
  const { kiosk, script, time } = await kioskInUse();
  kiosk.openShow(house.film.id, house.show.businessDay, house.show.id);
  await time.settle();
  kiosk.seats.pick(2);
  const [lost] = kiosk.seats.selected.value;
  if (!lost) throw new Error('nothing chosen');
  kiosk.toTypes();
  script.confirmSeats = () => ({ kind: 'refused', refusal: { code: 'price-changed', total: { minor: 1, currency: 'CNY' } } });
  await kiosk.confirmSeats();
  expect(kiosk.screen.value).toBe('types');
  expect(kiosk.seats.notice.value).toMatchObject({ kind: 'price', to: { minor: 1 } });
  script.confirmSeats = () => ({ kind: 'refused', refusal: { code: 'seats-lost', lost: [lost], picture: house.picture, offer: [] } });
  await kiosk.acceptPrice({ minor: 1, currency: 'CNY' });
  expect(kiosk.screen.value).toBe('seats');
  expect(kiosk.seats.selected.value).not.toContain(lost);
  kiosk.close();
});

test('no answer changes nothing and says so; a double tap is one command', async () => {
  const { kiosk, calls, script, push } = await kioskInUse();
  push({ kind: 'session', session: REVIEW });
  await Promise.all([kiosk.pay(), kiosk.pay()]);
  expect(calls.filter((call) => call.name === 'pay')).toHaveLength(1);
  expect(kiosk.screen.value).toBe('review');
  expect(kiosk.trouble.value).toBe(true);
  script.pay = () => ({ kind: 'refused', refusal: { code: 'not-now', session: { phase: 'hold-expired', money: 'not-charged' } } });
  await kiosk.pay();
  expect(kiosk.screen.value).toBe('hold-expired');
  expect(kiosk.trouble.value).toBe(false);
  kiosk.close();
});

test('a typed code: twelve digits, no more; a refusal is told for 8 s and goes', async () => {
  const { kiosk, script, calls, time } = await kioskInUse();
  kiosk.go({ at: 'enter-code' });
  await kiosk.find();
  expect(calls.some((call) => call.name === 'lookUp')).toBe(false);
  for (const digit of '4829173056629x') kiosk.code.press(digit);
  expect(kiosk.code.halves.value).toEqual(['482917', '305662']);
  script.lookUp = () => ({ kind: 'refused', refusal: { code: 'not-found' } });
  await kiosk.find();
  expect(kiosk.notice.value).toEqual({ kind: 'lookup', refusal: { code: 'not-found' } });
  await time.advance(seconds(9));
  expect(kiosk.notice.value).toBeUndefined();
  kiosk.close();
});

test('what was said of a card goes when the next one takes the guest on', async () => {
  const { kiosk, push } = await kioskInUse();
  const member = (at: 'card' | 'pin') => {
    const order = 'order' in REVIEW ? REVIEW.order : undefined;
    if (order === undefined) throw new Error('there is an order');
    push({ kind: 'session', session: { phase: 'member', order, member: at === 'card' ? { at } : { at, card: '7560' } } });
  };
  member('card');
  push({ kind: 'notice', notice: { at: toIso(instant(NOW)), problem: { kind: 'card', problem: 'payment-card' } } });
  member('card');
  expect(kiosk.notice.value).toEqual({ kind: 'card', problem: 'payment-card' });
  member('pin');
  expect(kiosk.notice.value).toBeUndefined();
  kiosk.close();
});

test('the hold is shown 15 s shorter than it is', () => {
  expect(holdShown(toIso(instant(NOW + 100_000)), NOW)).toBe(85);
  expect(holdShown(toIso(instant(NOW + 5_000)), NOW)).toBe(0);
});

test('closing leaves no timer behind', async () => {
  const { kiosk, time } = await kioskInUse();
  kiosk.close();
  expect(time.pendingTimers()).toBe(0);
});
