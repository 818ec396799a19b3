import type { Programme, Show } from '#core/contract/box-office/programme.ts';
import { localApi } from '#core/contract/local/api.ts';
import type { LiveMessage } from '#core/contract/local/live.ts';
import { buyAtKiosk, findShowWithOpenDoors, orderByPhone, ticketCodes } from '../../journey/guests.ts';
import { payByPhone } from '../../support/phone.ts';
import type { RunningLobby } from '../../support/running-lobby.ts';
import { createScreensClient, mustAnswer } from '../../support/screens-client.ts';
import { pace as pause } from '../pace.ts';
import type { Cinema } from './cinema.ts';
import type { Point } from './outside-log.ts';
import { AGENT } from './wire-tap.ts';

/** People who go on whatever happens to the machines: one after the other at the gate, one after the other at the kiosk. */
export interface Guests {
  readonly done: {
    sales: number;
    brokenSales: number;
    scans: number;
    /** Scans of tickets that nobody had used. */
    fresh: number;
  };
  /** Somebody with a ticket that nobody has used comes next where the barrier has to open for that. */
  wait(point: Point | 'random'): void;
  /** Nobody new comes; resolves when nobody is at the gate or the kiosk any more. */
  goHome(): Promise<void>;
}

/** The scanner takes the same code within 2.5 s for the same scan. */
const AGAIN_AFTER_MS = 2_700;
const LOOK_MS = 20;
/** Somebody whose ticket does nothing steps aside for the next. */
const PATIENCE_LOOKS = 60;
const TICKETS_OF_AN_ORDER = 4;
const COPIES_MAX = 4;
/** Nobody buys and nobody sells as fast as a loop runs. */
const NEXT_GUEST_AFTER_MS = 200;

/**
 * Tickets that were bought elsewhere, for shows whose doors are open. In the small hours one screen of forty-five seats alone is open: whoever finds no room there
 * stays at home.
 * @returns their codes
 */
export async function buyByPhone({ boxOffice }: Cinema, orders: number): Promise<readonly string[]> {
  const codes: string[] = [];
  for (let order = 0; order < orders; order++) {
    if (order > 0) {
      const programme = await boxOffice.readProgramme();
      if (programme.ok && findShowWithOpenDoors(programme.value) === undefined) return codes;
    }
    const bought = await orderByPhone(boxOffice, AGENT, TICKETS_OF_AN_ORDER);
    codes.push(...(await ticketCodes(boxOffice, bought, AGENT)).map(({ code }) => code));
  }
  return codes;
}

/** @param freshOneOf of so many guests at the gate one has a ticket that nobody has used, as long as there are any; the others hold up copies of what was used last */
export function sendGuests(cinema: Cinema, codes: readonly string[], freshOneOf = 1): Guests {
  const done = { sales: 0, brokenSales: 0, scans: 0, fresh: 0 };
  let isOpen = true;
  let isFreshWanted = true;
  const atGate = (async () => {
    const fresh = [...codes];
    const used: string[] = [];
    for (let count = 0; isOpen; count++) {
      const isFresh: boolean = fresh.length > 0 && (isFreshWanted || used.length === 0 || count % freshOneOf === 0);
      const code = isFresh ? fresh.shift() : used.shift();
      if (code === undefined) return;
      isFreshWanted = isFreshWanted && !isFresh;
      if (isFresh) done.fresh += 1;
      done.scans += 1;
      // The scanner takes the same code again only after a while.
      if (!isFresh && used.length < COPIES_MAX - 1) await pause(AGAIN_AFTER_MS);
      await goIn(cinema, code);
      used.push(code);
      if (used.length > COPIES_MAX) used.shift();
    }
  })();
  const atKiosk = (async () => {
    while (isOpen) {
      const life = cinema.agent.running();
      if (life === undefined) await pause(LOOK_MS);
      else if (await sell(cinema, life)) done.sales += 1;
      else {
        done.brokenSales += 1;
        await pause(NEXT_GUEST_AFTER_MS);
      }
    }
  })();
  return {
    done,
    wait: (point) => {
      isFreshWanted ||= point === 'released' || point === 'passed';
    },
    goHome: async () => {
      isOpen = false;
      await Promise.all([atGate, atKiosk]);
    },
  };
}

async function goIn({ devices, log }: Cinema, code: string): Promise<void> {
  const before = log.seen.releases.length;
  for (let look = 0; !devices.holdUp(code) && look < PATIENCE_LOOKS; look++) await pause(LOOK_MS);
  for (let look = 0; look < PATIENCE_LOOKS && log.seen.releases.length === before; look++) await pause(LOOK_MS);
  while (devices.isReleased()) await pause(LOOK_MS);
}

/** @returns whether it came to its end in this life of the agent */
async function sell({ log }: Cinema, life: RunningLobby): Promise<boolean> {
  const dead = life.exited.then((): false => false);
  try {
    return await Promise.race([sale(log, life), dead]);
  } catch {
    // The agent or the box office was away: the guest leaves, and what is open goes on without her. The judge asks what became of it.
    return false;
  }
}

async function sale(log: Cinema['log'], lobby: RunningLobby): Promise<true> {
  const screens = createScreensClient(lobby.addresses.screens);
  const kiosk = await screens.live('kiosk');
  try {
    await mustAnswer(screens, localApi.leave);
    await kiosk.until('a free kiosk', canBuy, SALE_BEGINS_WITHIN_MS);
    const pay = async (codeUrl: string): Promise<void> => {
      log.pointReached('code-shown');
      await payByPhone(codeUrl, 'pay');
      log.paid(new URL(codeUrl).pathname.split('/').at(-1) ?? '');
    };
    await buyAtKiosk({ screens, kiosk }, 1, pay, emptiestShow);
    await mustAnswer(screens, localApi.leave);
    return true;
  } finally {
    kiosk.close();
  }
}

/** Who buys at the kiosk goes in another day: the seats of the doors that are open are for the gate, and at no hour of any day is the house sold out. */
function emptiestShow({ shows }: Programme): Show {
  const [show] = shows.filter(({ status }) => status === 'on-sale').sort((a, b) => b.seatsLeft - a.seatsLeft);
  if (show === undefined) throw new Error('no show of the coming week is on sale');
  return show;
}

const SALE_BEGINS_WITHIN_MS = 10_000;

function canBuy(message: LiveMessage): true | undefined {
  return message.kind === 'flows' && message.flows.some(({ name, available }) => name === 'buy' && available) ? true : undefined;
}
