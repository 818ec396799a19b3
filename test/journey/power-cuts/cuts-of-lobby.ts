import type { Verdict } from '#core/contract/admission.ts';
import { payByPhone } from '../../support/phone.ts';
import type { Step } from '../step.ts';
import type { Life, Machine } from './machines.ts';
import { askForQrCode, codesOn, finishSale, takeSeats, until, within } from './people.ts';

/** The whole lobby goes dark: kiosk, gate, box office and payment provider are one program and die at once. */

const READY_WITHIN_MS = 60_000;
const VERDICT_WITHIN_MS = 20_000;
const TRY_AGAIN_AFTER_MS = 4_000;
/** `unit 05 02 …`: the relay on for a time that the board keeps (Waveshare Modbus RTU Relay, flash on); a relay that is switched off at the start has no 02. */
const isRelease = (bytes: Uint8Array): boolean => bytes[1] === 0x05 && bytes[2] === 0x02;

/** @returns the code on the ticket */
export function darkAfterPayment(machine: Machine, step: Step): Promise<string> {
  return step(`${machine.name}: the whole lobby goes dark when the phone says "paid" and the box office has not asked`, async () => {
    const life = machine.life();
    const { orderId } = await takeSeats(life, 1);
    await payByPhone(await askForQrCode(life), 'pay');
    machine.cutPower();
    await machine.powerBack();
    const done = await finishSale(machine, orderId);
    const [code] = codesOn(machine.devices.printers[0].simulator);
    if (code === undefined) throw new Error('no ticket came out');
    return [code, `${orderId} printed; ${done.join(', ')}`];
  });
}

/** The admission is on the disk before the barrier hears of it: the guest walks through, and nobody enters with the same ticket again. */
export async function darkAtGate(machine: Machine, code: string, step: Step): Promise<void> {
  await step(`${machine.name}: the power goes between the admission's commit and the passage; the same ticket lets nobody in again`, async () => {
    const { simulator, wire } = machine.devices.gate;
    const moment = new Promise<void>((resolve) =>
      wire.at('to-device', isRelease, () => {
        machine.cutPower();
        resolve();
        return 'goes-on';
      }),
    );
    await holdUntil('the release on the wire', machine, code, () => moment.then(() => true));
    await until('the guest walking through', async () => (simulator.state().passed === 1 ? true : undefined));
    await machine.powerBack();
    const verdict = await holdUntil('a verdict', machine, code, untilVerdict);
    if (verdict.kind === 'enter') throw new Error('the same ticket opens the gate again');
    const { passed } = simulator.state();
    if (passed !== 1) throw new Error(`${passed} bodies went in`);
    return [undefined, `${verdict.kind} (${verdict.reasons.join(', ')}), used ${verdict.usedBefore?.at ?? '?'}; 1 body`];
  });
}

/**
 * A guest whose ticket was not read holds it up again: a lane that is out of service reads nothing, and a board that was slow to answer puts it there for a moment.
 * @param happens what ends it; tried for longer than the scanner takes one code for the same scan
 */
function holdUntil<Found>(what: string, { life, devices }: Machine, code: string, happens: (life: Life) => Promise<Found>): Promise<Found> {
  return until(what, async () => {
    const { gate } = life();
    await gate.until('the gate', (message) => (message.kind === 'gate' && message.gate.state === 'ready' ? true : undefined), READY_WITHIN_MS);
    gate.forget();
    if (!devices.scanner.simulator.present(new TextEncoder().encode(code))) return undefined;
    return within('an answer of the gate', happens(life()), TRY_AGAIN_AFTER_MS).catch(() => undefined);
  });
}

function untilVerdict({ gate }: Life): Promise<Verdict> {
  return gate.until(
    'a verdict',
    (message) => (message.kind === 'gate' && message.gate.state === 'verdict' ? message.gate.verdict : undefined),
    VERDICT_WITHIN_MS,
  );
}
