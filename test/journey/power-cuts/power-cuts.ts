import type { Step } from '../step.ts';
import { compareBooks, compareMoneyAndPaper, reconcile } from './books.ts';
import { CUTS_AFTER_MONEY, CUTS_BEFORE_MONEY, cutPowerAt } from './cuts-at-kiosk.ts';
import { cutAfterApproval, cutBeforeCompletion } from './cuts-at-terminal.ts';
import { darkAfterPayment, darkAtGate } from './cuts-of-lobby.ts';
import { jamInTicketOne } from './jam.ts';
import { collectWhatCameLate, leaveWhileUnknown } from './late-money.ts';
import { type CinemaOfMachines, startMachines } from './machines.ts';

/**
 * Money and paper under power cuts. Devices stand outside of the agents, on their own power; what happens at the four machines happens at the same time, so
 * their steps are told as they end.
 */
export async function walkPowerCuts(step: Step): Promise<void> {
  const cinema = await step(
    'a cinema starts: box office, three kiosks with two printers and a card terminal each, and a whole lobby in one program',
    async () => {
      const started = await startMachines();
      return [started, [started.office.addresses.boxOffice, ...started.kiosks.map(({ name }) => name), started.lobby.name].join(', ')];
    },
  );
  try {
    await sell(cinema, step);
    await lookAtBooks(cinema, step);
  } finally {
    await cinema.dispose();
  }
}

async function sell({ kiosks, lobby }: CinemaOfMachines, step: Step): Promise<void> {
  const [first, second, third] = kiosks;
  await together([
    async () => {
      const late = await leaveWhileUnknown(first, step);
      await jamInTicketOne(first, step);
      await collectWhatCameLate(first, late, step);
    },
    async () => {
      await cutAfterApproval(second, step);
      await cutBeforeCompletion(second, step);
      for (const cut of CUTS_BEFORE_MONEY) await cutPowerAt(cut, second, step);
    },
    async () => {
      for (const cut of CUTS_AFTER_MONEY) await cutPowerAt(cut, third, step);
    },
    async () => {
      const code = await darkAfterPayment(lobby, step);
      await darkAtGate(lobby, code, step);
    },
  ]);
}

async function lookAtBooks({ office, kiosks, lobby }: CinemaOfMachines, step: Step): Promise<void> {
  await step("the box office's events are each machine's ledger's events", async () => {
    const counts: string[] = [];
    for (const machine of [...kiosks, lobby]) counts.push(`${machine.name} ${await compareBooks(machine.life())}`);
    return [undefined, counts.join(', ')];
  });
  await step('the day is reconciled; nobody was charged twice, and every ticket that was paid for is on paper once', async () => {
    const words: string[] = [];
    for (const [data, machines] of [[office.data, kiosks] as const, [lobby.life().lobby.data, [lobby]] as const]) {
      const [teller] = machines;
      const { kept, payments } = await reconcile(teller.life());
      const { orders, tickets } = compareMoneyAndPaper(data, machines, kept);
      words.push(`${payments} payments, ${orders} orders, ${tickets} tickets, ${(kept / 100).toFixed(2)} kept`);
    }
    return [undefined, words.join('; ')];
  });
}

/** All to their ends, and then the first thing that did not hold. */
async function together(walks: readonly (() => Promise<void>)[]): Promise<void> {
  const ends = await Promise.allSettled(walks.map((walk) => walk()));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
