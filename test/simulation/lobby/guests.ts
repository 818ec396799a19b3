import { DEMO_MEMBERS } from '#agent/box-office/members/demo-members.ts';
import type { Kiosk } from '#agent/kiosk/kiosk.ts';
import { unreachable } from '#core/base/fault.ts';
import type { Money } from '#core/base/money.ts';
import { type Monotonic, seconds } from '#core/base/time.ts';
import type { TicketTypeId } from '#core/contract/box-office/programme.ts';
import type { SeatId } from '#core/contract/identifiers.ts';
import type { KioskSession, SessionOrder } from '#core/contract/local/kiosk.ts';
import type { Prng } from '../kernel/prng.ts';
import type { Timeline } from '../kernel/timeline.ts';
import { bytesOf } from '../world/guests.ts';
import { HOUSE_SHOWS } from './house.ts';
import type { KioskHost } from './kiosk-host.ts';
import type { OfficeBooks } from './observation.ts';
import type { LobbyFault, LobbyPlan } from './plan.ts';
import type { ProviderWorld } from './provider-world.ts';
import { chooseSeats, priceOf } from './seat-choice.ts';

/**
 * The people before the kiosks. Each wants seats, looks at the screen every second or so, and does what it offers, or something else: walks away, gives up in
 * the middle of paying, pays after giving up, presses twice, fetches the rest at another machine.
 */
export interface GuestSurroundings {
  readonly timeline: Timeline;
  readonly chance: Prng;
  readonly kiosks: readonly KioskHost[];
  readonly books: OfficeBooks;
  readonly provider: ProviderWorld;
  readonly plan: LobbyPlan;
  /** Nobody comes any more after this. */
  readonly until: number;
  readonly happens: (fault: LobbyFault, often: number) => boolean;
  readonly reached: (mark: string) => void;
}

const LOOKS_MS = [500, 2_200] as const;
const COMES_AGAIN_MS = [3_000, 15_000] as const;
const PATIENCE = 14;
/** A screen that nobody touches goes back to the beginning. */
const SCREEN_IDLE_MS = seconds(45);
const SCREEN_LOOKS_MS = seconds(10);

type Phase = KioskSession['phase'];

interface Guest {
  readonly name: string;
  readonly chance: Prng;
  at: KioskHost | undefined;
  /** Comes to buy, and later perhaps only to collect. */
  wants: 'seats' | 'tickets';
  code: string | undefined;
  paid: boolean;
  tries: number;
  collections: number;
  isGone: boolean;
  seats: readonly SeatId[] | undefined;
  paying: Phase | undefined;
  member: (typeof DEMO_MEMBERS)[number] | undefined;
  looksInPhase: number;
}

export function planGuests(around: GuestSurroundings, count: number, from: number, lastComes: number): void {
  const { timeline, chance } = around;
  for (let index = 1; index <= count; index++) {
    const guest: Guest = {
      name: `guest-${index}`,
      chance: chance.fork(`guest-${index}`),
      at: undefined,
      wants: 'seats',
      code: undefined,
      paid: false,
      tries: 0,
      collections: 0,
      isGone: false,
      seats: undefined,
      paying: undefined,
      member: undefined,
      looksInPhase: 0,
    };
    timeline.at(chance.between(from, lastComes), `${guest.name} comes`, () => come(around, guest));
  }
  for (const kiosk of around.kiosks) watchScreen(around, kiosk);
}

function come(around: GuestSurroundings, guest: Guest): void {
  const { timeline } = around;
  if (timeline.now() > around.until) return;
  const free = around.kiosks.filter((each) => each.guest === undefined && each.view.isFree());
  if (free.length === 0) {
    if (++guest.tries > PATIENCE) return;
    timeline.at(timeline.now() + guest.chance.between(...COMES_AGAIN_MS), `${guest.name} comes again`, () => come(around, guest));
    return;
  }
  const kiosk = guest.chance.pick(free);
  guest.at = kiosk;
  kiosk.guest = guest.name;
  timeline.note(`${guest.name} stands before ${kiosk.machine} for ${guest.wants}`);
  if (guest.wants === 'tickets') around.reached('guest collects');
  look(around, guest);
}

function look(around: GuestSurroundings, guest: Guest): void {
  const { timeline } = around;
  timeline.at(timeline.now() + guest.chance.between(...LOOKS_MS), `${guest.name} looks`, () => {
    const { at } = guest;
    if (at === undefined) return;
    const kiosk = at.kiosk();
    if (kiosk === undefined) {
      // A dark screen.
      if (++guest.looksInPhase > 8) {
        go(around, guest);
        return;
      }
      look(around, guest);
      return;
    }
    const session = kiosk.session();
    if (session.phase !== guest.paying) guest.looksInPhase = 0;
    guest.paying = session.phase;
    guest.looksInPhase++;
    act(around, guest, kiosk, session);
    if (guest.at !== undefined) look(around, guest);
  });
}

/** Whatever the guest still has to get is got elsewhere, or later. */
function go(around: GuestSurroundings, guest: Guest): void {
  const { timeline } = around;
  if (guest.at !== undefined) guest.at.guest = undefined;
  guest.at = undefined;
  guest.looksInPhase = 0;
  if (timeline.now() > around.until) return;
  if (guest.code === undefined || !guest.paid || guest.collections >= 3) return;
  if (guest.collections === 0 && !around.happens('collect-elsewhere', 0.8) && guest.chance.chance(0.4)) return;
  guest.collections++;
  guest.wants = 'tickets';
  guest.tries = 0;
  around.reached('fault collect-elsewhere');
  timeline.at(timeline.now() + guest.chance.between(...COMES_AGAIN_MS), `${guest.name} comes to collect`, () => come(around, guest));
}

/** A person who presses twice presses twice; the second press has to change nothing. */
function press(around: GuestSurroundings, guest: Guest, what: string, command: () => Promise<unknown>): void {
  around.timeline.note(`${guest.name} presses ${what}`);
  void command();
  if (!around.happens('press-twice', 0.3)) return;
  if (guest.chance.chance(0.5)) void command();
  else around.timeline.at(around.timeline.now() + guest.chance.between(20, 700), `${guest.name} presses twice`, () => void command());
}

function remember(guest: Guest, order: SessionOrder): void {
  guest.code = order.pickUpCode;
}

function act(around: GuestSurroundings, guest: Guest, kiosk: Kiosk, session: KioskSession): void {
  const { chance } = guest;
  if (session.phase !== 'idle' && around.happens('walk-away', 0.015)) {
    around.timeline.note(`${guest.name} walks away from ${session.phase}`);
    go(around, guest);
    return;
  }
  switch (session.phase) {
    case 'idle':
      begin(around, guest, kiosk);
      return;
    case 'review':
      if (chance.chance(0.05)) {
        press(around, guest, 'cancel', kiosk.cancel);
        return;
      }
      if (chance.chance(0.5)) press(around, guest, 'pay', kiosk.pay);
      return;
    case 'paying':
      paying(around, guest, kiosk, session);
      return;
    case 'payment-failed':
      if (guest.looksInPhase > 1) press(around, guest, chance.chance(0.7) ? 'pay' : 'cancel', chance.chance(0.7) ? kiosk.pay : kiosk.cancel);
      return;
    case 'choose-payment':
      choosePayment(around, guest, kiosk, session);
      return;
    case 'present-code':
      presentCode(around, guest, kiosk);
      return;
    case 'member':
      payAsMember(around, guest, kiosk, session.member);
      return;
    case 'confirming':
      guest.paid = true;
      remember(guest, session.order);
      if (session.mayLeave && guest.looksInPhase > 3) leave(around, guest, kiosk);
      return;
    case 'payment-unknown':
      remember(guest, session.order);
      if (session.mayLeave && guest.looksInPhase > 3) leave(around, guest, kiosk);
      return;
    case 'collect':
      if (guest.looksInPhase > 20) {
        leave(around, guest, kiosk);
        return;
      }
      press(around, guest, 'print', () => kiosk.print(undefined));
      return;
    case 'printing':
      guest.paid = true;
      remember(guest, session.order);
      return;
    case 'print-stopped':
      guest.paid = true;
      remember(guest, session.order);
      if (session.canResume && chance.chance(0.5)) {
        press(around, guest, 'resume', kiosk.resume);
        return;
      }
      if (guest.looksInPhase > 25 || around.happens('collect-elsewhere', 0.1)) leave(around, guest, kiosk);
      return;
    case 'done':
      guest.code = undefined;
      if (chance.chance(0.7)) leave(around, guest, kiosk);
      return;
    case 'hold-expired':
      leave(around, guest, kiosk);
      return;
    case 'refunding':
      guest.code = undefined;
      if (session.done || guest.looksInPhase > 15) leave(around, guest, kiosk);
      return;
    default:
      unreachable(session);
  }
}

function leave(around: GuestSurroundings, guest: Guest, kiosk: Kiosk): void {
  press(around, guest, 'leave', kiosk.leave);
  go(around, guest);
}

/** By the code that the kiosk shows, or by the code on the phone. */
function choosePayment(around: GuestSurroundings, guest: Guest, kiosk: Kiosk, { tiles }: Extract<KioskSession, { phase: 'choose-payment' }>): void {
  const { hasPhoneCodes, isFull } = around.plan;
  const usual = tiles.filter(
    ({ method }) =>
      method === 'qr' || (method === 'payment-code' && hasPhoneCodes) || (isFull && (method === 'member' || method === 'card-terminal')),
  );
  if (usual.length === 0) {
    if (guest.looksInPhase > 10) leave(around, guest, kiosk);
    return;
  }
  const { method, provider } = guest.chance.pick(usual);
  around.reached(`pays by ${method}`);
  press(around, guest, method, () => kiosk.choosePayment({ method, provider }));
}

/** The card, the PIN, and a look at the balance. Some have too little, some mistype. */
function payAsMember(around: GuestSurroundings, guest: Guest, kiosk: Kiosk, member: Extract<KioskSession, { phase: 'member' }>['member']): void {
  if (guest.looksInPhase > 12) {
    press(around, guest, 'back', kiosk.back);
    return;
  }
  const own = guest.chance.pick(DEMO_MEMBERS);
  guest.member ??= own;
  const { card, pin } = guest.member;
  switch (member.at) {
    case 'card':
      press(around, guest, 'member card', () => kiosk.memberCard(card));
      return;
    case 'pin':
      press(around, guest, 'PIN', () => kiosk.memberPin(around.happens('wrong-pin', 0.3) ? '0000' : pin));
      return;
    case 'checking':
      return;
    case 'confirm':
      guest.paid = true;
      press(around, guest, 'pay from the balance', kiosk.memberConfirm);
      return;
    default:
      unreachable(member);
  }
}

/** The phone under the scanner: a code that is good once. A scanner may read it twice. */
function presentCode(around: GuestSurroundings, guest: Guest, kiosk: Kiosk): void {
  if (guest.looksInPhase > 8) {
    leave(around, guest, kiosk);
    return;
  }
  const scheme = guest.chance.pick(['13', '28']);
  const code = `${scheme}${Array.from({ length: 16 }, () => guest.chance.int(10)).join('')}`;
  around.timeline.note(`${guest.name} holds a phone under the scanner`);
  guest.paid = true;
  const scan = (): void => kiosk.scanned({ bytes: bytesOf(code), at: 0 as Monotonic });
  scan();
  if (around.happens('press-twice', 0.3)) scan();
}

function paying(around: GuestSurroundings, guest: Guest, kiosk: Kiosk, session: Extract<KioskSession, { phase: 'paying' }>): void {
  const { timeline, provider } = around;
  remember(guest, session.order);
  const address = session.codeUrl;
  if (around.happens('cancel-paying', 0.08)) {
    if (address !== undefined && around.happens('pay-late', 0.6)) payAfter(around, guest, address, guest.chance.between(0, seconds(20)));
    press(around, guest, 'cancel', kiosk.cancel);
    return;
  }
  if (address === undefined || guest.looksInPhase > 30) {
    // Nothing to scan for half a minute, or paid long ago: some go.
    if (guest.looksInPhase > 45) go(around, guest);
    return;
  }
  if (guest.looksInPhase < 2 || !guest.chance.chance(0.4)) return;
  if (around.happens('pay-code-lost', 0.15)) {
    timeline.note(`${guest.name} photographs the code and goes`);
    payAfter(around, guest, address, guest.chance.between(seconds(1), seconds(150)));
    go(around, guest);
    return;
  }
  timeline.note(`${guest.name} pays`);
  guest.paid = true;
  remember(guest, session.order);
  provider.payAt(address);
}

function payAfter({ timeline, provider, reached }: GuestSurroundings, guest: Guest, address: string, after: number): void {
  timeline.at(timeline.now() + after, `${guest.name} pays late`, () => {
    timeline.note(`${guest.name} pays late`);
    reached('fault pay-late');
    provider.payAt(address);
  });
}

function begin(around: GuestSurroundings, guest: Guest, kiosk: Kiosk): void {
  if (guest.wants === 'tickets') {
    if (guest.looksInPhase > 6 || guest.code === undefined) {
      go(around, guest);
      return;
    }
    const { code } = guest;
    if (guest.chance.chance(0.5)) {
      kiosk.scanned({ bytes: bytesOf(code), at: 0 as Monotonic });
      return;
    }
    press(around, guest, 'look up', () => kiosk.lookUp(code));
    return;
  }
  // Already had a sale here that has ended, or was refused too often.
  if (guest.looksInPhase > 12 || (guest.seats !== undefined && guest.code !== undefined)) {
    go(around, guest);
    return;
  }
  const show = guest.chance.pick(HOUSE_SHOWS);
  const wanted = chooseSeats(around.books, guest.chance, show);
  if (wanted === undefined) {
    go(around, guest);
    return;
  }
  const lines = wanted.map((seatId) => ({ seatId, ticketType: guest.chance.pick<TicketTypeId>(['adult', 'adult', 'child']) }));
  const submitTotal: Money = { minor: lines.reduce((sum, { ticketType }) => sum + priceOf(show, ticketType), 0), currency: 'CNY' };
  guest.seats = wanted;
  press(around, guest, `seats ${wanted.join(' ')}`, async () => {
    const { reply } = await kiosk.confirmSeats({ showId: show.id, seats: lines, submitTotal });
    around.timeline.note(`${guest.name} is told ${reply.kind}${reply.kind === 'refused' ? ` ${reply.refusal.code}` : ''}`);
    around.reached(`reply ${reply.kind === 'refused' ? reply.refusal.code : reply.kind}`);
  });
}

/** The screen's own clock: a guest's affair that nobody looks at is given up. */
function watchScreen(around: GuestSurroundings, host: KioskHost): void {
  const { timeline } = around;
  let since = timeline.now();
  const tick = (): void => {
    const kiosk = host.kiosk();
    if (kiosk === undefined || host.guest !== undefined || host.view.isFree()) since = timeline.now();
    else if (timeline.now() - since > SCREEN_IDLE_MS) {
      timeline.note(`${host.machine} goes back to the beginning by itself`);
      around.reached('guest forgets');
      void kiosk.leave();
      since = timeline.now();
    }
    timeline.at(timeline.now() + SCREEN_LOOKS_MS, `${host.machine} looks at its screen`, tick);
  };
  tick();
}
