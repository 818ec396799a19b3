import { readFileSync, writeFileSync } from 'node:fs';
import { systemClock as clock } from '#agent/runtime/clock.ts';
import type { GoodsDecision, TerminalInquiry } from '#core/ports/payment-terminal.ts';
import { dieAt, dyingTransport } from '#test/support/dying-transport.ts';
import { connectAgain } from '#test/support/killed-program.ts';
import { connectTo, transportTo } from './killed-terminal.ts';

/**
 * A program that takes one payment and dies at the named point, as by a power cut: `<framing> <place> <journal> <decision> <point>`. Its journal is what an inquiry
 * needs, written before each step that it is about, as the kiosk's is.
 */
const [framing = '', place = '', journal = '', decision = '', point = ''] = process.argv.slice(2);
if (framing !== 'tcp' && framing !== 'serial') throw new Error('a terminal is on TCP or a serial line');

const transport = dyingTransport(transportTo(framing, place), point);
const session = await connectAgain(() => connectTo(framing, transport));
dieAt('registered', point);

let inquiry: TerminalInquiry = { ...JSON.parse(readFileSync(journal, 'utf8')), startedAt: clock.wall() };
const keep = (): void => writeFileSync(journal, JSON.stringify(inquiry));
keep();
await session.port.authorise({
  attemptKey: inquiry.attemptKey,
  amount: inquiry.amount,
  onText: (_, prompt) => dieAt(`prompted ${prompt}`, point),
  onApproved: (receipt) => {
    dieAt('approved', point);
    inquiry = { ...inquiry, approved: receipt };
    keep();
    dieAt('kept', point);
  },
  decide: () => {
    dieAt('asked for the goods', point);
    return decision as GoodsDecision;
  },
});
dieAt('over', point);
