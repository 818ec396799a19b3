import { localApi } from '#core/contract/local/api.ts';
import { payByPhone } from '../../support/phone.ts';
import { mustAnswer } from '../../support/screens-client.ts';
import type { Step } from '../step.ts';
import type { Machine } from './machines.ts';
import { askForQrCode, codesOn, finishSale, readOrder, resolvePrint, takeSeats, ticketsOnPaper, until, untilPhase } from './people.ts';

/** Ticket 1 of 2 jams in printer A; what is owed comes out of printer B, and nothing twice. */
export async function jamInTicketOne(machine: Machine, step: Step): Promise<void> {
  const [a, b] = machine.devices.printers;
  const order = await step(
    `${machine.name}: ticket 1 of 2 jams in printer A, ticket 2 comes out of printer B, with a slip for what is owed`,
    async () => {
      const life = machine.life();
      const before = codesOn(b.simulator).length;
      a.simulator.setFault('cutter-jam', true);
      const { orderId } = await takeSeats(life, 2);
      await payByPhone(await askForQrCode(life), 'pay');
      const stopped = await untilPhase(life, 'the stop with its slip', (session) =>
        session.phase === 'print-stopped' && session.slip === 'printed' ? session : undefined,
      );
      const { printed, uncertain, money } = stopped;
      if (printed !== 1 || uncertain !== 1) throw new Error(`${printed} printed, ${uncertain} uncertain`);
      const sold = await until('the box office knowing it', async () => {
        const now = await readOrder(life, orderId);
        return now.tickets.map(({ printState }) => printState).join() === 'uncertain,printed' ? now : undefined;
      });
      const came = ticketsOnPaper(machine).filter(({ id }) => sold.tickets.some((ticket) => ticket.id === id));
      const [, second] = sold.tickets;
      if (came.map(({ id, printer }) => `${id} ${printer}`).join() !== `${second?.id} printer-b`)
        throw new Error(`on paper: ${JSON.stringify(came)}`);
      const slips = codesOn(b.simulator)
        .slice(before)
        .filter((code) => code === sold.pickUpCode);
      if (slips.length !== 1) throw new Error(`${slips.length} slips with the pick-up code`);
      await mustAnswer(life.screens, localApi.leave);
      return [sold, `${orderId}: 1 of 2, 1 uncertain, ${money}`];
    },
  );

  await step(
    `${machine.name}: a person says that ticket 1 was not printed; it comes out of printer B, and each ticket is on paper once`,
    async () => {
      const [first] = order.tickets;
      if (first === undefined) throw new Error('no ticket');
      await resolvePrint(machine, first.id, 'not-printed');
      const done = await finishSale(machine, order.id);
      const came = order.tickets.map(({ id }) => ticketsOnPaper(machine).filter((paper) => paper.id === id));
      if (came.some(({ length }) => length !== 1)) throw new Error(`on paper: ${JSON.stringify(came)}`);
      return [
        undefined,
        came
          .flatMap(([paper]) => (paper === undefined ? [] : [`${paper.id} from ${paper.printer}`]))
          .concat(done)
          .join(', '),
      ];
    },
  );
}
