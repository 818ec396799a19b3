import { localApi } from '#core/contract/local/api.ts';
import type { LiveMessage } from '#core/contract/local/live.ts';
import { buyAtKiosk, orderByPhone, ticketCodes } from '../../journey/guests.ts';
import { payByPhone } from '../../support/phone.ts';
import type { RunningLobby } from '../../support/running-lobby.ts';
import { createScreensClient, mustAnswer } from '../../support/screens-client.ts';
import { pace as pause } from '../pace.ts';
import type { Cinema } from './cinema.ts';
import { AGENT } from './wire-tap.ts';

/** People who go on whatever happens to the machines: one after the other at the gate, one after the other at the kiosk. */
export interface Guests {
  readonly done: { sales: number; brokenSales: number; scans: number };
  /** Nobody new comes; resolves when nobody is at the gate or the kiosk any more. */
  goHome(): Promise<void>;
}

/** The scanner takes the same code within 2.5 s for the same scan. */
const AGAIN_AFTER_MS = 2_700;
const LOOK_MS = 20;
/** Somebody whose ticket does nothing steps aside for the next. */
const PATIENCE_LOOKS = 60;
const TRIES = 3;
const TICKETS_OF_AN_ORDER = 4;

/** Tickets that were bought elsewhere. @returns their codes */
export async function buyByPhone({ boxOffice }: Cinema, orders: number): Promise<readonly string[]> {
  const codes: string[] = [];
  for (let order = 0; order < orders; order++) {
    const bought = await orderByPhone(boxOffice, AGENT, TICKETS_OF_AN_ORDER);
    codes.push(...(await ticketCodes(boxOffice, bought, AGENT)).map(({ code }) => code));
  }
  return codes;
}

export function sendGuests(cinema: Cinema, codes: readonly string[]): Guests {
  const done = { sales: 0, brokenSales: 0, scans: 0 };
  let isOpen = true;
  const atGate = (async () => {
    // Everybody tries until let in; afterwards somebody comes with a copy of a ticket that was used.
    for (let round = 0; round < TRIES; round++) {
      for (const code of codes) {
        if (!isOpen) return;
        done.scans += 1;
        await goIn(cinema, code);
      }
      await pause(AGAIN_AFTER_MS);
    }
  })();
  const atKiosk = (async () => {
    while (isOpen) {
      const life = cinema.agent.running();
      if (life === undefined) await pause(LOOK_MS);
      else if (await sell(cinema, life)) done.sales += 1;
      else done.brokenSales += 1;
    }
  })();
  return {
    done,
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
    await pause(LOOK_MS);
    return false;
  }
}

async function sale(log: Cinema['log'], lobby: RunningLobby): Promise<true> {
  const screens = createScreensClient(lobby.addresses.screens);
  const kiosk = await screens.live('kiosk');
  try {
    await mustAnswer(screens, localApi.leave);
    await kiosk.until('a free kiosk', canBuy, SALE_BEGINS_WITHIN_MS);
    await buyAtKiosk({ screens, kiosk }, 1, async (codeUrl) => {
      log.pointReached('code-shown');
      await payByPhone(codeUrl, 'pay');
      log.paid(new URL(codeUrl).pathname.split('/').at(-1) ?? '');
    });
    await mustAnswer(screens, localApi.leave);
    return true;
  } finally {
    kiosk.close();
  }
}

const SALE_BEGINS_WITHIN_MS = 10_000;

function canBuy(message: LiveMessage): true | undefined {
  return message.kind === 'flows' && message.flows.some(({ name, available }) => name === 'buy' && available) ? true : undefined;
}
