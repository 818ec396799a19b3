import { openLedger } from '#agent/ledger/ledger.ts';
import { createPrintLedger } from '#agent/ledger/print-ledger.ts';
import { createPrinterMemory } from '#agent/ledger/printer-memory.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '#agent/runtime/clock.ts';
import { MachineId, OrderId, TicketId } from '#core/contract/identifiers.ts';
import { ticketPrinterDriver } from '#drivers/ticket-printer/driver.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { dieAt } from '#test/support/dying-transport.ts';
import { connectAgain } from '#test/support/killed-program.ts';
import { killedModel } from './killed-models.ts';
import { TICKET } from './printer-bench.ts';

/** A program with a ledger and a printer that prints one ticket and dies at the named point, as by a power cut: `<ledger> <port> <point> <model>`. */
const [path = '', port = '', point = '', model = ''] = process.argv.slice(2);

const ledger = openLedger(path, { clock, random, boot: 'killed' });
const prints = createPrintLedger(ledger);
const orderId = OrderId.parse('K01-261031-00001');
const ticketId = TicketId.parse('3609070200000001');
const now = clock.wall();
ledger.transaction(() => {
  prints.save(
    {
      id: '01JBKILLEDKILLEDKILLEDKILL',
      machine: MachineId.parse('kiosk-1'),
      journey: 'collect',
      openedAt: now,
      orderId,
      order: undefined,
      tickets: [{ id: ticketId, state: 'in-printer', claimed: undefined, printer: 'printer', triedAgain: false }],
      claims: 1,
      claimOpen: false,
      claimedAt: now,
      stage: { kind: 'printing', leaseEnding: false },
      attended: true,
      reprint: undefined,
      avoid: [],
      faultCode: undefined,
      papers: { slip: 'none', receipt: 'none' },
    },
    now,
  );
  prints.queue({ jobId: 'job', deliveryId: '01JBKILLEDKILLEDKILLEDKILL', orderId, ticketId, leaseId: 'L1', reprint: undefined }, now);
});
dieAt('queued', point);
const context = { device: 'printer', transport: serialTransport({ path: port, baudRate: 115_200 }), clock, timers, onHealth: () => undefined };
const options = { columns: 48, language: killedModel(model).language, memory: createPrinterMemory(ledger, 'printer') };
const session = await connectAgain(() => ticketPrinterDriver.connect(context, options));
const outcome = await session.port.print({
  jobId: 'job',
  document: TICKET,
  beforeFirstByte: () => {
    prints.start('job', 'printer', clock.wall());
    dieAt('started', point);
    // Half of a slow ticket is out by then.
    timers.after(300 as Parameters<typeof timers.after>[0], () => dieAt('half printed', point));
  },
  onEvidence: (evidence) => {
    dieAt(`before ${evidence}`, point);
    prints.keepEvidence('job', evidence, clock.wall());
    dieAt(evidence, point);
  },
});
dieAt('outcome', point);
ledger.transaction(() => prints.keepOutcome('job', outcome, clock.wall()));
dieAt('kept', point);
